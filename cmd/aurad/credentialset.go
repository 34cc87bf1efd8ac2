package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/control"
	"github.com/aurad/aurad/secrets"
)

// setOptions are the flags of credential set.
type setOptions struct {
	*common
	uri, username, database string
	id                      string // of the instance, where nothing else tells
}

func (p program) credentialSetCommand(c *common) *cobra.Command {
	o := setOptions{common: c}
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
		RunE: func(cmd *cobra.Command, args []string) error { return p.credentialSet(cmd.Context(), o, args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&o.id, "id", "", "instance that the password is of, where Aura's reply to its create does not tell")
	f.StringVar(&o.uri, "uri", "", "neo4j+s://... (default what is stored already, else what Aura shows)")
	f.StringVar(&o.username, "username", "", "user (default what is stored already, else neo4j)")
	f.StringVar(&o.database, "database", "", "database (default what is stored already, else neo4j)")
	return cmd
}

func (p program) credentialSet(ctx context.Context, o setOptions, key string) error {
	if err := o.check(key); err != nil {
		return err
	}
	dir, err := p.statePath(o.common)
	if err != nil {
		return err
	}
	its, err := p.reach(ctx, o.common, dir)
	if err != nil {
		return err
	}
	where, err := its.Supply(ctx, control.Supply{Key: key, ID: o.id, Ask: func(id, name string) (secrets.Credential, error) { return p.credential(o, key, id, name) }})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "The password of %s is stored%s.\n", key, where)
	return nil
}

func (o setOptions) check(key string) error {
	if err := secrets.ValidKey(key); err != nil {
		return err
	}
	if u, err := url.Parse(o.uri); o.uri != "" && (err != nil || u.Host == "" || u.User != nil || !strings.HasPrefix(u.Scheme, "neo4j") && !strings.HasPrefix(u.Scheme, "bolt")) {
		return errors.New("--uri is not of the form neo4j+s://HOST, without user and password")
	}
	return nil
}

// credential asks for the password of instance id and puts it beside what the flags say.
func (p program) credential(o setOptions, key, id, name string) (secrets.Credential, error) {
	password, err := p.readPassword(fmt.Sprintf("Password of %s (instance %s): ", key, id))
	return secrets.Credential{Key: key, InstanceID: id, InstanceName: name,
		URI: o.uri, Username: o.username, Password: password, Database: o.database}, err
}
