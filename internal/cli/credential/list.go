package credential

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/stores"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// credentialsSchema names the version of the JSON form of `aurad credential list`.
const credentialsSchema = "aurad.credentials/v1"

// List says where the password of every instance is. It holds none.
type List struct {
	Schema      string                 `json:"schema"`
	Store       string                 `json:"store"` // "" when it could not be asked
	Notes       []string               `json:"notes"`
	Credentials []reconcile.Credential `json:"credentials"` // sorted by key
}

// The states of a credential that the store does not bear out.
const (
	credentialMissing reconcile.CredentialState = "missing" // was stored, and is not there any more
	credentialForeign reconcile.CredentialState = "foreign" // what is stored is of another instance
)

// listCommand is `aurad credential list`.
type listCommand struct {
	command.Call
	output string
}

// newList is the command.
func newList(c command.Call) *cobra.Command {
	p := &listCommand{Call: c}
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
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	cmd.Flags().VarP(command.NewChoice(&p.output, "text", "json"), "output", "o", "text or json")
	return cmd
}

func (p *listCommand) run(ctx context.Context) error {
	dir, err := p.App().StateFolder()
	if err != nil {
		return err
	}
	fleet, unread := p.App().ReadFleet()
	l := List{Schema: credentialsSchema, Notes: []string{}, Credentials: []reconcile.Credential{}}
	rows, err := p.remembered(ctx, dir)
	switch {
	case err != nil && unread != nil:
		return unread // neither the daemon nor the file: nothing to tell
	case err != nil:
		l.Notes = append(l.Notes, "what aurad remembers is not known: "+err.Error())
	}
	addFile(rows, fleet)
	l.compare(p.stored(ctx, fleet, unread, &l), rows)
	if p.output == "json" {
		return p.PrintJSON(l)
	}
	_, err = fmt.Fprint(p.Stdout, l.text(p.Paint(p.Stdout)))
	return err
}

// addFile adds the instances that nobody remembers.
func addFile(rows map[string]reconcile.Credential, fleet *spec.Fleet) {
	if fleet == nil {
		return
	}
	for _, in := range fleet.Instances {
		if r := rows[in.Key]; r.State == "" && r.InstanceID == "" {
			rows[in.Key] = reconcile.Credential{Key: in.Key, Note: "not made yet, as far as is known here"}
		}
	}
}

// stored asks the store what it has; nil when it can't be asked, which l then says.
func (p *listCommand) stored(ctx context.Context, fleet *spec.Fleet, unread error, l *List) map[string]string {
	fail := func(err error) map[string]string {
		l.Notes = append(l.Notes, "the store was not asked: "+err.Error())
		return nil
	}
	if unread != nil {
		return fail(unread)
	}
	store, release, err := stores.ToRead(p.App().Get, fleet)
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

func (l List) text(c format.Paint) string {
	var b strings.Builder
	for _, note := range l.Notes {
		fmt.Fprintln(&b, c.Yellow("note: "+plaintext.Line(note)))
	}
	rows := [][]format.Cell{c.Heads("INSTANCE", "ID", "CREDENTIAL", "NOTE")}
	for _, r := range l.Credentials {
		colour := c.Red
		switch r.State {
		case reconcile.CredentialStored:
			colour = c.Green
		case "", reconcile.CredentialUnknown, reconcile.CredentialSpooled, reconcile.CredentialUnanswered:
			colour = c.Yellow
		}
		rows = append(rows, []format.Cell{{Text: r.Key}, {Text: format.OrDash(r.InstanceID), Paint: c.Dim}, {Text: format.OrDash(string(r.State)), Paint: colour}, {Text: r.Note}})
	}
	format.WriteTable(&b, rows)
	if l.Store != "" {
		fmt.Fprintf(&b, "\nThe store is %s.\n", l.Store)
	}
	return b.String()
}
