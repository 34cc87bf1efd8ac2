package exchange

import (
	"context"
	"errors"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aurad/aurad/internal/aura/failure"
)

// Attempt watches one request: how long it takes once it has a connection (waiting for a rate
// limiter in the transport is not the server's fault), and whether any of it may have left.
//
// Only time that this process has lived through counts. One that was stopped, or a machine that was
// suspended, reads what has arrived meanwhile before its patience can end.
type Attempt struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	timeout time.Duration

	dialed atomic.Bool // a real transport took the request up
	wrote  atomic.Bool // and began to write it

	mu    sync.Mutex
	timer *time.Timer
	lived time.Duration // since it has a connection
	beat  time.Time     // when lived was last added to
}

// beats is how often an attempt looks at the time. A beat that is late by another one was slept through.
const beats = 60

// StartAttempt begins to watch; the request is to be made with the context that it returns.
func StartAttempt(ctx context.Context, timeout time.Duration) (*Attempt, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	a := &Attempt{ctx: ctx, cancel: cancel, timeout: timeout}
	return a, httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { a.dialed.Store(true) },
		GotConn:      func(httptrace.GotConnInfo) { a.Arm() },
		WroteHeaders: func() { a.wrote.Store(true) },
	})
}

// Arm starts the time limit, once.
func (a *Attempt) Arm() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer == nil {
		a.beat = time.Now()
		a.timer = time.AfterFunc(a.timeout/beats, a.tick)
	}
}

// tick counts one beat and ends the attempt once there were enough.
func (a *Attempt) tick() {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, beat := time.Now(), a.timeout/beats
	if passed := now.Sub(a.beat); passed <= 2*beat+frozenLeast {
		a.lived += passed
	}
	a.beat = now
	if a.lived >= a.timeout {
		a.cancel(ErrTimeout)
		return
	}
	a.timer.Reset(min(beat, a.timeout-a.lived))
}

// frozenLeast is how late a beat may be on a busy machine.
const frozenLeast = time.Second

// Stop ends the watch.
func (a *Attempt) Stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		a.timer.Stop()
	}
	a.cancel(nil)
}

// Cause puts the time limit in place of the cancellation it led to, which would otherwise look
// like the caller's own.
func (a *Attempt) Cause(err error) error {
	if err != nil && errors.Is(context.Cause(a.ctx), ErrTimeout) {
		return ErrTimeout
	}
	return err
}

// mayHaveLeft reports whether the server may have had the request. A transport that fires no trace
// events (an in-process handler) leaves it open, hence yes.
func (a *Attempt) mayHaveLeft(err error) bool {
	if errors.Is(err, failure.ErrNotSent) {
		return false
	}
	return !a.dialed.Load() || a.wrote.Load()
}
