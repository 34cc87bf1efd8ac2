package group

import (
	"errors"
	"testing"
)

// An error says which account it is about, where accounts have names; none is none.
func TestAbout(t *testing.T) {
	no := errors.New("no")
	if got := about("eu", no); !errors.Is(got, no) || got.Error() != "account eu: no" {
		t.Error(got)
	}
	if got := about("", no); got != no {
		t.Error(got)
	}
	if about("eu", nil) != nil || about("", nil) != nil {
		t.Error("no error became one")
	}
}
