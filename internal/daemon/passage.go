package daemon

import (
	"time"

	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/internal/clock"
	"github.com/aurad/aurad/internal/look"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/reconcile/task"
)

// passage is since when the fleet file has been what it is, and how long aurad has lived with its
// state: both by a clock that nobody sets, and both over restarts.
type passage struct {
	*book.Book
	looks    *look.Looker
	turns    *clock.Turns // put to the wall at the start of every turn
	jumpedAt time.Time    // when the clock last went ahead of the time that passed here

	anchor clock.Anchor // what is durable is stamped by it
	file   state.FileRead
	here   bool          // the file was first read by this process
	before time.Duration // lived before this process
	began  time.Duration // the clock's Mono when this process began
	kept   time.Duration // what is durable of before
	quiet  time.Duration // the clock's Mono from which on a file that changed under this process counts as whole
}

// keepLived is how often the time lived through is made durable, at most: a crash loses that much, or
// what has passed since the last turn of the loop.
const keepLived = time.Minute

func readPassage(b *book.Book, l *look.Looker, c *clock.Turns) (p *passage, err error) {
	p = &passage{Book: b, looks: l, turns: c, began: c.Mono()}
	if p.before, err = b.State.Lived(); err != nil {
		return p, err
	}
	p.kept = p.before
	if p.file, err = b.State.FileRead(); err != nil {
		return p, err
	}
	p.anchor, err = b.State.Anchor()
	return p, err
}

// lived is how long aurad has lived with this state.
func (p *passage) lived() time.Duration { return p.before + p.Clock.Mono() - p.began }

// begin notes that a file came into force, unless it is the one that already was.
func (p *passage) begin(digest string) error {
	if p.file.Digest == digest {
		return nil
	}
	p.file, p.here = state.FileRead{Digest: digest, At: p.Clock.Now(), Lived: p.lived()}, true
	return p.State.PutFileRead(p.file)
}

// changed notes that another file came into force under a running daemon. At a start nothing tells
// how old a file is, and for apply nothing may wait for it to grow older.
func (p *passage) changed(digest string) {
	if p.file.Digest != digest {
		p.quiet = p.Clock.Mono() + task.WholeAfter
	}
}

// wholeAt is when the file that is in force counts as whole; zero when it does.
func (p *passage) wholeAt(now time.Time) time.Time {
	if left := p.quiet - p.Clock.Mono(); left > 0 {
		return now.Add(left)
	}
	return time.Time{}
}

// steady reports whether the file has been the same for long enough to act on what it leaves out,
// or when it will have been. Between two lives, as of `apply`, only the clock can tell.
func (p *passage) steady(digest string, now time.Time) (bool, time.Time) {
	if p.file.Digest != digest {
		return false, now.Add(reconcile.SteadyFor)
	}
	left := reconcile.SteadyFor - (p.lived() - p.file.Lived)
	if !p.here && now.Sub(p.file.At) >= reconcile.SteadyFor {
		left = 0
	}
	return left <= 0, now.Add(max(0, left))
}

// keep makes the time lived through durable while something waits for it, if it is more than a
// while.
func (p *passage) keep(while time.Duration) error {
	lived := p.lived()
	if lived-p.kept < while || !p.Ledger.Waits() {
		return nil
	}
	if err := p.State.PutLived(lived); err != nil {
		return err
	}
	p.kept = lived
	return nil
}
