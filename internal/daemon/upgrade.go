package daemon

import (
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/spec"
)

// upgrade brings the state of an older aurad to the schema of this one, in one transaction, and
// refuses any other schema.
//
// The first edition (v1) knew no fleet names: its state is that of the unnamed fleet. What its
// entries say of files and removals is no proof of either, and is dropped: an absence begins anew.
// The budget and the token have a file of their own now; the last minute of requests is taken along
// by whoever opens that, the token is asked for again.
func upgrade(tx *bolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	switch have := string(meta.Get([]byte("schema"))); have {
	case stateSchema, "":
	case stateSchema1:
		if err := upgradeFrom1(tx); err != nil {
			return fmt.Errorf("upgrade the state: %w", err)
		}
	default:
		return fmt.Errorf("its schema is %q and this aurad knows %q; use the aurad that wrote it", have, stateSchema)
	}
	return meta.Put([]byte("schema"), []byte(stateSchema))
}

func upgradeFrom1(tx *bolt.Tx) error {
	entries := tx.Bucket(bucketEntries)
	upgraded := map[string][]byte{}
	err := entries.ForEach(func(k, v []byte) error {
		var e map[string]json.RawMessage
		if err := json.Unmarshal(v, &e); err != nil {
			return fmt.Errorf("what it says of %s: %w", k, err)
		}
		delete(e, "removed_at")
		delete(e, "file")
		raw, err := json.Marshal(e)
		upgraded[string(k)] = raw
		return err
	})
	if err != nil {
		return err
	}
	for key, raw := range upgraded {
		if err := entries.Put([]byte(key), raw); err != nil {
			return err
		}
	}
	if err := tx.Bucket(bucketSealed).Delete(tokenName); err != nil {
		return err
	}
	return putJSON(tx, bucketMeta, "fleet", spec.DefaultFleet)
}
