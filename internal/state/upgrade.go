package state

import (
	"encoding/json"
	"fmt"

	"github.com/aurad/aurad/spec"
)

const schema1 = "aurad.state/v1" // of the first edition

// upgrade brings the state of an older aurad to Schema, in one step, and refuses any other.
func upgrade(fleet *records) error {
	var changes []Change
	switch have := string(fleet.get(Meta, "schema")); have {
	case Schema:
		return nil
	case "":
	case schema1:
		var err error
		if changes, err = from1(fleet); err != nil {
			return fmt.Errorf("upgrade the state in %s: %w", fleet.engine.Place(), err)
		}
	default:
		return fmt.Errorf("prepare the state in %s: %w", fleet.engine.Place(), errSchema(have))
	}
	return fleet.commit("prepare the state", append(changes, Change{Name{Meta, "schema"}, []byte(Schema)})...)
}

// from1 is what changes of a state of the first edition, which knew no fleet names: it is that of the
// unnamed fleet. What its entries say of files and removals is no proof of either, and is dropped: an
// absence begins anew. The budget and the token are kept apart now; the token is asked for again.
func from1(fleet *records) ([]Change, error) {
	changes := []Change{drop(Sealed, tokenName), put(Meta, "fleet", spec.DefaultFleet)}
	for _, key := range fleet.names(Entries) {
		var e map[string]json.RawMessage
		if err := fleet.read(Entries, key, fmt.Sprintf("%.40q", key), &e); err != nil {
			return nil, err
		}
		delete(e, "removed_at")
		delete(e, "file")
		changes = append(changes, put(Entries, key, e))
	}
	return changes, nil
}
