package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/importer"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/spec"
)

// importLimit is the pace of an import, which has no fleet file to name one: that of a free account.
const importLimit = 25

// importCommand is `aurad import`.
type importCommand struct {
	command.Call
	out   string
	fleet string // "": named after the tenant
	wait  time.Duration
}

// newImport is the command.
func newImport(c command.Call) *cobra.Command {
	p := &importCommand{Call: c}
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
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	cmd.Flags().StringVarP(&p.out, "output", "o", "", "the file to write, which must not be there yet; stdout when not given")
	cmd.Flags().StringVar(&p.fleet, "fleet", "", "the name of the fleet, such as acme-databases (default that of the tenant)")
	cmd.Flags().DurationVar(&p.wait, "wait", 10*time.Minute, "how long to wait for instances that are being changed; 0s looks at each one once")
	_ = cmd.MarkFlagFilename("output", "yaml", "yml")
	return cmd
}

func (p *importCommand) run(ctx context.Context) error {
	if p.out != "" && folder.Exists(p.out) {
		return fmt.Errorf("import: %s is there already; name another file with -o", p.out)
	}
	if p.wait < 0 {
		return errors.New("import: --wait can't be negative; 0s looks at each instance once")
	}
	if p.fleet != "" {
		if err := spec.CheckFleetName(p.fleet); err != nil {
			return fmt.Errorf("import: --fleet: %w", err)
		}
	}
	draft, err := p.lookAtAll(ctx)
	if err != nil {
		return err
	}
	text, err := draft.Text()
	if err != nil {
		return err
	}
	for _, line := range draft.Omissions() {
		p.says("left out: " + line)
	}
	if p.out == "" {
		_, err = p.Stdout.Write(text)
		return err
	}
	if err := importer.WriteNew(p.out, text); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.Stdout, "%s has %s, ready to adopt. Next: aurad plan -f %s\n", p.out, words.Plural(draft.Count(), "instance"), p.out)
	return err
}

func (p *importCommand) says(line string) { fmt.Fprintln(p.Stderr, "import: "+plaintext.Line(line)) }

// lookAtAll reads every instance of the tenant in detail.
func (p *importCommand) lookAtAll(ctx context.Context) (d *importer.Draft, err error) {
	s, err := p.App().Look(ctx, "", importLimit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	v := &importer.Survey{Client: s.Client, Clock: s.Clock, Tenant: s.Tenant(), Wait: p.wait, Say: p.says, Progress: p.progress}
	d, err = v.Draft(ctx, p.fleet)
	if p.Terminal(p.Stderr) {
		fmt.Fprint(p.Stderr, "\r\x1b[K")
	}
	return d, err
}

func (p *importCommand) progress(done, all int) {
	if p.Terminal(p.Stderr) {
		fmt.Fprintf(p.Stderr, "\rlooking at instance %d of %d\x1b[K", done, all)
	}
}
