package aura

import (
	"context"
	"errors"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// attempt watches one request: how long it takes once it has a connection (waiting for a rate
// limiter in the transport is not the server's fault), and whether any of it may have left.
//
// Only time that this process has lived through counts. One that was stopped, or a machine that was
// suspended, reads what has arrived meanwhile before its patience can end.
type attempt struct {
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

func startAttempt(ctx context.Context, timeout time.Duration) (*attempt, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	a := &attempt{ctx: ctx, cancel: cancel, timeout: timeout}
	return a, httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { a.dialed.Store(true) },
		GotConn:      func(httptrace.GotConnInfo) { a.arm() },
		WroteHeaders: func() { a.wrote.Store(true) },
	})
}

// arm starts the time limit, once.
func (a *attempt) arm() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer == nil {
		a.beat = time.Now()
		a.timer = time.AfterFunc(a.timeout/beats, a.tick)
	}
}

// tick counts one beat and ends the attempt once there were enough.
func (a *attempt) tick() {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, beat := time.Now(), a.timeout/beats
	if passed := now.Sub(a.beat); passed <= 2*beat+frozenLeast {
		a.lived += passed
	}
	a.beat = now
	if a.lived >= a.timeout {
		a.cancel(errTimeout)
		return
	}
	a.timer.Reset(min(beat, a.timeout-a.lived))
}

// frozenLeast is how late a beat may be on a busy machine.
const frozenLeast = time.Second

func (a *attempt) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil {
		a.timer.Stop()
	}
	a.cancel(nil)
}

// cause puts the time limit in place of the cancellation it led to, which would otherwise look
// like the caller's own.
func (a *attempt) cause(err error) error {
	if err != nil && errors.Is(context.Cause(a.ctx), errTimeout) {
		return errTimeout
	}
	return err
}

// mayHaveLeft reports whether the server may have had the request. A transport that fires no trace
// events (an in-process handler) leaves it open, hence yes.
func (a *attempt) mayHaveLeft(err error) bool {
	if errors.Is(err, ErrNotSent) {
		return false
	}
	return !a.dialed.Load() || a.wrote.Load()
}
