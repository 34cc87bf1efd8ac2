package correct_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/source"
)

// apply types what an error says into the text: a whole line where the text is no YAML, else the
// value, the field or the name at its place.
func apply(t *testing.T, text string, e source.Error) string {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		lines := strings.Split(text, "\n")
		lines[e.Line-1] = e.Write
		return strings.Join(lines, "\n")
	}
	var typed yaml.Node
	if err := yaml.Unmarshal([]byte("["+e.Write+"]"), &typed); err != nil || strings.HasSuffix(e.Write, ":") {
		typed = yaml.Node{}
		if err := yaml.Unmarshal([]byte(e.Write), &typed); err != nil {
			t.Fatalf("%q is not YAML: %v", e.Write, err)
		}
		typed = yaml.Node{Content: []*yaml.Node{{Kind: yaml.SequenceNode, Content: typed.Content}}}
	}
	if !replace(&root, e, typed.Content[0].Content) {
		t.Fatalf("nothing stands at %v", e)
	}
	out, err := yaml.Marshal(&root)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func replace(n *yaml.Node, e source.Error, typed []*yaml.Node) bool {
	for i, c := range n.Content {
		if c.Line != e.Line || c.Column != e.Column || c.Kind == yaml.DocumentNode || c.Kind == yaml.MappingNode && c.Style == 0 {
			if replace(c, e, typed) {
				return true
			}
			continue
		}
		pair := typed[0]
		switch {
		case pair.Kind == yaml.MappingNode && len(pair.Content) > 2:
			set(n, pair)
		case pair.Kind != yaml.MappingNode:
			n.Content = slices.Replace(n.Content, i, i+1, typed...)
		case n.Kind == yaml.MappingNode && i%2 == 1:
			n.Content[i-1], n.Content[i] = pair.Content[0], pair.Content[1]
		default:
			n.Content[i] = pair.Content[0]
		}
		return true
	}
	return false
}

// set gives a block the fields of another.
func set(n, fields *yaml.Node) {
	for i := 0; i < len(fields.Content); i += 2 {
		for k := 0; k < len(n.Content); k += 2 {
			if n.Content[k].Value == fields.Content[i].Value {
				n.Content[k+1] = fields.Content[i+1]
			}
		}
	}
}

// typeAll does what errors say until there are none, and returns the first thing that it typed.
func typeAll(t *testing.T, text string) (first string) {
	t.Helper()
	start := text
	for range 4 {
		_, err := spec.Parse("f", []byte(text))
		var errs source.Errors
		if !errors.As(err, &errs) {
			return first
		}
		i := slices.IndexFunc(errs, func(e source.Error) bool { return e.Write != "" })
		if i < 0 {
			t.Errorf("%s: nothing to type: %v", start, err)
			return first
		}
		if first == "" {
			first = errs[i].Write
		}
		text = apply(t, text, errs[i])
	}
	_, err := spec.Parse("f", []byte(text))
	t.Errorf("%s: still wrong: %v\n%s", start, err, text)
	return first
}

const writeHead = "schema: aurad/v1\ndefaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 8GB}\n"

// corrections reads a table: what is written, two spaces or more, what is to be written instead.
func corrections(text string) [][2]string {
	var all [][2]string
	for line := range strings.Lines(text) {
		if from, to, ok := strings.Cut(strings.TrimRight(line, "\n"), " => "); ok {
			all = append(all, [2]string{strings.TrimSpace(from), strings.TrimSpace(to)})
		}
	}
	return all
}

