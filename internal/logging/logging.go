// Package logging makes logs: how a record looks, what of it is safe to show, and what becomes of the lines
// that libraries write by themselves.
//
// It must not know what is logged, nor by whom.
package logging

import (
	"cmp"
	"io"
	"log/slog"
	"time"

	"github.com/lmittmann/tint"

	"github.com/aurad/aurad/internal/plaintext"
)

// Options are how a log is to look.
type Options struct {
	Format   string // auto, text or json; auto is text on a terminal
	Level    string // "" leaves it to each log
	Terminal bool   // the log is read on one
	Colour   bool
}

// New is a log on w that begins at a level, unless the options say at which.
func (o Options) New(w io.Writer, level string) *slog.Logger {
	var least slog.Level
	_ = least.UnmarshalText([]byte(cmp.Or(o.Level, level))) // flags let through what it knows
	if o.Format == "json" || o.Format == "auto" && !o.Terminal {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: least, ReplaceAttr: visible}))
	}
	return slog.New(tint.NewTextHandler(w, &tint.Options{Level: least, TimeFormat: time.TimeOnly, NoColor: !o.Colour, ReplaceAttr: visible}))
}

// visible makes the words of a record safe to show: they may come from Aura or a file, and a log is
// read in a terminal sooner or later.
func visible(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(plaintext.Lines(v))
	case error:
		a.Value = slog.StringValue(plaintext.Lines(v.Error()))
	}
	return a
}
