package daemon_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// A daemon that can't remember what it sends sends nothing at all, and says why.
func TestNothingIsSentThatCanNotBeRemembered(t *testing.T) {
	inWorld(t, aurasim.Config{}, func(w *world) {
		var log bytes.Buffer
		w.log = slog.New(slog.NewTextHandler(&log, nil))
		w.start("instances: {a: {}}")
		must(t, w.state.Close())
		ctx, cancel := context.WithTimeout(w.t.Context(), time.Hour)
		defer cancel()
		_ = w.d.Run(ctx, nil, nil) // an end with an error is as good
		if w.sim.RequestCount() > 0 || !strings.Contains(log.String(), "remember the budget") {
			t.Errorf("%d requests were sent; the log says\n%s", w.sim.RequestCount(), log.String())
		}
		w.state = nil
	})
}
