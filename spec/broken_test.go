package spec

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aurad/aurad/spec/source"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestBrokenFiles: every file in testdata/broken is refused, each fault with a place inside of
// the file. The hand-made ones begin with what is to be said, one `# want:` line per fault.
func TestBrokenFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.yaml")
	if err != nil || len(files) < 200 {
		t.Fatalf("%d broken files, %v; want at least 200", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			data = rewriteWants(t, file, data)
		}
		_, err = Parse("f", data)
		checkPlaces(t, file, data, err)
		if wants, _ := cutWants(data); wants != "" && wants != wantsOf(err) {
			t.Errorf("%s:\ngot\n%swant\n%s", file, wantsOf(err), wants)
		}
	}
}

// checkPlaces fails unless err is Errors, sorted, with places inside data.
func checkPlaces(t *testing.T, name string, data []byte, err error) {
	t.Helper()
	var errs source.Errors
	if !errors.As(err, &errs) || len(errs) == 0 {
		t.Errorf("%s: got %v, want Errors", name, err)
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), "\n")
	for i, e := range errs {
		if e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > utf8.RuneCountInString(lines[e.Line-1])+1 {
			t.Errorf("%s: outside of the file: %v", name, e)
		}
		if e.Text == "" || strings.ContainsAny(e.Error(), "\n\r") {
			t.Errorf("%s: not one line of text: %q", name, e.Error())
		}
		if i > 0 && (errs[i-1].Line > e.Line || errs[i-1].Line == e.Line && errs[i-1].Column > e.Column) {
			t.Errorf("%s: not sorted: %v after %v", name, e, errs[i-1])
		}
	}
}

// cutWants splits the expectations from the rest of a file.
func cutWants(data []byte) (wants, rest string) {
	rest = string(data)
	for strings.HasPrefix(rest, "# want:") {
		line, after, _ := strings.Cut(rest, "\n")
		wants, rest = wants+line+"\n", after
	}
	return wants, rest
}

func wantsOf(err error) string {
	var errs source.Errors
	errors.As(err, &errs)
	var b strings.Builder
	for _, e := range errs {
		b.WriteString("# want: " + strings.TrimPrefix(e.Error(), "f:") + "\n")
	}
	return b.String()
}

// rewriteWants puts the present errors on top of a hand-made file, with the lines that they
// have once they stand there.
func rewriteWants(t *testing.T, file string, data []byte) []byte {
	wants, rest := cutWants(data)
	if wants == "" {
		return data
	}
	_, err := Parse("f", []byte(rest))
	for range 2 {
		_, err = Parse("f", []byte(wantsOf(err)+rest))
	}
	data = []byte(wantsOf(err) + rest)
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return data
}

// TestErrorForm is the form that the manual promises.
func TestErrorForm(t *testing.T) {
	data, err := os.ReadFile("testdata/broken/instance-memory-odd.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Parse("fleet.yaml", data)
	want := `fleet.yaml:6:13: instances.orders-dev.memory: "3GB" is not a size Aura sells; nearest: 2GB, 4GB; write ` + "`memory: 4GB`"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	var one source.Error
	if !errors.As(err, &one) || strconv.Itoa(one.Line) != "6" {
		t.Errorf("errors.As finds %v", one)
	}
}
