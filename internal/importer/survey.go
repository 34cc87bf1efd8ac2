package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/clock"
)

// pause lies between two looks at an instance. Aura may show what an instance was for some
// seconds after somebody asked for a change, so that one look alone proves nothing.
const pause = 15 * time.Second

// Survey looks at everything that an account lists until nothing that it saw is about to change.
// Old values in a file would undo what a person has just asked for.
type Survey struct {
	Client    *aura.Client
	Clock     clock.Clock
	Tenant    string        // "" for all that the account has
	Wait      time.Duration // for what is under way
	Say       func(line string)
	Progress  func(done, all int)
	sightings []*sighting // in the order in which the list brought them
}

// sighting is one instance that is or was listed.
type sighting struct {
	summary aura.Summary
	live    aura.Instance // as the newest look showed it; its ID is "" before the first one
	at      time.Duration // of that look, on the clock's Mono
	listed  bool          // the newest list shows it
	sure    bool          // two looks showed the same, and nothing under way
	why     string        // it can't be written yet
	left    bool          // it can't be written, however long one waits
	said    string        // the last that was said of it
}

// run surveys until all is sure or the wait is over. Then why says what an instance waits for.
func (s *Survey) run(ctx context.Context) error {
	began := s.Clock.Mono()
	for {
		if err := s.round(ctx); err != nil {
			return err
		}
		over := s.Clock.Mono()-began >= s.Wait
		if over || !slices.ContainsFunc(s.sightings, (*sighting).open) {
			return nil
		}
		for _, g := range s.sightings {
			s.announce(g)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.Clock.After(min(pause, s.Wait-(s.Clock.Mono()-began))):
		}
	}
}

func (g *sighting) open() bool { return !g.sure && !g.left }

// announce says what an instance is waited for, when that is news.
func (s *Survey) announce(g *sighting) {
	if g.open() && g.why != "" && g.why != g.said {
		s.Say(fmt.Sprintf("waiting for %s: %s", g.title(), g.why))
		g.said = g.why
	}
}

// round lists, and looks at what is not sure.
func (s *Survey) round(ctx context.Context) error {
	list, err := s.Client.Instances(ctx, s.Tenant)
	if err != nil {
		return err
	}
	s.merge(list)
	for i, g := range s.sightings {
		s.Progress(i+1, len(s.sightings))
		if !g.open() {
			continue
		}
		in, err := s.Client.Instance(ctx, g.summary.ID)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		g.looked(in, err, s.Clock.Mono())
	}
	return nil
}

// merge takes in a newer list. What it no longer shows is looked at all the same.
func (s *Survey) merge(list []aura.Summary) {
	s.sightings = slices.DeleteFunc(s.sightings, func(g *sighting) bool { return g.summary.Fault != "" })
	for _, g := range s.sightings {
		g.listed = false
	}
	for _, sum := range list {
		i := slices.IndexFunc(s.sightings, func(g *sighting) bool { return sum.Fault == "" && g.summary.ID == sum.ID })
		if i < 0 {
			s.sightings = append(s.sightings, &sighting{summary: sum, left: sum.Fault != "", why: sum.Fault})
			i = len(s.sightings) - 1
		}
		s.sightings[i].listed = true
	}
}

// looked takes in what a look said.
func (g *sighting) looked(in aura.Instance, err error, at time.Duration) {
	if err != nil {
		g.unseen(err)
		return
	}
	before, when := g.live, g.at
	g.live, g.at, g.why = in, at, ""
	switch status := in.Status; {
	case status == aura.Destroying || status == aura.Deleting:
		g.left, g.why = true, "it is being deleted"
	case status == "":
		g.why = "Aura tells no status"
	case !settled(status):
		g.why = "it is " + string(status)
	case before.ID == "":
		// the second look says whether it is so
	case !same(before, in):
		g.why = "it has just changed"
	case at-when < pause:
		g.at = when // too soon to tell
	default:
		g.sure = true
	}
}

// unseen takes in a look that showed nothing. Aura may not know for a while what it has just made.
func (g *sighting) unseen(err error) {
	var e *failure.Error
	switch kind := failure.KindOf(err); {
	case kind == failure.Gone && (!g.listed || g.live.ID != ""):
		g.left, g.why = true, "it was deleted while import looked"
	case kind == failure.Gone:
		g.why = "Aura lists it, and knows no such instance when asked"
	case errors.As(err, &e) && (kind == failure.Later || kind == failure.Conflict):
		g.why = err.Error()
	default:
		g.left, g.why = true, err.Error()
	}
	g.live = aura.Instance{}
}

// settled reports whether an instance of this status stays as it is until somebody asks for a
// change. A status that nobody knows may lead anywhere.
func settled(status aura.Status) bool {
	return slices.Contains([]aura.Status{aura.Running, aura.Paused, aura.Suspended, aura.LoadingFailed}, status)
}

// same reports whether a file would say the same of a and b.
func same(a, b aura.Instance) bool {
	first, second := &block{live: a}, &block{live: b}
	first.fill()
	second.fill()
	return a.Status == b.Status && slices.Equal(first.fields, second.fields)
}

// title names an instance for people.
func (g *sighting) title() string {
	name := "an instance without a name"
	if g.name() != "" {
		name = strconv.QuoteToGraphic(g.name())
	}
	if g.summary.ID == "" {
		return name
	}
	return name + " (" + g.summary.ID + ")"
}
