package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// credentialsSchema names the version of the JSON form of `aurad credential list`.
const credentialsSchema = "aurad.credentials/v1"

// credentialList says where the password of every instance is. It holds none.
type credentialList struct {
	Schema      string          `json:"schema"`
	Store       string          `json:"store"` // "" when it could not be asked
	Notes       []string        `json:"notes"`
	Credentials []credentialRow `json:"credentials"` // sorted by key
}

// credentialRow is one key. State is what reconcile.CredentialState knows, or one of the words
// below where the store does not bear it out.
type credentialRow struct {
	Key        string                    `json:"key"`
	InstanceID string                    `json:"instance_id"`
	State      reconcile.CredentialState `json:"state"` // "" when there is no instance
	Note       string                    `json:"note,omitempty"`
}

const (
	credentialMissing    reconcile.CredentialState = "missing"    // was stored, and is not there any more
	credentialForeign    reconcile.CredentialState = "foreign"    // what is stored is of another instance
	credentialUnanswered reconcile.CredentialState = "unanswered" // a create whose fate the next look tells
)

func (p program) credentialListCommand(c *common) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Say of every instance whether its password is stored",
		Long: `list compares what aurad remembers, asked of the daemon or read from the state folder, with what
the store has. It reads no password and costs no API request.

  stored      in the store
  spooled     safe in the state folder, waiting for the store: aurad credential recover
  unknown     of an adopted instance: aurad credential set KEY
  lost        Aura made the instance and its answer never came: see on_lost_credentials
  unanswered  a create was not answered; the daemon's next look tells whether it was made
  missing     aurad stored it, and the store has it no more
  foreign     the store has the password of another instance under this key`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.credentialList(cmd.Context(), c, output) },
	}
	cmd.Flags().VarP(newChoice(&output, "text", "json"), "output", "o", "text or json")
	return cmd
}

func (p program) credentialList(ctx context.Context, c *common, output string) error {
	dir, err := p.statePath(c)
	if err != nil {
		return err
	}
	fleet, unread := p.readFleet(c.file)
	l := credentialList{Schema: credentialsSchema, Notes: []string{}, Credentials: []credentialRow{}}
	rows, err := p.remembered(ctx, dir)
	switch {
	case err != nil && unread != nil:
		return unread // neither the daemon nor the file: nothing to tell
	case err != nil:
		l.Notes = append(l.Notes, "what aurad remembers is not known: "+err.Error())
	}
	addFile(rows, fleet)
	l.compare(p.stored(ctx, fleet, unread, &l), rows)
	if output == "json" {
		return p.printJSON(l)
	}
	_, err = fmt.Fprint(p.stdout, l.text(paint{p.colour(p.stdout)}))
	return err
}

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
	err = p.withState(dir, func(s *daemon.State) error {
		led, err := s.Ledger()
		for key, e := range led {
			rows[key] = recalled(key, e)
		}
		return err
	})
	return rows, err
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

// addFile adds the instances that nobody remembers.
func addFile(rows map[string]credentialRow, fleet *spec.Fleet) {
	if fleet == nil {
		return
	}
	for _, in := range fleet.Instances {
		if _, known := rows[in.Key]; !known {
			rows[in.Key] = credentialRow{Key: in.Key, Note: "not made yet, as far as is known here"}
		}
	}
}

// stored asks the store what it has; nil when it can't be asked, which l then says.
func (p program) stored(ctx context.Context, fleet *spec.Fleet, unread error, l *credentialList) map[string]string {
	fail := func(err error) map[string]string {
		l.Notes = append(l.Notes, "the store was not asked: "+err.Error())
		return nil
	}
	if unread != nil {
		return fail(unread)
	}
	store, release, err := p.storeToRead(fleet)
	if err != nil {
		return fail(err)
	}
	owned, err := store.List(ctx)
	if err = errors.Join(err, release()); err != nil {
		return fail(err)
	}
	l.Store = store.Name()
	ids := map[string]string{}
	for _, o := range owned {
		ids[o.Key] = o.InstanceID
	}
	return ids
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

func (l credentialList) text(c paint) string {
	var b strings.Builder
	for _, note := range l.Notes {
		fmt.Fprintln(&b, c.yellow("note: "+printable(note)))
	}
	rows := [][]cell{{{"INSTANCE", c.bold}, {"ID", c.bold}, {"CREDENTIAL", c.bold}, {"NOTE", c.bold}}}
	for _, r := range l.Credentials {
		colour := c.red
		switch r.State {
		case reconcile.CredentialStored:
			colour = c.green
		case "", reconcile.CredentialUnknown, reconcile.CredentialSpooled, credentialUnanswered:
			colour = c.yellow
		}
		rows = append(rows, []cell{{text: r.Key}, {orDash(r.InstanceID), c.dim}, {orDash(string(r.State)), colour}, {text: r.Note}})
	}
	writeTable(&b, rows)
	if l.Store != "" {
		fmt.Fprintf(&b, "\nThe store is %s.\n", l.Store)
	}
	return b.String()
}
