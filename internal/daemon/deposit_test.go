package daemon_test

import (
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/reconcile"
)

// A password is only taken for the instance that it is meant for, and never in place of one that
// is on its way.
func TestCheckDeposit(t *testing.T) {
	spooled := &reconcile.Birth{Stage: reconcile.Spooled}
	for _, row := range []struct {
		e    reconcile.Entry
		want string
	}{
		{reconcile.Entry{ID: "aaaaaaaa"}, ""},
		{reconcile.Entry{ID: "aaaaaaaa", Birth: &reconcile.Birth{Stage: reconcile.Stored}}, ""},
		{reconcile.Entry{ID: "bbbbbbbb"}, "dev is instance bbbbbbbb now, and the password is for aaaaaaaa"},
		{reconcile.Entry{}, "aurad has no instance for it yet"},
		{reconcile.Entry{Birth: spooled}, "aurad credential recover"},
		{reconcile.Entry{ID: "aaaaaaaa", Birth: spooled}, "aurad credential recover"},
	} {
		got := ""
		if err := create.CheckDeposit("dev", row.e, "aaaaaaaa"); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, row.want) || row.want == "" && got != "" {
			t.Errorf("%+v: %q, want %q", row.e, got, row.want)
		}
	}
}
