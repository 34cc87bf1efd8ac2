package service

import (
	"context"
	"io"
	"log/slog"

	"github.com/aurad/aurad/internal/journal"
)

// logged reports events as log records.
type logged struct {
	io.Writer
	log *slog.Logger
}

func (l logged) Event(e journal.Event) {
	level := slog.LevelInfo
	if e.Kind == journal.Failed || e.Kind == journal.Blocked {
		level = slog.LevelWarn
	}
	l.log.Log(context.Background(), level, e.Text, "key", e.Key, "instance", e.ID, "verb", e.Verb, "event", e.Kind)
}
