package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
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
	where, err := p.giveDaemon(ctx, o, dir, key)
	if errors.Is(err, errNoDaemon) {
		where, err = p.giveStore(ctx, o, dir, key)
	}
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

// giveDaemon hands the password to the daemon, which is the one that writes to the store.
func (p program) giveDaemon(ctx context.Context, o setOptions, dir, key string) (where string, err error) {
	var snap daemon.Snapshot
	if err := ask(ctx, dir, "/api/v1/status", &snap); err != nil {
		return "", err
	}
	for _, in := range snap.Instances {
		if in.Key != key {
			continue
		}
		known := reconcile.Entry{ID: in.InstanceID, Birth: birthIn(snap, in)}
		id := o.instance(known)
		if err := create.CheckDeposit(key, known, id); err != nil {
			return "", err
		}
		c, err := p.credential(o, key, id, in.Name)
		if err != nil {
			return "", err
		}
		return " by the daemon", tell(ctx, dir, http.MethodPut, "/api/v1/credentials/"+key, string(secrets.FormatEnv(c)), nil)
	}
	return "", fmt.Errorf("%s: the daemon's fleet file, %s, has no such instance", key, snap.Config.File)
}

// birthIn is the create under way that a status tells of.
func birthIn(snap daemon.Snapshot, in daemon.Status) *reconcile.Birth {
	if in.Credential != reconcile.CredentialSpooled {
		return nil
	}
	for _, s := range snap.Plan.Steps {
		if s.Key == in.Key && s.Cause == reconcile.CauseUnread {
			return &reconcile.Birth{Stage: reconcile.Spooled, Unread: reconcile.UnreadAll, InstanceID: s.InstanceID}
		}
	}
	return &reconcile.Birth{Stage: reconcile.Spooled}
}

// instance is the one whose password is given.
func (o setOptions) instance(e reconcile.Entry) string {
	id := cmp.Or(o.id, e.ID)
	if id == "" && e.Birth != nil {
		id = e.Birth.InstanceID
	}
	return id
}

// giveStore does without a daemon: it writes to the store, then into the state.
func (p program) giveStore(ctx context.Context, o setOptions, dir, key string) (where string, err error) {
	fleet, err := p.readFleet(o.file)
	if err != nil {
		return "", err
	}
	want, _ := fleet.Instance(key)
	fleet, dir = fleet.For(want.Account), accountDir(dir, want.Account)
	if !exists(dir) {
		return "", create.CheckDeposit(key, reconcile.Entry{}, "")
	}
	err = p.withState(dir, func(s *state.State) error {
		led, err := s.Ledger()
		if err != nil {
			return err
		}
		e := led[key]
		id := o.instance(e)
		if err := create.CheckDeposit(key, e, id); err != nil {
			return err
		}
		c, err := p.credential(o, key, id, want.Name)
		if err != nil {
			return err
		}
		store, release, err := p.openStore(fleet)
		if err != nil {
			return err
		}
		where, c.Fleet = " in "+store.Name(), fleet.Name
		err = create.Deposit(ctx, store, c, create.ClaimOf(fleet.Name, key, e), p.looking(o.common, fleet, want.Account, s))
		if err = errors.Join(err, release()); err != nil {
			return err
		}
		_, err = create.Supplied(s, key, e, reconcile.Live{ID: id, TenantID: fleet.TenantID, Type: want.Type, Memory: want.Memory})
		return err
	})
	return where, err
}

// looking asks Aura about one instance, inside the request budget of an open state. The account is
// not needed before.
func (p program) looking(c *common, fleet *spec.Fleet, name string, state *state.State) func(context.Context, string) (aura.Instance, error) {
	return func(ctx context.Context, id string) (in aura.Instance, err error) {
		a, err := p.accountNamed(name)
		if err != nil {
			return in, err
		}
		clock, err := p.clockFor(a)
		if err != nil {
			return in, err
		}
		s := &session{account: a, clock: clock, log: p.logger(c, p.stderr, "warn"), state: state}
		defer func() { err = errors.Join(err, s.close()) }()
		if err := s.dial(ctx, link{account: a, limit: requestLimit(fleet)}); err != nil {
			return in, err
		}
		return s.client.Instance(ctx, id)
	}
}