// TestWriteWindow: whatever way people write a window, the error has the one to type.
func TestWriteWindow(t *testing.T) {
	for _, c := range corrections(`
		Mon-Fri 7:00-19:00 => "Mon-Fri 07:00-19:00"
		Mon–Fri 07:00–19:00 => "Mon-Fri 07:00-19:00"
		Mon—Fri 07:00 — 19:00 => "Mon-Fri 07:00-19:00"
		“Mon-Fri 07:00-19:00” => "Mon-Fri 07:00-19:00"
		Mon - Fri 07:00 - 19:00 => "Mon-Fri 07:00-19:00"
		Monday to Friday 7am to 7pm => "Mon-Fri 07:00-19:00"
		Monday through Friday, 7 a.m. - 7 p.m. => "Mon-Fri 07:00-19:00"
		Mon-Fri: 07:00-19:00 => "Mon-Fri 07:00-19:00"
		Mon-Fri, 07:00-19:00 => "Mon-Fri 07:00-19:00"
		07:00-19:00 Mon-Fri => "Mon-Fri 07:00-19:00"
		07:00-19:00 on weekdays => "Mon-Fri 07:00-19:00"
		Mon-Fri 0700-1900 => "Mon-Fri 07:00-19:00"
		Mon-Fri 700-1900 => "Mon-Fri 07:00-19:00"
		Mon-Fri 07.00-19.00 => "Mon-Fri 07:00-19:00"
		Mon-Fri 7h-19h => "Mon-Fri 07:00-19:00"
		Mon-Fri 7h30-19h30 => "Mon-Fri 07:30-19:30"
		Mon-Fri 07:00:00-19:00:00 => "Mon-Fri 07:00-19:00"
		Mon-Fri 7-19 => "Mon-Fri 07:00-19:00"
		Mon-Fri 07:00/19:00 => "Mon-Fri 07:00-19:00"
		Mon-Fri 07:00..19:00 => "Mon-Fri 07:00-19:00"
		Mo-Fr 07:00-19:00 => "Mon-Fri 07:00-19:00"
		M-F 9-5 => "Mon-Fri 09:00-17:00"
		9-5 => "daily 09:00-17:00"
		9 to 5 => "daily 09:00-17:00"
		9am-5pm => "daily 09:00-17:00"
		1-5pm => "daily 13:00-17:00"
		7am => "daily 07:00-19:00"
		8pm => "daily 20:00-24:00"
		noon to midnight => "daily 12:00-24:00"
		00:00-24:00 => "daily 00:00-24:00"
		0:00-23:59 => "daily 00:00-24:00"
		19:00-07:00 => "daily 19:00-07:00"
		24/7 => "daily 00:00-24:00"
		always => "daily 00:00-24:00"
		every day => "daily 00:00-24:00"
		every day 8-18 => "daily 08:00-18:00"
		weekdays => "Mon-Fri 00:00-24:00"
		weekends => "Sat,Sun 00:00-24:00"
		weekdays 07:00-19:00 => "Mon-Fri 07:00-19:00"
		Mon,Wed,Fri 8-12 => "Mon,Wed,Fri 08:00-12:00"
		Mon Wed Fri 08:00-12:00 => "Mon,Wed,Fri 08:00-12:00"
		Tues & Thurs 08:00-12:00 => "Tue,Thu 08:00-12:00"
		Mon,Mon-Fri 07:00-19:00 => "Mon-Fri 07:00-19:00"
		Fri-Mon 7:00-19:00 => "Mon,Fri-Sun 07:00-19:00"
		Mon-Fri 24:00-06:00 => "Tue-Sat 00:00-06:00"
		Mon-Fri 07:00-07:00 => "Mon-Fri 00:00-24:00"
		07:00-19:00 UTC => "daily 07:00-19:00"
		Mon-Fri 07:00-19:00 Europe/Berlin => "Mon-Fri 07:00-19:00"
		Mon-Fri 07:00-19:00 (CET) => "Mon-Fri 07:00-19:00"
		Mon-Fri 07:00-19:00 UTC+1 => "Mon-Fri 07:00-19:00"
		Mon-Fri 07:00-12:00,13:00-17:00 => "Mon-Fri 07:00-12:00", "Mon-Fri 13:00-17:00"
		Mon-Fri 07:00-19:00, Sat 10:00-14:00 => "Mon-Fri 07:00-19:00", "Sat 10:00-14:00"
		Mon-Thu 8-18; Fri 8-15 => "Mon-Thu 08:00-18:00", "Fri 08:00-15:00"
		Mon 08:00 - Fri 18:00 => "Mon 08:00-24:00", "Tue-Thu 00:00-24:00", "Fri 00:00-18:00"
		0 7 * * 1-5 => "Mon-Fri 07:00-19:00"
		* 7-18 * * MON-FRI => "Mon-Fri 07:00-19:00"
		0 7-19 * * * => "daily 07:00-19:00"
		0 30 8 ? * 2-6 => "Tue-Sat 08:30-19:00"
		0 20 * * 0 => "Sun 20:00-24:00"
		@daily => "daily 00:00-19:00"
		${HOURS} => "Mon-Fri 07:00-19:00"
		{days: Mon-Fri, from: "07:00", to: "19:00"} => "Mon-Fri 07:00-19:00"
		{{ hours }} => "Mon-Fri 07:00-19:00"`) {
		value := c[0]
		if !strings.HasPrefix(value, "{") {
			value = "'" + value + "'"
		}
		if got := typeAll(t, writeHead+"schedules: {s: {running: ["+value+"]}}\ninstances: {a: {schedule: s}}\n"); got != c[1] {
			t.Errorf("%s: write %s, want %s", c[0], got, c[1])
		}
	}
}

