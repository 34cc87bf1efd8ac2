package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
)

// remembered is what the daemon, or else the state, knows of each key. It is never nil.
func (p program) remembered(ctx context.Context, dir string) (map[string]credentialRow, error) {
	rows := map[string]credentialRow{}
	var snap daemon.Snapshot
	err := ask(ctx, dir, "/api/v1/status", &snap)
	if err == nil {
		return reported(snap), nil
	}
	if !errors.Is(err, errNoDaemon) {
		return rows, err
	}
	if !exists(dir) {
		return rows, errors.New("there is no state folder " + dir)
	}
	for _, one := range stateDirs(dir) {
		err := p.withState(one, func(s *daemon.State) error {
			led, err := s.Ledger()
			for key, e := range led {
				if rows[key].InstanceID == "" { // of a key that moved, the account that has its instance knows
					rows[key] = recalled(key, e)
				}
			}
			return err
		})
		if err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// reported is what a daemon's status says.
func reported(snap daemon.Snapshot) map[string]credentialRow {
	rows := map[string]credentialRow{}
	for _, in := range snap.Instances {
		rows[in.Key] = credentialRow{Key: in.Key, InstanceID: in.InstanceID, State: in.Credential}
	}
	for _, s := range snap.Plan.Steps {
		if s.Cause == reconcile.CauseLost {
			rows[s.Key] = credentialRow{s.Key, s.InstanceID, reconcile.CredentialLost, s.Reason}
		}
	}
	return rows
}

// recalled is what the state says of one key.
func recalled(key string, e reconcile.Entry) credentialRow {
	r := credentialRow{Key: key, InstanceID: e.ID, State: e.Credential}
	switch {
	case e.Birth == nil:
	case e.Birth.Stage == reconcile.Spooled:
		r.InstanceID, r.Note = e.Birth.InstanceID, e.Birth.Failed
	case e.Birth.Stage == reconcile.Intended && r.State == "":
		r.State, r.Note = credentialUnanswered, "a create marked "+e.Birth.Nonce+" was not answered yet"
	}
	return r
}

// compare holds what is remembered against what is stored, by key; nil when that is not known.
func (l *credentialList) compare(stored map[string]string, rows map[string]credentialRow) {
	for key := range stored {
		if _, known := rows[key]; !known {
			rows[key] = credentialRow{Key: key, Note: "neither in the file nor remembered"}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		r := rows[key]
		if stored != nil {
			r = r.against(stored[key])
		}
		l.Credentials = append(l.Credentials, r)
	}
}

// against corrects a row by the id of the instance whose password the store has; "" for none.
func (r credentialRow) against(id string) credentialRow {
	switch {
	case id == "" && r.State == reconcile.CredentialStored:
		r.State, r.Note = credentialMissing, "the store has it no more"
	case id == "" || id == r.InstanceID && r.State == reconcile.CredentialStored:
	case r.InstanceID == "" && r.State == "":
		r.InstanceID, r.State = id, reconcile.CredentialStored
	case id != r.InstanceID && r.State == reconcile.CredentialSpooled:
		r.Note = "the store has the password of instance " + id + " in its place"
	case id != r.InstanceID && r.State != reconcile.CredentialLost:
		r.State, r.Note = credentialForeign, "the store has the password of instance "+id
	case r.State == reconcile.CredentialUnknown:
		r.State, r.Note = reconcile.CredentialStored, ""
	}
	return r
}
