package reconcile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// spec and reconcile decide; they must not know the clock, the network, the disk, or run
// anything beside their caller. Otherwise a plan could not be printed, tested or repeated.
var pure = []string{"../spec", "../reconcile"}

// impure describes JSON Schema, and with it has a library that speaks to the network.
const impure = "../spec/schema"

// pureFolders are the pure packages and what lies below them.
func pureFolders(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, root := range pure {
		all = append(all, foldersIn(t, root)...)
	}
	return all
}

// foldersIn are root and those in it, through links too.
func foldersIn(t *testing.T, root string) []string {
	t.Helper()
	inside, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{root}
	for _, d := range inside {
		path := filepath.Join(root, d.Name())
		if info, err := os.Stat(path); err != nil || !info.IsDir() || d.Name() == "testdata" || path == filepath.FromSlash(impure) {
			continue
		}
		all = append(all, foldersIn(t, path)...)
	}
	return all
}

// effects are imports that reach out of a calculation, by path or by the folder above.
var effects = []string{"net", "os", "context", "log", "syscall", "io/ioutil", "math/rand", "crypto/rand", "plugin", "unsafe"}

// clocks are what reads or waits for the clock, and what speaks to the terminal, by import.
var clocks = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Local"},
	"fmt":  {"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
}

func isEffect(path string) bool {
	return slices.ContainsFunc(effects, func(e string) bool { return path == e || strings.HasPrefix(path, e+"/") })
}

// impurities names everything in a file that a pure package must not have.
func impurities(fset *token.FileSet, file *ast.File) []string {
	var found []string
	report := func(n ast.Node, format string, args ...any) {
		at := fset.Position(n.Pos())
		found = append(found, fmt.Sprintf("%s:%d: %s", filepath.Base(at.Filename), at.Line, fmt.Sprintf(format, args...)))
	}
	imported := map[string]string{} // local name -> path
	for _, im := range file.Imports {
		path, _ := strconv.Unquote(im.Path.Value)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if im.Name != nil {
			name = im.Name.Name
		}
		imported[name] = path
		if isEffect(path) || name == "." {
			report(im, "imports %s", path)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n, "starts a goroutine")
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				report(n, "has an init function")
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && slices.Contains(clocks[imported[x.Name]], n.Sel.Name) {
				report(n, "uses %s.%s", imported[x.Name], n.Sel.Name)
			}
		}
		return true
	})
	return found
}

func TestPureSources(t *testing.T) {
	dirs, scanned := pureFolders(t), 0
	for _, dir := range dirs {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			scanned++
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, what := range impurities(fset, file) {
				t.Errorf("%s/%s", dir, what)
			}
		}
	}
	if len(dirs) < 10 || scanned < 80 {
		t.Errorf("only %d packages of %d files", len(dirs), scanned)
	}
}

// The scan itself must see every kind of fault, hidden behind another name too.
func TestPurityScanFindsFaults(t *testing.T) {
	const faulty = `package faulty
import (
	"net/http"
	"os"
	"log/slog"
	clock "time"
	. "strings"
)
func init() {}
var now = clock.Now
func f(t clock.Time) clock.Duration { go f(t); <-clock.After(1); return clock.Since(t) }
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "faulty.go", faulty, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"faulty.go:3: imports net/http", "faulty.go:4: imports os", "faulty.go:5: imports log/slog", "faulty.go:7: imports strings",
		"faulty.go:9: has an init function", "faulty.go:10: uses time.Now",
		"faulty.go:11: starts a goroutine", "faulty.go:11: uses time.After", "faulty.go:11: uses time.Since",
	}
	if got := impurities(fset, file); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// listed is what `go list` says of a package.
type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

// reaching names what the packages in deps must not reach. The standard library's own insides
// are not looked into: fmt imports os to print, and nobody here prints.
func reaching(deps []listed) []string {
	var found []string
	for _, p := range deps {
		if p.ImportPath == "net" || strings.HasPrefix(p.ImportPath, "net/") {
			found = append(found, "the network is reachable: "+p.ImportPath)
		}
		for _, im := range p.Imports {
			if !p.Standard && isEffect(im) {
				found = append(found, p.ImportPath+" imports "+im)
			}
		}
	}
	return found
}

func TestPureDependencies(t *testing.T) {
	var stderr bytes.Buffer
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports")
	cmd.Args = append(cmd.Args, pureFolders(t)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var deps []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		deps = append(deps, p)
	}
	if len(deps) < 20 {
		t.Fatalf("only %d packages listed", len(deps))
	}
	for _, what := range reaching(deps) {
		t.Error(what)
	}
	tainted := append(deps, listed{ImportPath: "example.com/lib", Imports: []string{"log/slog"}}, listed{ImportPath: "net/http", Standard: true})
	if got := reaching(tainted); len(got) != 2 {
		t.Errorf("a tainted dependency goes unseen: %q", got)
	}
}
