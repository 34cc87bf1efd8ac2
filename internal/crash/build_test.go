package crash

import (
	"os"
	"testing"

	"github.com/aurad/aurad/internal/binarytest"
)

// Binaries are built once for all tests.
var binaries binarytest.Built

func mortal() (string, error) { return binaries.Build("-buildvcs=false", "-tags", "crashpoints") }

func release() (string, error) { return binaries.Build("-buildvcs=false") }

func TestMain(m *testing.M) {
	if address := os.Getenv(plainClient); address != "" {
		askPlainly(address)
		return
	}
	os.Exit(binaries.Main(m))
}

func must[T any](t *testing.T, f func() (T, error)) T {
	t.Helper()
	v, err := f()
	if err != nil {
		t.Fatal(err)
	}
	return v
}
