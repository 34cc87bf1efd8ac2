package correct

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aurad/aurad/spec/spelling"
	"github.com/aurad/aurad/spec/window"
)

// windowsZones are the names of Windows, without their `Standard Time`, and the place that
// Unicode's CLDR (windowsZones, the territory of the whole world) gives for each.
//
//go:embed windowszones.txt
var windowsZones string

// Zone finds the place that was meant: by a name written otherwise, a name of Windows, an
// abbreviation, an offset from UTC, a city or a country, and last by how like two names look.
func Zone(text string) Correction {
	known := window.Zones()
	text = regexp.MustCompile(`^\((?:UTC|GMT)[+-][0-9:]+\)\s*`).ReplaceAllString(text, "")
	for _, find := range []func(string, []string) string{sameZone, windowsZone, shortZone} {
		if zone := find(text, known); zone != "" {
			return Correction{Values: []string{zone}}
		}
	}
	if c, ok := offsetZone(text); ok {
		return c
	}
	for _, find := range []func(string, []string) string{posixZone, cityZone, countryZone, likeZone} {
		if zone := find(text, known); zone != "" {
			return Correction{Values: []string{zone}}
		}
	}
	return Correction{}
}

func sameZone(text string, known []string) string {
	i := slices.IndexFunc(known, func(z string) bool {
		if strings.HasPrefix(z, "Etc/") {
			return strings.EqualFold(z, text) // a sign is all that tells some of them apart
		}
		return strings.Contains(z, "/") && spelling.Folded(z) == spelling.Folded(text)
	})
	if i < 0 {
		return ""
	}
	return known[i]
}

// windowsZone reads `W. Europe Standard Time`, and `Eastern Time` as people say it.
func windowsZone(text string, _ []string) string {
	text, mexico := strings.CutSuffix(text, " (Mexico)")
	name := text
	for _, end := range []string{" Standard Time", " Daylight Time", " Summer Time", " Time"} {
		if n := len(name) - len(end); n > 0 && strings.EqualFold(name[n:], end) {
			name = name[:n]
			break
		}
	}
	if mexico {
		name += " (Mexico)"
	}
	if name == text && !strings.HasPrefix(name, "US ") && strings.Contains(name, "/") {
		return ""
	}
	for line := range strings.Lines(windowsZones) {
		if windows, zone, _ := strings.Cut(strings.TrimSpace(line), "="); strings.EqualFold(windows, name) && (name != text || len(name) > 3) {
			return zone
		}
	}
	return ""
}

// shortZone is a place for an abbreviation. Some are of several places; the more populous counts.
func shortZone(text string, _ []string) string {
	meant := strings.Fields(`CET=Europe/Berlin CEST=Europe/Berlin MET=Europe/Berlin MEZ=Europe/Berlin MESZ=Europe/Berlin EET=Europe/Helsinki
		EEST=Europe/Helsinki WET=Europe/Lisbon WEST=Europe/Lisbon GMT=UTC GMT0=UTC Z=UTC ZULU=UTC UCT=UTC UTC=UTC UNIVERSAL=UTC GREENWICH=UTC
		UTC0=UTC BST=Europe/London GB=Europe/London UK=Europe/London IE=Europe/Dublin EIRE=Europe/Dublin MSK=Europe/Moscow TRT=Europe/Istanbul
		EST=America/New_York EDT=America/New_York ET=America/New_York EST5EDT=America/New_York
		CST=America/Chicago CDT=America/Chicago CT=America/Chicago CST6CDT=America/Chicago
		MST=America/Denver MDT=America/Denver MT=America/Denver MST7MDT=America/Denver
		PST=America/Los_Angeles PDT=America/Los_Angeles PT=America/Los_Angeles PST8PDT=America/Los_Angeles
		AKST=America/Anchorage AKDT=America/Anchorage HST=Pacific/Honolulu AST=America/Halifax ADT=America/Halifax NST=America/St_Johns NDT=America/St_Johns
		BRT=America/Sao_Paulo ART=America/Argentina/Buenos_Aires CLT=America/Santiago COT=America/Bogota PET=America/Lima
		IST=Asia/Kolkata PKT=Asia/Karachi GST=Asia/Dubai IRST=Asia/Tehran IDT=Asia/Jerusalem ICT=Asia/Bangkok WIB=Asia/Jakarta
		SGT=Asia/Singapore HKT=Asia/Hong_Kong PHT=Asia/Manila PRC=Asia/Shanghai ROC=Asia/Taipei JST=Asia/Tokyo KST=Asia/Seoul ROK=Asia/Seoul
		AWST=Australia/Perth ACST=Australia/Adelaide ACDT=Australia/Adelaide AEST=Australia/Sydney AEDT=Australia/Sydney NZ=Pacific/Auckland
		NZST=Pacific/Auckland NZDT=Pacific/Auckland WAT=Africa/Lagos CAT=Africa/Maputo EAT=Africa/Nairobi SAST=Africa/Johannesburg`)
	for _, pair := range meant {
		if short, zone, _ := strings.Cut(pair, "="); strings.EqualFold(short, text) {
			return zone
		}
	}
	return ""
}

