package house

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// place is one row of the table "Where is ...?" of CONTRIBUTING.md.
type place struct{ question, file, name string }

// placesOf reads the rows `| question | file | name |` below the heading.
func placesOf(text string) (all []place) {
	_, text, _ = strings.Cut(text, "\n## Where is ...?\n")
	text, _, _ = strings.Cut(text, "\n## ")
	row := regexp.MustCompile("(?m)^\\| (.+?) \\| `([^`]+)` \\| `([^`]+)` \\|$")
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		all = append(all, place{m[1], m[2], m[3]})
	}
	return all
}

// lost are the rows whose file does not declare the name.
func lost(all []place, from []source) (found []string) {
	for _, p := range all {
		i := slices.IndexFunc(from, func(s source) bool { return s.dir == path.Dir(p.file) })
		if i < 0 || from[i].files[path.Base(p.file)] == nil {
			found = append(found, p.question+": there is no "+p.file)
			continue
		}
		if !slices.Contains(declared(from[i].files[path.Base(p.file)]), p.name) {
			found = append(found, p.question+": "+p.file+" does not declare "+p.name)
		}
	}
	return found
}

func TestNewcomersAreSentToTheRightFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := placesOf(string(text))
	if len(all) < 14 {
		t.Errorf("only %d rows", len(all))
	}
	for _, what := range lost(all, sources(t)) {
		t.Error(what)
	}
}

func TestALostPlaceIsSeen(t *testing.T) {
	from := []source{written(t, "p", "package p\ntype T struct{}\nfunc (*T) m() {}\n")}
	text := "# C\n\n## Where is ...?\n\n| What | File | Name |\n|---|---|---|\n| a | `p/f0.go` | `T.m` |\n| b | `p/f0.go` | `n` |\n| c | `q/f0.go` | `T` |\n\n## Else\n| d | `e` | `f` |\n"
	all := placesOf(text)
	if got := lost(all, from); len(all) != 3 || len(got) != 2 || !strings.HasPrefix(got[0], "b: p/f0.go does not") || !strings.HasPrefix(got[1], "c: there is no") {
		t.Errorf("%v: %q", all, got)
	}
}
