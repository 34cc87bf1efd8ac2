package manpage_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/manpage"
	"github.com/aurad/aurad/internal/tooltest"
)

func tree() *cobra.Command {
	root := &cobra.Command{Use: "tool", Short: "Do things", Long: "tool does…\n.things\n'and more'\n\n  tool \\x -a"}
	root.PersistentFlags().StringP("file", "f", "a.yaml", "the `path` of it")
	plan := &cobra.Command{Use: "plan KEY", Short: "Say what", Example: "  tool plan --at x", Run: func(*cobra.Command, []string) {}}
	plan.Flags().Bool("secret", false, "not shown")
	_ = plan.Flags().MarkHidden("secret")
	root.AddCommand(plan, &cobra.Command{Use: "quiet", Hidden: true, Run: func(*cobra.Command, []string) {}})
	return root
}

func pages() map[string]string {
	m := manpage.Manual{Title: "tool manual", Version: "1.0", Date: "2026-11-24",
		Sections: []manpage.Section{{Heading: "FILES", Items: []manpage.Item{{Term: ".toolrc", Text: "Settings."}}}}}
	return m.Pages(tree())
}

func TestPages(t *testing.T) {
	all := pages()
	if len(all) != 2 || all["tool.1"] == "" || all["tool-plan.1"] == "" {
		t.Fatalf("pages: %v", all)
	}
	for page, parts := range map[string][]string{
		"tool.1": {`.TH "TOOL" 1 "2026\-11\-24" "tool 1.0" "tool manual"`, "tool \\- do things", "tool does\\[u2026]\n\\&.things\n\\&'and more'\n", `tool \ex \-a`,
			".SH FILES\n.TP\n.B \\&.toolrc\nSettings.", "tool\\-plan(1)"},
		"tool-plan.1": {".B tool plan KEY", ".SH GLOBAL OPTIONS\n.TP\n.B \\-f, \\-\\-file path\nthe path of it (default a.yaml)", "tool plan \\-\\-at x", ".BR tool (1)\n"},
	} {
		for _, part := range parts {
			if !strings.Contains(all[page], part) {
				t.Errorf("%s lacks %q:\n%s", page, part, all[page])
			}
		}
	}
	if strings.Contains(all["tool-plan.1"], "secret") {
		t.Error("a hidden flag is shown")
	}
}

// groff has nothing to warn of.
func TestGroffReadsThem(t *testing.T) {
	groff := tooltest.Need(t, "groff", "groff-base")
	for name, page := range pages() {
		cmd := exec.Command(groff, "-man", "-Tutf8", "-ww", "-z")
		cmd.Stdin = strings.NewReader(page)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
}
