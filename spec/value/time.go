package value

import (
	"time"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/window"
)

// Zone is an IANA time zone.
type Zone struct{ *time.Location }

// Parse implements Scalar.
func (z *Zone) Parse(text string) (err error) {
	z.Location, err = window.Zone(text)
	return err
}

// Syntax describes a time zone.
func (Zone) Syntax() Syntax {
	return Syntax{Pattern: "^(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$", Example: "Europe/Stockholm"}
}

// Correct implements Scalar.
func (Zone) Correct(text string) correct.Correction { return correct.Zone(text) }

// Window is a window whose place is not known yet.
type Window struct{ window.Window }

// Parse implements Scalar.
func (w *Window) Parse(text string) (err error) {
	w.Window, err = window.Parse(text, time.UTC)
	return err
}

// Syntax describes a window.
func (Window) Syntax() Syntax {
	return Syntax{Pattern: `^\s*[A-Za-z]+([-,][A-Za-z]+)*\s+[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]\s*$`, Example: "Mon-Fri 07:00-19:00"}
}

// Correct implements Scalar.
func (Window) Correct(text string) correct.Correction { return correct.Window(text) }

// Dates is one line of a calendar.
type Dates struct{ window.Dates }

// Parse implements Scalar.
func (l *Dates) Parse(text string) (err error) {
	l.Dates, err = window.ParseDates(text)
	return err
}

// Syntax describes a line of a calendar.
func (Dates) Syntax() Syntax {
	return Syntax{Pattern: `^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*(\.\.\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*)?$`, Example: "2027-01-01..2027-01-06"}
}

// Correct implements Scalar.
func (Dates) Correct(text string) correct.Correction { return correct.Dates(text) }

// Moment is a point of an exception.
type Moment struct{ window.Moment }

// Parse implements Scalar.
func (m *Moment) Parse(text string) (err error) {
	m.Moment, err = window.ParseMoment(text)
	return err
}

// Syntax describes a moment.
func (Moment) Syntax() Syntax {
	return Syntax{Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$`, Example: "2026-11-28T08:00"}
}

// Correct implements Scalar.
func (Moment) Correct(text string) correct.Correction { return correct.Moment(text) }
