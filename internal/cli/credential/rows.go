package credential

import (
	"context"
	"maps"
	"slices"

	"github.com/aurad/aurad/reconcile"
)

// remembered is what the daemon, or else the state, knows of each key. It is never nil.
func (p *listCommand) remembered(ctx context.Context, dir string) (map[string]reconcile.Credential, error) {
	its, err := p.App().ReachIn(ctx, dir)
	if err != nil {
		return map[string]reconcile.Credential{}, err
	}
	return its.Credentials(ctx)
}

// compare holds what is remembered against what is stored, by key; nil when that is not known.
func (l *List) compare(stored map[string]string, rows map[string]reconcile.Credential) {
	for key := range stored {
		if _, known := rows[key]; !known {
			rows[key] = reconcile.Credential{Key: key, Note: "neither in the file nor remembered"}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		r := rows[key]
		if stored != nil {
			r = against(r, stored[key])
		}
		l.Credentials = append(l.Credentials, r)
	}
}

// against corrects a row by the id of the instance whose password the store has; "" for none.
func against(r reconcile.Credential, id string) reconcile.Credential {
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