// TestWriteZone: the sign of an offset is the right one, and abbreviations are places.
func TestWriteZone(t *testing.T) {
	for _, c := range corrections(`
		UTC+1 => Etc/GMT-1
		GMT+1 => Etc/GMT-1
		gmt+01:00 => Etc/GMT-1
		UTC +1 => Etc/GMT-1
		UTC−5 => Etc/GMT+5
		GMT-5 => Etc/GMT+5
		GMT-05:00 => Etc/GMT+5
		+02:00 => Etc/GMT-2
		-0800 => Etc/GMT+8
		UTC+0 => UTC
		UTC+14 => Etc/GMT-14
		UTC-12 => Etc/GMT+12
		Etc/UTC+3 => Etc/GMT-3
		Etc/GMT+01 => Etc/GMT+1
		UTC+5:30 => Asia/Kolkata
		GMT+0545 => Asia/Kathmandu
		utc => UTC
		Z => UTC
		GMT => UTC
		PST => America/Los_Angeles
		PST8PDT => America/Los_Angeles
		EST5EDT => America/New_York
		EST5EDT,M3.2.0,M11.1.0 => America/New_York
		CET => Europe/Berlin
		CET-1CEST => Europe/Berlin
		IST => Asia/Kolkata
		America/New York => America/New_York
		america/new_york => America/New_York
		America\New_York => America/New_York
		America / New York => America/New_York
		New York => America/New_York
		Stockholm => Europe/Stockholm
		Europe/Stokholm => Europe/Stockholm
		Europa/Berlin => Europe/Berlin
		Germany/Berlin => Europe/Berlin
		Japan => Asia/Tokyo
		Sweden => Europe/Stockholm
		W. Europe Standard Time => Europe/Berlin
		Romance Standard Time => Europe/Paris
		Pacific Standard Time => America/Los_Angeles
		Pacific Time => America/Los_Angeles
		Eastern Daylight Time => America/New_York
		GMT Standard Time => Europe/London
		Pacific Standard Time (Mexico) => America/Tijuana
		India Standard Time => Asia/Kolkata
		(UTC+01:00) Amsterdam, Berlin, Bern, Rome => Europe/Amsterdam
		“Europe/Stockholm” => Europe/Stockholm
		$TZ => Europe/Stockholm`) {
		if got, want := typeAll(t, writeHead+"timezone: '"+c[0]+"'\ninstances: {a: {}}\n"), "timezone: "+c[1]; got != want {
			t.Errorf("%s: write %s, want %s", c[0], got, want)
		}
	}
	for _, far := range []string{"UTC+15", "GMT-13", "UTC+25", "Etc/GMT+15"} {
		if _, err := spec.Parse("f", []byte(writeHead+"timezone: "+far+"\ninstances: {}\n")); err == nil || strings.Contains(err.Error(), "write `") {
			t.Errorf("%s: %v", far, err)
		}
	}
}

// TestWindowsZones: every name of Windows leads to a place that is one.
func TestWindowsZones(t *testing.T) {
	n := 0
	zones, err := os.ReadFile("windowszones.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(zones)) {
		name, want, _ := strings.Cut(strings.TrimSpace(line), "=")
		if base, mexico := strings.CutSuffix(name, " (Mexico)"); mexico {
			name = base + " Standard Time (Mexico)"
		} else {
			name += " Standard Time"
		}
		if got := typeAll(t, writeHead+"timezone: "+name+"\ninstances: {a: {}}\n"); got != "timezone: "+want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		n++
	}
	if n < 120 {
		t.Errorf("only %d names", n)
	}
}