// offsetZone reads UTC+1, GMT-05:00, +0530. The names Etc/GMT-1 and their like have the sign the
// other way round: they are as POSIX counts, hours west of Greenwich.
func offsetZone(text string) (c Correction, ok bool) {
	m := regexp.MustCompile(`(?i)^(etc/)?(utc|gmt|z)?\s*([+-])\s*([0-9]{1,2}):?([0-9]{2})?(?:\s*h)?$`).FindStringSubmatch(text)
	if m == nil {
		return c, false
	}
	hours, _ := strconv.Atoi(m[4])
	minutes, _ := strconv.Atoi(m[5])
	east := (m[3] == "+") != (m[1] != "" && strings.EqualFold(m[2], "gmt"))
	minutes += hours * 60
	if !east {
		minutes = -minutes
	}
	zone := zoneAt(minutes)
	if zone == "" {
		return Correction{Note: "no clock is so far from UTC"}, true
	}
	if strings.HasPrefix(zone, "Etc/") {
		c.Note = fmt.Sprintf("%s is UTC%+d all year, its sign is the other way round; a place, such as Europe/Stockholm, has summer time", zone, minutes/60)
	}
	c.Values = []string{zone}
	return c, true
}

// zoneAt is a zone that is so many minutes east of UTC all year, "" where there is none.
func zoneAt(minutes int) string {
	if minutes%60 != 0 {
		return map[int]string{-570: "Pacific/Marquesas", -210: "America/St_Johns", 210: "Asia/Tehran", 270: "Asia/Kabul", 330: "Asia/Kolkata", 345: "Asia/Kathmandu",
			390: "Asia/Yangon", 525: "Australia/Eucla", 570: "Australia/Darwin", 630: "Australia/Lord_Howe", 765: "Pacific/Chatham"}[minutes]
	}
	switch hours := minutes / 60; {
	case hours == 0:
		return "UTC"
	case -12 <= hours && hours <= 14:
		return fmt.Sprintf("Etc/GMT%+d", -hours)
	}
	return ""
}

// posixZone reads CET-1CEST and EST5EDT,M3.2.0,M11.1.0 by their first name.
func posixZone(text string, known []string) string {
	m := regexp.MustCompile(`^([A-Za-z]{3,5})[+-]?[0-9:]+(?:[A-Za-z]{3,5}[0-9:+-]*(?:,.*)?)?$`).FindStringSubmatch(text)
	if m == nil || strings.EqualFold(m[1], "UTC") || strings.EqualFold(m[1], "GMT") {
		return ""
	}
	return shortZone(m[1], known)
}

// cityZone finds a city by its name alone, and the first of the cities that Windows shows.
func cityZone(text string, known []string) string {
	city, _, _ := strings.Cut(text, ",")
	if i := strings.LastIndexByte(city, '/'); i >= 0 {
		city = city[i+1:]
	}
	for _, name := range []string{city, text[strings.LastIndexByte(text, ' ')+1:]} {
		i := slices.IndexFunc(known, func(z string) bool {
			return strings.Contains(z, "/") && spelling.Folded(z[strings.LastIndexByte(z, '/')+1:]) == spelling.Folded(name)
		})
		if i >= 0 && len(name) > 2 && !strings.HasPrefix(known[i], "Etc/") {
			return known[i]
		}
	}
	return ""
}

func countryZone(text string, _ []string) string {
	meant := strings.Fields(`Austria=Europe/Vienna Belgium=Europe/Brussels Brazil=America/Sao_Paulo China=Asia/Shanghai Cuba=America/Havana Denmark=Europe/Copenhagen
		Egypt=Africa/Cairo Finland=Europe/Helsinki France=Europe/Paris Germany=Europe/Berlin Greece=Europe/Athens Hongkong=Asia/Hong_Kong Iceland=Atlantic/Reykjavik India=Asia/Kolkata
		Iran=Asia/Tehran Ireland=Europe/Dublin Israel=Asia/Jerusalem Italy=Europe/Rome Jamaica=America/Jamaica Japan=Asia/Tokyo Korea=Asia/Seoul Libya=Africa/Tripoli
		Netherlands=Europe/Amsterdam NewZealand=Pacific/Auckland Norway=Europe/Oslo Poland=Europe/Warsaw Portugal=Europe/Lisbon Romania=Europe/Bucharest
		Singapore=Asia/Singapore Spain=Europe/Madrid Sweden=Europe/Stockholm Switzerland=Europe/Zurich Turkey=Europe/Istanbul UnitedKingdom=Europe/London Ukraine=Europe/Kiev England=Europe/London`)
	for _, pair := range meant {
		if country, zone, _ := strings.Cut(pair, "="); spelling.Folded(country) == spelling.Folded(text) {
			return zone
		}
	}
	return ""
}

// likeZone never answers with Etc/GMT+1 and its like, a letter from which is hours away.
func likeZone(text string, known []string) string {
	var places []string
	for _, z := range known {
		if strings.Contains(z, "/") && !strings.HasPrefix(z, "Etc/") {
			places = append(places, z)
		}
	}
	return spelling.Nearest(text, places)
}

// cutZone takes a zone off the end of a window.
func cutZone(text string) (rest, zone string) {
	at := regexp.MustCompile(`(?i)\s*\(?\b((?:[a-z_]+/[a-z_/]+|[a-z]{1,4})\s*(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?)\)?$`).FindStringSubmatchIndex(text)
	if at != nil {
		word := text[at[2]:at[3]]
		_, isDay := daysNamed(strings.ToLower(word))
		fix := Zone(word)
		short := shortZone(strings.TrimRight(word, "+-0123456789: "), nil)
		if !isDay && (strings.Contains(word, "/") && len(fix.Values) > 0 || short != "") {
			return text[:at[0]], word
		}
	}
	if at := regexp.MustCompile(`-\s*[0-9]{1,2}:[0-9]{2}(\s*[+-][0-9]{2}:?[0-9]{2})$`).FindStringSubmatchIndex(text); at != nil {
		return text[:at[2]], strings.TrimSpace(text[at[2]:])
	}
	return text, ""
}
