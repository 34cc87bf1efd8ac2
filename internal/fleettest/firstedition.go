package fleettest

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"os"
	"path/filepath"
	"testing"
)

//go:embed testdata/first-edition.db.gz
var firstState []byte

//go:embed testdata/first-edition.key
var firstKey []byte

// FirstEdition puts a state into dir that the first edition's own binary wrote, with its key, and returns
// its file as it is: three instances, one as the file says, one protected, one whose block had left the file.
func FirstEdition(t testing.TB, dir string) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(firstState))
	must(t, err)
	raw, err := io.ReadAll(r)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "aurad.db"), raw, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "spool.key"), firstKey, 0o600))
	return raw
}
