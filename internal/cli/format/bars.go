package format

import (
	"fmt"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/reconcile"
)

// bars draws what is under way on a terminal: one spinner per operation, one bar for the whole.
// What is over, and the log, is printed above.
type bars struct {
	lines
	paint    Paint
	progress *mpb.Progress // nil before begin and after end
	total    *mpb.Bar
	spinners map[string]*mpb.Bar // by instance key: each has one operation at a time
}

func newBars(l lines, c Paint) *bars {
	return &bars{lines: l, paint: c, spinners: map[string]*mpb.Bar{}}
}

func (b *bars) Write(text []byte) (int, error) {
	if b.progress == nil {
		return b.lines.Write(text)
	}
	return b.progress.Write(text)
}

func (b *bars) Begin(p reconcile.Plan) {
	b.progress = mpb.New(mpb.WithOutput(b.out), mpb.WithWidth(40), mpb.WithRefreshRate(120*time.Millisecond))
	b.total = b.progress.AddBar(int64(p.Summary.Acting+p.Summary.Waiting), mpb.BarPriority(1<<20), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name("steps done", decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.CountersNoUnit("%d of %d")))
}

func (b *bars) Event(e journal.Event) {
	if b.progress == nil {
		b.lines.Event(e)
		return
	}
	switch e.Kind {
	case journal.Started:
		b.start(e)
		return
	case journal.Finished:
		b.finish(e.Key)
		b.total.Increment()
	case journal.Failed:
		b.finish(e.Key)
	}
	fmt.Fprintln(b.progress, b.line(e))
}

func (b *bars) line(e journal.Event) string {
	sign, colour := "·", b.paint.Dim
	switch e.Kind {
	case journal.Finished:
		sign, colour = "✓", b.paint.Green
	case journal.Failed:
		sign, colour = "✗", b.paint.Red
	}
	return colour(sign) + " " + b.paint.Bold(e.Key) + ": " + plaintext.Line(e.Text)
}

func (b *bars) start(e journal.Event) {
	b.finish(e.Key)
	b.spinners[e.Key] = b.progress.AddSpinner(1, mpb.BarRemoveOnComplete(), mpb.BarFillerTrim(),
		mpb.PrependDecorators(decor.Name(e.Key, decor.WCSyncSpaceR), decor.Name(string(e.Verb), decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.Elapsed(decor.ET_STYLE_MMSS)))
}

func (b *bars) finish(key string) {
	if s := b.spinners[key]; s != nil {
		s.Abort(true)
		delete(b.spinners, key)
	}
}

func (b *bars) End() {
	for key := range b.spinners {
		b.finish(key)
	}
	b.total.Abort(true)
	b.progress.Wait()
	b.progress = nil
}
