package manual_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/manual"
	"github.com/aurad/aurad/spec"
)

var update = flag.Bool("update", false, "rewrite what the manual takes from the code")

const top = "../.."

// pages are README.md, CONTRIBUTING.md and all of docs/.
func pages(t *testing.T) []manual.Page {
	t.Helper()
	files := []string{"README.md", "CONTRIBUTING.md"}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md", "examples/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(top, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			rel, _ := filepath.Rel(top, f)
			files = append(files, rel)
		}
	}
	var all []manual.Page
	for _, file := range files {
		p, err := manual.Parse(file, read(t, filepath.Join(top, file)))
		if err != nil {
			t.Error(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("%d pages: the manual is not where it was", len(all))
	}
	return all
}

// What the code knows better is current; `make docs` rewrites it.
func TestGeneratedPartsAreCurrent(t *testing.T) {
	used := map[string]bool{}
	for _, p := range pages(t) {
		for name := range manual.Sources(os.DirFS(top)) {
			used[name] = used[name] || strings.Contains(p.Text, "<!-- begin generated: "+name+" -->")
		}
		text, err := manual.Generate(p.Text, manual.Sources(os.DirFS(top)))
		if err != nil {
			t.Errorf("%s: %v", p.File, err)
		}
		if text == p.Text {
			continue
		}
		if !*update {
			t.Errorf("%s is not current: run make docs", p.File)
			continue
		}
		write(t, filepath.Join(top, p.File), text)
	}
	for name := range manual.Sources(os.DirFS(top)) {
		if !used[name] {
			t.Errorf("no page has the generated part %s", name)
		}
	}
}

// Every command is run, or says why it can't be.
func TestNothingIsLeftOutInSilence(t *testing.T) {
	kinds := []string{"sh", "sh background", "text output", "text", "yaml", "hcl", "json", "ini", "go", "console"}
	why := regexp.MustCompile(`^<!-- not run: .{10,} -->$`)
	for _, p := range pages(t) {
		for _, f := range p.Fences {
			file := strings.HasPrefix(f.Info, "yaml ")
			if !file && !slices.Contains(kinds, f.Info) {
				t.Errorf("%s:%d: a fence of an unknown kind: %q", p.File, f.Line, f.Info)
			}
			if f.Info == "console" && !why.MatchString(f.Before) {
				t.Errorf("%s:%d: no comment says why this is not run", p.File, f.Line)
			}
		}
	}
}

// A piece of a fleet file is valid where the rest of a fleet is put around it.
func TestPiecesOfFleetFilesAreValid(t *testing.T) {
	const one = "instances: {one: {type: free-db, cloud_provider: gcp, region: europe-west1}}\n"
	n := 0
	for _, p := range pages(t) {
		for _, f := range p.Fences {
			if f.Info != "yaml" {
				continue
			}
			n++
			if _, err := spec.Parse("piece.yaml", []byte("schema: aurad/v1\n"+one+f.Body)); err != nil {
				t.Errorf("%s:%d: %v", p.File, f.Line, err)
			}
		}
	}
	if n < 3 {
		t.Errorf("only %d pieces", n)
	}
}

// A test that a page names exists; TestVault… stands for all that begin so.
func TestNamedTestsExist(t *testing.T) {
	var source strings.Builder
	err := filepath.WalkDir(top, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			source.WriteString(read(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range pages(t) {
		for _, m := range regexp.MustCompile("`(Test[A-Z][A-Za-z0-9]+)(…?)[`/]").FindAllStringSubmatch(p.Text, -1) {
			n++
			want := "\nfunc " + m[1]
			if m[2] == "" {
				want += "("
			}
			if !strings.Contains(source.String(), want) {
				t.Errorf("%s: there is no test %s", p.File, m[1])
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d names of tests found", n)
	}
}

var link = regexp.MustCompile(`\]\(([^)#\s]+)?(#[^)\s]+)?\)`)

// A link to a file of this repository leads somewhere, and so does its anchor.
func TestLinksLeadSomewhere(t *testing.T) {
	n := 0
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(p.Text, -1) {
			target, anchor := m[1], m[2]
			if strings.Contains(target, "://") {
				continue
			}
			n++
			path := filepath.Join(top, p.File)
			if target != "" {
				path = filepath.Join(filepath.Dir(path), target)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: a link to %s: %v", p.File, target, err)
				continue
			}
			if anchor != "" && !slices.Contains(anchors(read(t, path)), anchor) {
				t.Errorf("%s: %s has no heading for %s", p.File, path, anchor)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d links found", n)
	}
}

// anchors are GitHub's for the headings of a page.
func anchors(text string) []string {
	drop := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	var all []string
	for line := range strings.Lines(text) {
		if heading := strings.TrimLeft(line, "#"); heading != line && strings.HasPrefix(heading, " ") {
			name := drop.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading)), "")
			all = append(all, "#"+strings.ReplaceAll(name, " ", "-"))
		}
	}
	return all
}

func TestParse(t *testing.T) {
	text := "a\n<!-- why -->\n\n```sh x\none\ntwo\n```\n```text\n```\n"
	p, err := manual.Parse("f.md", text)
	if err != nil || len(p.Fences) != 2 {
		t.Fatalf("%v %+v", err, p)
	}
	if f := p.Fences[0]; f.Line != 4 || f.Info != "sh x" || f.Body != "one\ntwo\n" || f.Before != "<!-- why -->" {
		t.Errorf("%+v", f)
	}
	if got := p.Replace(map[int]string{0: "new\n", 1: "more\n"}); got != "a\n<!-- why -->\n\n```sh x\nnew\n```\n```text\nmore\n```\n" {
		t.Errorf("%q", got)
	}
	if _, err := manual.Parse("f.md", "x\n```sh\n"); err == nil || err.Error() != "f.md:2: the fence is not closed" {
		t.Error(err)
	}
	if _, err := manual.Generate("<!-- begin generated: nobody -->\n<!-- end generated -->", nil); err == nil {
		t.Error("an unknown source passes")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(fmt.Errorf("write %s: %w", path, err))
	}
}