// TestWriteValue: fields of every kind, as people and other tools write them.
func TestWriteValue(t *testing.T) {
	for _, c := range corrections(`
		instances: {a: {name: "x\u200by"}} => name: xy
		instances: {a: {memory: 2 GB}} => memory: 2GB
		instances: {a: {memory: 2gb}} => memory: 2GB
		instances: {a: {memory: 2048MB}} => memory: 2GB
		instances: {a: {memory: 2Gi}} => memory: 2GB
		instances: {a: {memory: 2GiB}} => memory: 2GB
		instances: {a: {memory: 2 gigabytes}} => memory: 2GB
		instances: {a: {memory: 4}} => memory: 4GB
		instances: {a: {memory: 4.0GB}} => memory: 4GB
		instances: {a: {memory: 2147483648}} => memory: 2GB
		instances: {a: {memory: 3GB}} => memory: 4GB
		instances: {a: {memory: "“2GB”"}} => memory: 2GB
		instances: {a: {storage: 2TB}} => storage: 2048GB
		instances: {a: {memory: "${MEM}"}} => memory: 4GB
		instances: {a: {memory: $MEM}} => memory: 4GB
		instances: {a: {memory: "%MEM%"}} => memory: 4GB
		instances: {a: {memory: {{ x }}}} => memory: 4GB
		instances: {a: {memory: {{ .Values.memory }}}} => memory: 4GB
		instances: {a: {memory: "{{ x }}"}} => memory: 4GB
		instances: {a: {memory: "<memory>"}} => memory: 4GB
		instances: {a: {memory: [2GB]}} => memory: 2GB
		instances: {a: {version: 5.26}} => version: 5
		instances: {a: {version: 2025.01.0}} => version: 5
		instances: {a: {version: latest}} => version: 5
		instances: {a: {version: v4}} => version: 4
		instances: {a: {id: 0A1B2C3D}} => id: 0a1b2c3d
		instances: {a: {id: neo4j+s://0a1b2c3d.databases.neo4j.io}} => id: 0a1b2c3d
		instances: {a: {id: 342391}} => id: "01234567"
		instances: {a: {name: 0700}} => name: "0700"
		instances: {a: {name: 1.10}} => name: "1.10"
		instances: {a: {name: true}} => name: "true"
		instances: {a: {protect: "yes"}} => protect: true
		instances: {a: {protect: 0}} => protect: false
		instances: {a: {protect: enabled}} => protect: true
		instances: {a: {type: professional}} => type: professional-db
		instances: {a: {type: Professional DB}} => type: professional-db
		instances: {a: {type: business_critical}} => type: business-critical
		instances: {a: {cloud_provider: GCP}} => cloud_provider: gcp
		instances: {a: {cloud_provider: Google Cloud}} => cloud_provider: gcp
		instances: {a: {state: on}} => state: running
		instances: {a: {state: false}} => state: paused
		instances: {a: {state: stopped}} => state: paused
		instances: {a: {type: business-critical, secondaries_count: "2"}} => secondaries_count: 2
		instances: {a: {type: business-critical, secondaries_count: 010}} => secondaries_count: 10
		instances: {a: {type: business-critical, cdc_enrichment_mode: full}} => cdc_enrichment_mode: FULL
		instances: {a: {type: business-critical, cdc_enrichment_mode: ON}} => cdc_enrichment_mode: FULL
		instances: {a: {source: 0a1b2c3d}} => source: {instance: 0a1b2c3d}
		instances: {orders_dev: {}} => orders-dev:
		instances: {Orders-Dev: {}} => orders-dev:
		instances: {orders.dev: {}} => orders-dev:
		instances: {Orders Dev: {}} => orders-dev:
		instances: {bücher: {}} => buecher:
		instances: {orders–dev: {}} => orders-dev:
		instances: {orders/dev: {}} => orders-dev:
		instances: {-orders: {}} => orders:
		instances: {0700: {}} => "0700":
		instances: {0x1f: {}} => "0x1f":
		instances: {false: {}} => "false":
		instances: {True: {}} => "true":
		fleet: Acme_Databases => fleet: acme-databases
		policy: {delete_after: 30 days} => delete_after: 30d
		policy: {delete_after: 30days} => delete_after: 30d
		policy: {delete_after: 1 week} => delete_after: 7d
		policy: {delete_after: 2w} => delete_after: 14d
		policy: {delete_after: 7D} => delete_after: 7d
		policy: {delete_after: 72} => delete_after: 72h
		policy: {delete_after: "72:00:00"} => delete_after: 3d
		policy: {delete_after: P7D} => delete_after: 7d
		policy: {delete_after: PT72H} => delete_after: 3d
		policy: {delete_after: 1.5d} => delete_after: 36h
		policy: {delete_after: 1 day and 12 hours} => delete_after: 36h
		policy: {delete_after: three days} => delete_after: 3d
		policy: {delete_after: 90 min} => delete_after: 1h30m
		policy: {delete_after: "${DAYS}d"} => delete_after: 72h
		policy: {max_deletes: "1"} => max_deletes: 1
		policy: {max_deletes: one} => max_deletes: 1
		policy: {mode: read-only} => mode: observe
		policy: {mode: Sync} => mode: sync
		budget: {requests_per_minute: 125/min} => requests_per_minute: 125
		budget: {requests_per_minute: "1,000"} => requests_per_minute: 1000
		prices: {professional-db: $0.09} => professional-db: 0.09
		prices: {professional-db: "0,09"} => professional-db: 0.09
		tenant_id: 3f0c6a521d1e4c0b9f576b1f6a0c9e11 => tenant_id: 3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11
		tenant_id: "{3F0C6A52-1D1E-4C0B-9F57-6B1F6A0C9E11}" => tenant_id: 3f0c6a52-1d1e-4c0b-9f57-6b1f6a0c9e11
		credentials: vault => credentials: {store: vault}
		credentials: {store: HashiCorp Vault} => store: vault
		credentials: {store: vault, vault: {path: /teams/aura/}} => path: teams/aura
		calendars: {c: 2026-12-24} => c: [2026-12-24]
		calendars: {c: "2026-12-24, 2026-12-31"} => c: [2026-12-24, 2026-12-31]
		calendars: {c: [24.12.2026]} => 2026-12-24
		calendars: {c: [12/24/2026]} => 2026-12-24
		calendars: {c: [2026/12/24]} => 2026-12-24
		calendars: {c: [2026-12-4]} => 2026-12-04
		calendars: {c: ["20261224"]} => 2026-12-24
		calendars: {c: [24 December 2026]} => 2026-12-24
		calendars: {c: ["Dec 24, 2026"]} => 2026-12-24
		calendars: {c: [2026-02-30]} => 2026-02-28
		calendars: {c: [2026-12-24 - 2026-12-26]} => 2026-12-24..2026-12-26
		calendars: {c: [2026-12-24 to 2026-12-26]} => 2026-12-24..2026-12-26
		calendars: {c: [2026-12-24–2026-12-26]} => 2026-12-24..2026-12-26
		calendars: {c: [2026-12-24...2026-12-26]} => 2026-12-24..2026-12-26
		calendars: {c: [2026-12-26..2026-12-24]} => 2026-12-24..2026-12-26
		calendars: {c: [{from: 2026-12-24, to: 2026-12-26}]} => 2026-12-24..2026-12-26
		schedules: {s: {running: Mon-Fri 07:00-19:00}} => running: ["Mon-Fri 07:00-19:00"]
		schedules: {s: {running: weekdays 9-5}} => running: ["Mon-Fri 09:00-17:00"]
		schedules: {s: {running: "Mon-Fri 07:00-19:00, Sat 10:00-14:00"}} => running: ["Mon-Fri 07:00-19:00", "Sat 10:00-14:00"]
		schedules: {s: {running: ["Mon-Fri 07:00-19:00"], ready_by: 25}} => ready_by: 25m
		schedules: {s: {running: ["Mon-Fri 07:00-19:00"], ready_by: 25 minutes}} => ready_by: 25m
		schedules: {s: {running: ["Mon-Fri 07:00-19:00"], ready_by: on}} => ready_by: auto
		schedules: {s: {running: ["Mon-Fri 07:00-19:00"], ready_by: 1 day}} => ready_by: 12h
		schedules: {s: {running: ["Mon-Fri 07:00-19:00"], off: 2GB}} => "off": {memory: 2GB}
		schedules: {s: {running: ["Mon-Fri 07:00-19:00"], manual_changes: until-next-edge}} => manual_changes: until_next_edge
		schedules: {s: {exceptions: [{from: 2026-11-28 8am, to: 2026-11-29, state: paused}]}} => from: 2026-11-28T08:00
		schedules: {s: {exceptions: [{from: 2026-11-28T8:00, to: 2026-11-29, state: paused}]}} => from: 2026-11-28T08:00
		schedules: {s: {exceptions: [{from: 28.11.2026 08:00, to: 2026-11-29, state: paused}]}} => from: 2026-11-28T08:00
		schedules: {s: {exceptions: [{from: 2026-11-28T08:00 UTC, to: 2026-11-29, state: paused}]}} => from: 2026-11-28T08:00Z
		schedules: {s: {exceptions: [{from: 2026-11-28 08:00 CET, to: 2026-11-29, state: paused}]}} => from: 2026-11-28T08:00
		timezone: Europe/Stockholm; schedules: {s: {exceptions: [{from: 2027-03-28T02:15, to: 2027-03-28T02:45, state: paused}]}} => to: 2027-03-28T03:30
		timezone: Europe/Stockholm; schedules: {s: {exceptions: [{from: 2027-10-31T02:50, to: 2027-10-31T02:10, state: paused}]}} => to: 2027-10-31T02:10:00+01:00
		timezone: Africa/Cairo; schedules: {s: {exceptions: [{from: 2027-04-30T00:10, to: 2027-04-30T00:40, state: paused}]}} => to: 2027-04-30T01:30
		schedules: {s: {exceptions: [{from: 2026-11-29T08:00, to: 2026-11-28, state: paused}]}} => {from: 2026-11-28, to: 2026-11-29T08:00}
		schedules: {s: {exceptions: [{from: 2026-11-29T08:00, to: 2026-11-29T08:00, state: paused}]}} => to: 2026-11-29
		schema: aurad/v2 => schema: aurad/v1
		schema: 1 => schema: aurad/v1`) {
		text := writeHead + strings.ReplaceAll(c[0], "; schedules", "\nschedules") + "\n"
		if strings.HasPrefix(c[0], "schema") {
			text = strings.TrimPrefix(text, "schema: aurad/v1\n")
		}
		if !strings.HasPrefix(c[0], "instances") {
			text += "instances: {a: {}}\n"
		}
		if got := typeAll(t, text); got != c[1] {
			t.Errorf("%s: write %s, want %s", c[0], got, c[1])
		}
	}
}

