package approvaltest

import (
	"slices"
	"testing"
	"time"
)

func TestShow(t *testing.T) {
	type inner struct{ hidden int }
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	type outer struct {
		At   time.Time
		P    *inner
		M    map[string]bool
		None []int
	}
	if got, want := Show(outer{At: at, P: &inner{3}, M: map[string]bool{"b": true, "a": false}}), "{At:28T12:00:00 P:{hidden:3 } M:map[a:false b:true ] }"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if Show(nil) != "-" || Show([]int{1, 2}) != "[1 2 ]" {
		t.Errorf("%s, %s", Show(nil), Show([]int{1, 2}))
	}
}

func TestDifferences(t *testing.T) {
	if got := differences([]string{"a", "b", "c"}, []string{"a", "x", "y"}); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("%v", got)
	}
}
