package spec

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// writeHead begins a file whose instances need no fields.
const writeHead = "schema: aurad/v1\ndefaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 8GB}\n"

func warningsOf(t *testing.T, body string) string {
	t.Helper()
	f, err := Parse("f", []byte(writeHead+body+"\n"))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return f.Warnings.Error()
}

// TestWarnings: what is valid and does nothing, or not what it seems, is said with its place.
func TestWarnings(t *testing.T) {
	const used = "instances: {a: {schedule: s}}"
	for body, want := range map[string]string{
		used + "\nschedules: {s: {running: [\"Mon-Fri 07:00-19:00\"]}}":                       "",
		"instances: {a: {}}\nschedules: {s: {running: [\"Mon-Fri 07:00-19:00\"]}}":            "f:4:13: schedules.s: nothing uses this schedule",
		"instances: {a: {}}\ncalendars: {c: [2026-12-24]}":                                    "f:4:13: calendars.c: nothing uses this calendar",
		"instances: {a: {account: x}}\naccounts: {x: {}, z: {tenant_id: " + blueTenant + "}}": "f:4:19: accounts.z: nothing uses this account",
		"instances: {a: {name: Orders}, b: {name: orders}}":                                   `f:3:42: instances.b.name: "orders" looks like "Orders", the name of a (line 3), and is another: nobody will tell them apart`,
		"instances: {a: {name: \"caf\\u00e9\"}, b: {name: \"cafe\\u0301\"}}":                  "looks like",
		"instances: {a: {name: \"\\u043erders\"}, orders: {}}":                                "looks like",
		"instances: {a: {name: \"\\uff4frders\"}, orders: {}}":                                "looks like",
		"instances: {a: {name: \"a b\"}, b: {name: \"a\\u00a0b\"}}":                           "looks like",
		"instances: {a: {name: orders}, b: {name: 0rders}}":                                   "",
		"instances: {a: {}}\npolicy: {delete_after: 59m}":                                     "f:4:24: policy.delete_after: 59m is less than an hour, which is the least: it counts as 1h; write `delete_after: 1h`",
		"instances: {a: {}}\npolicy: {delete_after: 1h}":                                      "",
		"instances: {a: {}}\npolicy: {mode: observe, max_deletes: 2}":                         "f:4:38: policy.max_deletes: has no effect: the mode is observe, which deletes nothing",
		"instances: {a: {}}\ncredentials: {store: dotenv, vault: {path: x}}":                  "f:4:37: credentials.vault: has no effect: the store is dotenv",
		"instances: {no: {}}":            "f:3:13: instances.no: is false to tools that know YAML 1.1, so that a file they write back is no longer valid: put it in quotes; write `\"no\":`",
		"instances: {\"no\": {}}":        "",
		"instances: {a: {name: off}}":    "put it in quotes; write `name: \"off\"`",
		"instances: {a: {id: 01234567}}": "put it in quotes; write `id: \"01234567\"`",
		used + "\nschedules: {s: {running: [\"Mon-Fri 07:00-19:00\", \"Mon 08:00-09:00\"]}}":                                                             "f:4:50: schedules.s.running[1]: has no effect: other windows cover all of it",
		used + "\nschedules: {s: {running: [\"Mon 07:00-19:00\", \"Mon 07:00-19:00\"]}}":                                                                 "f:4:46: schedules.s.running[1]: has no effect: other windows cover all of it",
		used + "\nschedules: {s: {running: [\"daily 00:00-24:00\"]}}":                                                                                    "f:4:26: schedules.s.running: the windows cover the whole week, so that nothing is ever paused",
		used + "\nschedules: {s: {running: [\"daily 00:00-23:59\"]}}":                                                                                    "leaves 1m between two windows",
		used + "\nschedules: {s: {running: [\"daily 00:00-12:00\", \"daily 12:15-23:30\"]}}":                                                             "",
		used + "\nschedules: {s: {running: [\"daily 08:00-12:00\"], exceptions: [{calendar: c, state: paused}]}}\ncalendars: {c: []}":                    "f:4:62: schedules.s.exceptions[0]: never applies: calendar c has no dates",
		used + "\nschedules: {s: {exceptions: [{from: 2026-11-01, to: 2026-11-30, state: paused}, {from: 2026-11-02, to: 2026-11-30, state: running}]}}": "f:4:81: schedules.s.exceptions[1]: never applies: the exceptions above it cover all of its time, and the first one that fits decides",
		used + "\nschedules: {s: {exceptions: [{from: 2026-11-01, to: 2026-11-30, state: paused}, {from: 2026-11-02, to: 2026-12-01, state: paused}]}}":  "",
		used + "\nschedules: {s: {exceptions: [{from: 2026-11-01, to: 2026-11-02, state: running}]}}":                                                    "f:4:30: schedules.s.exceptions[0]: changes nothing: the schedule has it running at that time anyway",
		used + "\nschedules: {s: {running: [\"Mon-Fri 07:00-19:00\"], exceptions: [{from: 2026-11-28, to: 2026-11-29, state: paused}]}}":                 "changes nothing: the schedule has it paused",
		used + "\nschedules: {s: {running: [\"Mon-Fri 07:00-19:00\"], exceptions: [{from: 2026-11-28, to: 2026-11-30, state: paused}]}}":                 "",
	} {
		if got := warningsOf(t, body); got != want && (want == "" || !strings.Contains(got, want) || strings.HasPrefix(want, "f:")) {
			t.Errorf("%s:\ngot  %s\nwant %s", body, got, want)
		}
	}
}

// TestInvisible: what nobody sees is refused wherever people are shown it.
func TestInvisible(t *testing.T) {
	for _, r := range "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u034f\u061c\u115f\u180e\u2028\u2800\u3164\ufe0f\U000e0041\u0007\u0080" {
		for _, body := range []string{
			"instances: {a: {name: \"x%sy\"}}",
			"instances: {a: {schedule: s}}\nschedules: {s: {exceptions: [{from: 2026-11-28, to: 2026-11-29, state: paused, reason: \"x%sy\"}]}}",
			"instances: {\"x%sy\": {}}",
		} {
			text := fmt.Sprintf(body, fmt.Sprintf("\\U%08x", r))
			if _, err := Parse("f", []byte(writeHead+text)); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%U", r)) {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	for _, r := range "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" {
		if _, err := Parse("f", []byte(writeHead+"instances: {} # x"+string(r)+"y")); err == nil || !strings.Contains(err.Error(), "f:3:18: "+fmt.Sprintf("%U", r)) {
			t.Errorf("%U in a comment: %v", r, err)
		}
	}
	fleetOf(t, "instances: {a: {name: Größe Ω 数据 ✓}}")
}

// Warnings cost little, however large a schedule is.
func TestWarningsAreQuick(t *testing.T) {
	var windows, exceptions []string
	for i := range 3000 {
		windows = append(windows, fmt.Sprintf("\"Mon %02d:%02d-23:00\"", i/60%22, i%60))
		exceptions = append(exceptions, "{from: 2026-11-28, to: 2026-11-29, state: paused}")
	}
	begin := time.Now()
	warningsOf(t, "instances: {a: {schedule: s}}\nschedules: {s: {running: ["+strings.Join(windows, ", ")+"], exceptions: ["+strings.Join(exceptions, ", ")+"]}}")
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
}