// TestWriteLine: a text that is no YAML gets the line that makes it so.
func TestWriteLine(t *testing.T) {
	for bad, want := range map[string]string{
		"schedules:\n  s:\n    exceptions:\n      - calendar: c\n        state: paused\n        reason: load test: big\ncalendars: {c: [2026-12-24]}\ninstances: {a: {schedule: s}}": `reason: "load test: big"`,
		"schedules:\n  s: {exceptions: [{from: 2026-11-28, to: 2026-11-29, state: running, reason: load test: big}]}\ninstances: {a: {schedule: s}}":                                 `s: {exceptions: [{from: 2026-11-28, to: 2026-11-29, state: running, reason: "load test: big"}]}`,
		"instances:\n  a:\n\t  memory: 2GB":                     "memory: 2GB",
		"instances:\n\ta: {}":                                   "a: {}",
		"instances:\n  a: {name: \"Orders}":                     `a: {name: "Orders"}`,
		"instances:\n  a:\n    name: \"Orders\n    memory: 2GB": `name: "Orders"`,
		"instances:\n  a: {memory: 2GB":                         "a: {memory: 2GB}",
		"instances:\n  a:\n    memory:2GB\n    version: 5":      "memory: 2GB",
		"instances:\n  a:\n    memory = 2GB\n    version: 5":    "memory: 2GB",
		"instances:\n  a:\n    name: @orders":                   `name: "@orders"`,
		"instances:\n  a:\n    name: %orders":                   `name: "%orders"`,
		"instances:\n  a:\n    name: “Orders”\n    memory：2GB":  "memory: 2GB",
	} {
		if got := strings.TrimSpace(typeAll(t, writeHead+bad+"\n")); got != want {
			t.Errorf("%s\nwrite %s, want %s", bad, got, want)
		}
	}
}
