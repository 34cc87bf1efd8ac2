package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/aura"
)

// importLimit is the pace of an import, which has no fleet file to name one: that of a free account.
const importLimit = 25

func (p program) importCommand(c *common) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Write a fleet file of what is live, ready to adopt",
		Long: `import looks at every live instance and writes a fleet file that describes it. Each block names
the instance's id, so that plan shows nothing but adoptions. Passwords stay as they are, and Aura
does not tell them.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.importFleet(cmd.Context(), c, out) },
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the file to write, which must not be there yet; stdout when not given")
	_ = cmd.MarkFlagFilename("output", "yaml", "yml")
	return cmd
}

func (p program) importFleet(ctx context.Context, c *common, out string) error {
	if out != "" && exists(out) {
		return fmt.Errorf("import: %s is there already; name another file with -o", out)
	}
	live, tenant, err := p.lookAtAll(ctx, c)
	if err != nil {
		return err
	}
	draft := describe(tenant, live)
	text, err := draft.settle()
	if err != nil {
		return err
	}
	if out == "" {
		_, err = p.stdout.Write(text)
		return err
	}
	if err := writeNew(out, text); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s has %s, ready to adopt. Next: aurad plan -f %s\n", out, plural(draft.count(), "instance"), out)
	return err
}

// lookAtAll reads every instance of the tenant in detail.
func (p program) lookAtAll(ctx context.Context, c *common) (live []aura.Instance, tenant string, err error) {
	s, err := p.look(ctx, c, "", importLimit)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	list, err := s.client.Instances(ctx, s.account.tenantID)
	if err != nil {
		return nil, "", err
	}
	if tenant, err = oneTenant(s.account.tenantID, list); err != nil {
		return nil, "", err
	}
	for i, sum := range list {
		if p.terminal(p.stderr) {
			fmt.Fprintf(p.stderr, "\rlooking at instance %d of %d\x1b[K", i+1, len(list))
		}
		in, err := s.client.Instance(ctx, sum.ID)
		var e *aura.Error
		if errors.As(err, &e) && e.Kind == aura.Gone {
			continue // deleted since the list
		}
		if err != nil {
			return nil, "", err
		}
		live = append(live, in)
	}
	if p.terminal(p.stderr) {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
	return live, tenant, nil
}

// oneTenant is the tenant to import: a fleet file describes one.
func oneTenant(named string, list []aura.Summary) (string, error) {
	if named != "" {
		return named, nil
	}
	seen := map[string]int{}
	for _, s := range list {
		seen[s.TenantID]++
	}
	ids := slices.Sorted(maps.Keys(seen))
	if len(ids) > 1 {
		return "", fmt.Errorf("import: the account has instances in %d tenants (%s), and a fleet file is about one: set AURA_TENANT_ID", len(ids), someOf(ids, 8))
	}
	if len(ids) == 0 {
		return "", errors.New("import: the account has no instances, so there is nothing to write")
	}
	return ids[0], nil
}

// writeNew writes a file that must not be there yet.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("import: %s is there already; name another file with -o", path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
