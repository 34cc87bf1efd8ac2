package credential

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/stores"
	"github.com/aurad/aurad/secrets"
)

// envCommand is `aurad env`.
type envCommand struct {
	command.Call
	show bool // on a terminal, too
}

// NewEnv is the command.
func NewEnv(c command.Call) *cobra.Command {
	p := &envCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "env KEY",
		Short: "Print what a program needs to connect to an instance, for a shell or CI",
		Long: `env prints the credential of an instance from the store, as six lines NAME=value that a shell or a
dotenv reader takes: NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE, AURA_INSTANCEID
and AURA_INSTANCENAME.

On a terminal, where others may look on, it needs --show. It asks the store alone: neither Aura
nor the state folder, so it works wherever the fleet file and a right to read the store are.`,
		Example: `  set -a; eval "$(aurad env orders-dev)"; set +a
  aurad env orders-dev > orders-dev.env`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().BoolVar(&p.show, "show", false, "print it on a terminal, too")
	return cmd
}

func (p *envCommand) run(ctx context.Context, key string) (err error) {
	if p.Terminal(p.Stdout) && !p.show {
		return fmt.Errorf("this would show the password of %s on the screen: give --show if nobody looks on, or use it as in: eval \"$(aurad env %s)\"", key, key)
	}
	fleet, err := p.App().ReadFleet()
	if err != nil {
		return err
	}
	store, release, err := stores.ToRead(p.App().Get, fleet)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	found, err := store.Get(ctx, key)
	if errors.Is(err, secrets.ErrMissing) {
		return noCredential(key, store.Name())
	}
	if err != nil {
		return err
	}
	_, err = p.Stdout.Write(secrets.FormatEnv(found))
	return err
}

func noCredential(key, store string) error {
	return fmt.Errorf("no credential of %s is stored in %s: see `aurad credential list`; a password that you know is stored with `aurad credential set %s`", key, store, key)
}
