package savings

import (
	"math"
	"testing"

	"github.com/aurad/aurad/spec"
)

func TestPauseSaving(t *testing.T) {
	f := &spec.Fleet{Prices: map[string]float64{"enterprise-db": 0.5}}
	for _, c := range []struct {
		kind, memory string
		want         float64
		ok           bool
	}{{"professional-db", "8GB", 8 * 0.09 * 0.8, true}, {"enterprise-db", "2GB", 0.8, true}, {"professional-ds", "2GB", 0, false}, {"free-db", "1GB", 0, true}} {
		if got, ok := OfPause(f, spec.Instance{Type: c.kind, Memory: c.memory}); math.Abs(got-c.want) > 1e-9 || ok != c.ok {
			t.Errorf("%s %s: %g, %v; want %g, %v", c.kind, c.memory, got, ok, c.want, c.ok)
		}
	}
}
