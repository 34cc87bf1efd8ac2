package quirk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Set sets the quirk of that name. An empty value stands for the row's Sample. The error names
// what would have been legal.
func (q *Quirks) Set(name, value string) error {
	rows := Table()
	i := slices.IndexFunc(rows, func(row Row) bool { return row.Name == name })
	if i < 0 {
		return fmt.Errorf("quirk %q is unknown; one of: %s", name, strings.Join(quirkNames(rows), ", "))
	}
	if value == "" {
		value = rows[i].Sample
	}
	return rows[i].set(q, value)
}

func quirkNames(rows []Row) []string {
	names := make([]string, len(rows))
	for i, row := range rows {
		names[i] = row.Name
	}
	return names
}

func (row Row) set(q *Quirks, value string) error {
	if row.Values != nil && !slices.Contains(row.Values, value) {
		return fmt.Errorf("quirk %s: %q is not one of: %s", row.Name, value, strings.Join(row.Values, ", "))
	}
	var err error
	switch p := row.field(q).(type) {
	case *string:
		*p = value
	case *Switch:
		*p = Off
		if value == "on" {
			*p = On
		}
	case *int:
		*p, err = parseCount(value)
	case *time.Duration:
		*p, err = parseSpan(value)
	}
	if err != nil {
		return fmt.Errorf("quirk %s: %w", row.Name, err)
	}
	return nil
}

// parseCount maps "off" and "0" to -1: zero in a Quirks means "the default".
func parseCount(value string) (int, error) {
	if value == "off" || value == "0" {
		return -1, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a number, nor off", value)
	}
	return n, nil
}

func parseSpan(value string) (time.Duration, error) {
	if value == "off" {
		return -1, nil
	}
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration such as 90s, nor off", value)
	}
	if d == 0 {
		return -1, nil
	}
	return d, nil
}

// WithDefaults fills the fields that say nothing. The limits, of requests a minute and of tokens an
// hour, are those given here when the quirks leave them open; 0 is no limit given.
func (q Quirks) WithDefaults(requests, tokens int) Quirks {
	if q.RequestsPerMinute == 0 {
		q.RequestsPerMinute = requests
	}
	if q.TokensPerHour == 0 && tokens != 0 {
		q.TokensPerHour = tokens
	}
	for _, row := range Table() {
		if row.unset(&q) {
			_ = row.set(&q, row.Default) // a test holds every Default to be legal
		}
	}
	return q
}

func (row Row) unset(q *Quirks) bool {
	switch p := row.field(q).(type) {
	case *string:
		return *p == ""
	case *Switch:
		return *p == Default
	case *int:
		return *p == 0
	case *time.Duration:
		return *p == 0
	}
	return false
}
