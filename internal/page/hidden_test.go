package page_test

import (
	"strings"
	"testing"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
)

// A name that turns the text around, or that looks like another one, is seen for what it is.
func TestThePageShowsWhatCanNotBeSeen(t *testing.T) {
	html := body(t, given(t, func(s *daemon.Snapshot, entries *[]journal.Entry) {
		for i := range s.Instances {
			s.Instances[i].Name = "a\u200bb\u202ec\u2066d\u2069"
		}
		s.Config.Error = "fleet.yaml:1:1: no\u2067\n\tline two"
	}))
	if strings.ContainsAny(html, "\u200b\u202e\u2066\u2067\u2069") {
		t.Error("the page holds characters that nobody sees")
	}
	if !strings.Contains(html, `no\u2067`+"\n\tline two") {
		t.Error("the page does not show what is there, or not on its lines")
	}
}
