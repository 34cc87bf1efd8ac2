package daemon

import (
	"time"

	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/reconcile"
)

// reading is since when the fleet file has been what it is, and how long aurad has lived with its
// state: both by a clock that nobody sets, and both over restarts.
type reading struct {
	file  state.FileRead
	here  bool          // the file was first read by this process
	lived time.Duration // before this process
	began time.Duration // the clock's Mono when this process began
	kept  time.Duration // what is durable of lived
	quiet time.Duration // the clock's Mono from which on a file that changed under this process counts as whole
}

// keepLived is how often the time lived through is made durable, at most: a crash loses that much, or
// what has passed since the last turn of the loop.
const keepLived = time.Minute

func (r *reading) load(d *Daemon) (err error) {
	r.began = d.Clock.Mono()
	if r.lived, err = d.State.Lived(); err != nil {
		return err
	}
	r.kept = r.lived
	r.file, err = d.State.FileRead()
	return err
}

// lived is how long aurad has lived with this state.
func (d *Daemon) lived() time.Duration { return d.reading.lived + d.Clock.Mono() - d.reading.began }

// begin notes that a file came into force, unless it is the one that already was.
func (r *reading) begin(d *Daemon, digest string) error {
	if r.file.Digest == digest {
		return nil
	}
	r.file, r.here = state.FileRead{Digest: digest, At: d.Clock.Now(), Lived: d.lived()}, true
	return d.State.PutFileRead(r.file)
}

// changed notes that another file came into force under a running daemon. At a start nothing tells
// how old a file is, and for apply nothing may wait for it to grow older.
func (r *reading) changed(d *Daemon, digest string) {
	if r.file.Digest != digest {
		r.quiet = d.Clock.Mono() + reconcile.WholeAfter
	}
}

// wholeAt is when the file that is in force counts as whole; zero when it does.
func (r *reading) wholeAt(d *Daemon, now time.Time) time.Time {
	if left := r.quiet - d.Clock.Mono(); left > 0 {
		return now.Add(left)
	}
	return time.Time{}
}

// steady reports whether the file has been the same for long enough to act on what it leaves out,
// or when it will have been. Between two lives, as of `apply`, only the clock can tell.
func (r *reading) steady(d *Daemon, digest string, now time.Time) (bool, time.Time) {
	if r.file.Digest != digest {
		return false, now.Add(reconcile.SteadyFor)
	}
	left := reconcile.SteadyFor - (d.lived() - r.file.Lived)
	if !r.here && now.Sub(r.file.At) >= reconcile.SteadyFor {
		left = 0
	}
	return left <= 0, now.Add(max(0, left))
}

// keep makes the time lived through durable while something waits for it, if it is more than a
// while.
func (r *reading) keep(d *Daemon, while time.Duration) error {
	lived := d.lived()
	if lived-r.kept < while || !d.ledger.Waits() {
		return nil
	}
	if err := d.State.PutLived(lived); err != nil {
		return err
	}
	r.kept = lived
	return nil
}
