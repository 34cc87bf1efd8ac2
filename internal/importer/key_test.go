package importer

import (
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/aura"
)

func TestFleetOf(t *testing.T) {
	t.Parallel()
	const tenant = "3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11"
	for name, want := range map[string]string{"Acme": "acme", "": "aura-3f0c6a52", "default": "aura-3f0c6a52", "Ω": "aura-3f0c6a52", "--a__b--": "a-b", strings.Repeat("x", 80): strings.Repeat("x", 40)} {
		if got := fleetOf(name, tenant); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for _, tc := range []struct{ name, want string }{
		{"orders-dev", "orders-dev"}, {"Orders Dev", "orders-dev-2"}, {"orders_dev", "orders-dev-3"},
		{"--", "0a1b2c3d"}, {"Ω", "0a1b2c3d-2"},
		{strings.Repeat("x", 40), strings.Repeat("x", 30)}, {strings.Repeat("x", 31), strings.Repeat("x", 28) + "-2"},
	} {
		if got := keyOf(aura.Instance{Summary: aura.Summary{ID: "0a1b2c3d", Name: tc.name}}, taken); got != tc.want {
			t.Errorf("key of %q is %q, want %q", tc.name, got, tc.want)
		}
	}
}
