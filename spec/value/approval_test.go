package value

import (
	"flag"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/approvaltest"
)

var update = flag.Bool("update", false, "keep what words are read as now")

// scalars are one of each kind.
func scalars() []Scalar {
	return []Scalar{new(Duration), new(UUID), new(InstanceID), new(Key), new(FleetName), new(VaultPath), new(ReadyBy), new(Memory), new(Storage),
		new(Zone), new(Window), new(Dates), new(Moment), new(Version)}
}

// What each kind of value makes of words as people write them, and what it takes.
func TestApproved(t *testing.T) {
	approvaltest.Sums(t, "testdata/approved/values.txt", 150, *update, func(seed uint64) string {
		r := rand.New(rand.NewPCG(seed, 5))
		word := approvaltest.Word(r)
		if r.IntN(3) == 0 { // the examples, and what is near them
			word = scalars()[r.IntN(len(scalars()))].Syntax().Example
			if at := r.IntN(len(word) + 1); r.IntN(2) == 0 {
				word = word[:at] + string("0 -/.aZ"[r.IntN(7)]) + word[at:]
			}
		}
		var b strings.Builder
		for _, s := range scalars() {
			err := s.Parse(word)
			b.WriteString(reflect.TypeOf(s).String() + approvaltest.Show([]any{err, s, s.Syntax(), s.Correct(word)}) + "\n")
			if text, ok := reflect.ValueOf(s).Elem().Interface().(interface{ String() string }); ok && err == nil {
				b.WriteString(text.String())
			}
		}
		return b.String()
	})
}

// Every kind takes its own example, and shows it to others as one that fits.
func TestExamplesAreTaken(t *testing.T) {
	for _, s := range scalars() {
		syntax := s.Syntax()
		if syntax.Example == "" || syntax.Pattern == "" && len(syntax.Enum) == 0 {
			t.Errorf("%T describes nothing: %+v", s, syntax)
		}
		if err := s.Parse(syntax.Example); err != nil {
			t.Errorf("%T refuses its own example %q: %v", s, syntax.Example, err)
		}
	}
}
