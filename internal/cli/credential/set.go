package credential

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/secrets"
)

// setCommand is `aurad credential set`.
type setCommand struct {
	command.Call
	uri, username, database string
	id                      string // of the instance, where nothing else tells
}

// newSet is the command.
func newSet(c command.Call) *cobra.Command {
	p := &setCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "set KEY",
		Short: "Store a password that you know",
		Long: `set stores the password of an instance that aurad adopted, or whose password was changed since, or
that a person has found in Aura's reply to its create (see credential recover --raw). It is read from stdin: asked for on a terminal, else one line. It does not change the password in
Aura.

The URI is what Aura shows of the live instance, which may cost one API request; a paused one
shows none, then --uri is needed unless it is stored already.`,
		Example: `  aurad credential set orders-dev
  pass show aura/orders-dev | aurad credential set orders-dev`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&p.id, "id", "", "instance that the password is of, where Aura's reply to its create does not tell")
	f.StringVar(&p.uri, "uri", "", "neo4j+s://... (default what is stored already, else what Aura shows)")
	f.StringVar(&p.username, "username", "", "user (default what is stored already, else neo4j)")
	f.StringVar(&p.database, "database", "", "database (default what is stored already, else neo4j)")
	return cmd
}

func (p *setCommand) run(ctx context.Context, key string) error {
	if err := p.check(key); err != nil {
		return err
	}
	its, err := p.App().Reach(ctx)
	if err != nil {
		return err
	}
	where, err := its.Supply(ctx, control.Supply{Key: key, ID: p.id, Ask: func(id, name string) (secrets.Credential, error) { return p.credential(key, id, name) }})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "The password of %s is stored%s.\n", key, where)
	return nil
}

func (p *setCommand) check(key string) error {
	if err := secrets.ValidKey(key); err != nil {
		return err
	}
	if u, err := url.Parse(p.uri); p.uri != "" && (err != nil || u.Host == "" || u.User != nil || !strings.HasPrefix(u.Scheme, "neo4j") && !strings.HasPrefix(u.Scheme, "bolt")) {
		return errors.New("--uri is not of the form neo4j+s://HOST, without user and password")
	}
	return nil
}

// credential asks for the password of instance id and puts it beside what the flags say.
func (p *setCommand) credential(key, id, name string) (secrets.Credential, error) {
	password, err := p.ReadPassword(fmt.Sprintf("Password of %s (instance %s): ", key, id))
	return secrets.Credential{Key: key, InstanceID: id, InstanceName: name,
		URI: p.uri, Username: p.username, Password: password, Database: p.database}, err
}
