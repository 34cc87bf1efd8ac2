package correct

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aurad/aurad/spec/duration"
)

// Size is the smallest size that holds what was asked for: 2 GB, 2gb, 2Gi, 2048MB, 3GB.
func Size(text string, sizes []int) Correction {
	m := regexp.MustCompile(`(?i)^([0-9]+(?:[.,][0-9]+)?)\s*(k|m|g|t)?(?:i?b|ib?|igabytes?|[a-z]*bytes?)?$`).FindStringSubmatch(text)
	if m == nil {
		return Correction{}
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", "."), 64)
	if err != nil {
		return Correction{}
	}
	switch strings.ToLower(m[2]) {
	case "k":
		n /= 1 << 20
	case "m":
		n /= 1024
	case "t":
		n *= 1024
	case "":
		n = plainSize(n, sizes[len(sizes)-1])
	}
	for _, size := range sizes {
		if float64(size) >= n {
			return Correction{Values: []string{fmt.Sprintf("%dGB", size)}}
		}
	}
	return Correction{}
}

// plainSize reads a number without a unit: gigabytes, megabytes or bytes, whichever is for sale.
func plainSize(n float64, most int) float64 {
	switch {
	case n <= float64(most):
		return n
	case n < 1<<20:
		return n / 1024
	}
	return n / (1 << 30)
}

// Duration reads `30 days`, `1w`, `90 min`, `1:30`, `P7D`, `PT72H`, `1.5d`; unit is that
// of a number alone.
func Duration(text, unit string) Correction {
	if strings.Trim(text, "0123456789") == "" {
		return Correction{Values: []string{text + unit}}
	}
	total, ok := clockDuration(text)
	if !ok {
		total, ok = spokenDuration(strings.ToLower(text), unit)
	}
	if !ok || total < 0 {
		return Correction{}
	}
	return Correction{Values: []string{duration.Text(time.Duration(min(total, float64(duration.Longest))))}}
}

// clockDuration reads 72:00:00 and 1:30, hours first.
func clockDuration(text string) (nanoseconds float64, ok bool) {
	m := regexp.MustCompile(`^([0-9]{1,4}):([0-9]{2})(?::([0-9]{2}))?$`).FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.ParseFloat(m[1], 64)
	minutes, _ := strconv.ParseFloat(m[2], 64)
	s, _ := strconv.ParseFloat("0"+m[3], 64)
	return (h*3600 + minutes*60 + s) * float64(time.Second), true
}

func spokenDuration(text, bare string) (nanoseconds float64, ok bool) {
	rest, iso := strings.CutPrefix(text, "p")
	date, clock, _ := strings.Cut(rest, "t")
	if iso && regexp.MustCompile(`^[0-9ymwd.,]*(t[0-9hms.,]*)?$`).MatchString(rest) {
		text = strings.ReplaceAll(date, "m", "mo") + clock
	}
	parts := regexp.MustCompile(`([0-9]+(?:[.,][0-9]+)?|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an?)\b)\s*-?([a-zµ]*)[\s,]*(?:and\b\s*)?`)
	if strings.TrimSpace(parts.ReplaceAllString(text, "")) != "" {
		return 0, false
	}
	for _, m := range parts.FindAllStringSubmatch(text, -1) {
		if m[2] == "" {
			m[2] = bare
		}
		unit, known := unitNamed(m[2])
		n, err := Number(m[1])
		if !known || err != nil {
			return 0, false
		}
		nanoseconds += n * float64(unit)
		ok = true
	}
	return nanoseconds, ok
}

func unitNamed(word string) (time.Duration, bool) {
	const day = 24 * time.Hour
	word = strings.TrimSuffix(word, "s")
	d, ok := map[string]time.Duration{"": time.Second, "sec": time.Second, "second": time.Second, "m": time.Minute, "min": time.Minute, "minute": time.Minute,
		"h": time.Hour, "hr": time.Hour, "hour": time.Hour, "d": day, "day": day, "w": 7 * day, "wk": 7 * day, "week": 7 * day, "fortnight": 14 * day,
		"mo": 30 * day, "month": 30 * day, "y": 365 * day, "yr": 365 * day, "year": 365 * day}[word]
	return d, ok
}

// Number reads a number, as a word too.
func Number(word string) (float64, error) {
	n, ok := map[string]float64{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "half a": .5, "half an": .5}[word]
	if ok {
		return n, nil
	}
	return strconv.ParseFloat(strings.ReplaceAll(word, ",", "."), 64)
}
