package page

import (
	"fmt"
	"time"

	"github.com/aurad/aurad/spec/savings"
)

// Savings is what the schedules save, as an estimate.
type Savings struct {
	Any      bool
	Dollars  string // in the coming 30 days
	Hours    int    // of pause in the coming 7 days
	Unpriced int    // instances that are paused at no known price
}

// savings looks ahead from the last midnight, so that the figures change once a day.
func (v *view) savings() Savings {
	midnight := time.Date(v.now.Year(), v.now.Month(), v.now.Day(), 0, 0, 0, 0, v.now.Location())
	var s Savings
	dollars := 0.0
	for _, one := range savings.Estimate(v.snap.Fleet, midnight, midnight.AddDate(0, 0, 30)) {
		s.Any = true
		dollars += one.USD
		if !one.Priced {
			s.Unpriced++
		}
	}
	for _, one := range savings.Estimate(v.snap.Fleet, midnight, midnight.AddDate(0, 0, 7)) {
		s.Hours += one.PausedHours
	}
	s.Dollars = money(dollars)
	return s
}

// money is whole dollars with a comma at every thousand.
func money(usd float64) string {
	text := fmt.Sprintf("%.0f", usd)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return "$" + text
}
