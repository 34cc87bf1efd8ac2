package daemon_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/reconcile"
)

// unreadable are replies of which only a person can make something.
var unreadable = map[string]string{
	"a text":        "password: perhaps",
	"a page":        "<html>your password: perhaps</html>",
	"no password":   `{"data":{"id":"deadbeef","secret":"perhaps"}}`,
	"an odd object": `{"perhaps":{}}`,
	"nothing in it": `{}`,
	"a list of two": `[{"id":"a","password":"perhaps"},{"id":"b","password":"perhaps"}]`,
}

// What Aura answered to a create is kept, sealed, even where aurad can make nothing of it: a
// person may find the password in it. It does not count as lost, so that no policy deletes for it.
func TestAReplyThatCanNotBeReadIsKept(t *testing.T) {
	for name, body := range unreadable {
		for _, fleet := range []string{reportFleet, recreateFleet} {
			inWorld(t, aurasim.Config{}, func(w *world) {
				w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.NonJSON, Body: body}))
				w.start(fleet)
				w.patient(24 * time.Hour)
				raw, err := w.state.Spooled("a")
				if err != nil || raw.Reveal() != body {
					t.Errorf("%s: the reply is not kept: %v, empty: %v", name, err, raw.Empty())
				}
				if strings.Contains(body, "perhaps") {
					w.keepsSecret("perhaps")
				}
				if w.made() != 1 || w.posts() != 1 || w.alive() != 1 {
					t.Errorf("%s: %d instances from %d creates, %d alive\n%s", name, w.made(), w.posts(), w.alive(), w.story())
				}
				found := blocked(w.plan())
				if len(found) != 1 || found[0].Cause != reconcile.CauseUnread || !strings.Contains(found[0].Reason, "aurad credential recover --raw a -o FILE") {
					t.Errorf("%s: the plan does not say how to see it:\n%s", name, steps(w.plan()))
				}
			})
		}
	}
}

// A reply without an id belongs to the instance that bears its mark.
func TestAReplyWithoutAnIDIsFoundByItsMark(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		w.sim.Inject(onCreate(aurasim.Fault{Kind: aurasim.NonJSON, Body: `{"data":{"password":"told","username":"neo4j"}}`}))
		w.sim.Inject(aurasim.Fault{Match: isList, Kind: aurasim.StaleRead, Age: 5 * time.Minute, Times: 3})
		w.start(recreateFleet)
		w.patient(time.Hour)
		if in := w.live("a"); w.password("a") != "told" || w.made() != 1 {
			t.Errorf("%d instances; the password of %s is %q\n%s", w.made(), in.ID, w.password("a"), w.story())
		}
		if p := w.plan(); !p.Matches() {
			t.Errorf("does not match:\n%s", steps(p))
		}
	})
}
