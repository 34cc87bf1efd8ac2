package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/importer"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/spec"
)

// importLimit is the pace of an import, which has no fleet file to name one: that of a free account.
const importLimit = 25

// importOptions are the flags of import.
type importOptions struct {
	*common
	out   string
	fleet string // "": named after the tenant
	wait  time.Duration
}

func (p program) importCommand(c *common) *cobra.Command {
	o := importOptions{common: c}
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Write a fleet file of what is live, ready to adopt",
		Long: `import looks at every live instance and writes a fleet file that describes it. Each block names
the instance's id, so that plan shows nothing but adoptions. Passwords stay as they are, and Aura
does not tell them.

The fleet is named after the tenant, unless --fleet names it: state and credentials are recorded under
that name, and a fleet without one deletes nothing. Change it before the first apply.

Each instance is looked at twice, 15 seconds apart, and one that is being changed is waited for:
old values in the file would undo the change. What can't be written is a comment at the end of the
file, and a line on stderr.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.importFleet(cmd.Context(), o) },
	}
	cmd.Flags().StringVarP(&o.out, "output", "o", "", "the file to write, which must not be there yet; stdout when not given")
	cmd.Flags().StringVar(&o.fleet, "fleet", "", "the name of the fleet, such as acme-databases (default that of the tenant)")
	cmd.Flags().DurationVar(&o.wait, "wait", 10*time.Minute, "how long to wait for instances that are being changed; 0s looks at each one once")
	_ = cmd.MarkFlagFilename("output", "yaml", "yml")
	return cmd
}

func (p program) importFleet(ctx context.Context, o importOptions) error {
	if o.out != "" && folder.Exists(o.out) {
		return fmt.Errorf("import: %s is there already; name another file with -o", o.out)
	}
	if o.wait < 0 {
		return errors.New("import: --wait can't be negative; 0s looks at each instance once")
	}
	if o.fleet != "" {
		if err := spec.CheckFleetName(o.fleet); err != nil {
			return fmt.Errorf("import: --fleet: %w", err)
		}
	}
	draft, err := p.lookAtAll(ctx, o)
	if err != nil {
		return err
	}
	text, err := draft.Text()
	if err != nil {
		return err
	}
	for _, line := range draft.Omissions() {
		p.importSays("left out: " + line)
	}
	if o.out == "" {
		_, err = p.stdout.Write(text)
		return err
	}
	if err := importer.WriteNew(o.out, text); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s has %s, ready to adopt. Next: aurad plan -f %s\n", o.out, words.Plural(draft.Count(), "instance"), o.out)
	return err
}

func (p program) importSays(line string) { fmt.Fprintln(p.stderr, "import: "+plaintext.Line(line)) }

// lookAtAll reads every instance of the tenant in detail.
func (p program) lookAtAll(ctx context.Context, o importOptions) (d *importer.Draft, err error) {
	s, err := p.look(ctx, o.common, "", importLimit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	v := &importer.Survey{Client: s.client, Clock: s.clock, Tenant: s.account.tenantID, Wait: o.wait, Say: p.importSays, Progress: p.importProgress}
	d, err = v.Draft(ctx, o.fleet)
	if p.terminal(p.stderr) {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
	return d, err
}

func (p program) importProgress(done, all int) {
	if p.terminal(p.stderr) {
		fmt.Fprintf(p.stderr, "\rlooking at instance %d of %d\x1b[K", done, all)
	}
}
