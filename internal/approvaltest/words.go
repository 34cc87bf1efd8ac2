package approvaltest

import (
	"math/rand/v2"
	"strings"
)

// odd are words that people write where another one belongs.
const odd = `Mon-Fri 7:00-19:00|7am|7am-7pm|00:00-24:00|daily 07:00-19:00 UTC|0 19 * * 1-5|weekdays|weekend 10:00-12:00|Mon–Fri 07:00–19:00|“daily 07:00-19:00”|Fri 22:00-Mon 06:00|Mo-Fr 07:00-19:00|Mon,Wed 08:00-10:00|Sun-Thu 23:30-00:30|daily 02:30-03:30|UTC+1|GMT+1|CET|America/New York|Eastern Standard Time|europe/berlin|Local|Mars/Olympus|10m|10 minutes|90s|1.5h|1h30m|0s|-1h|3d|2w|1y|72|1e3|2GB|2048GB|2 GB|2gb|2G|2GiB|3GB|8|1024GB|${MEM}|{{ x }}|<your tenant>|2026-12-24|2026-12-24..2026-12-26|2026-12-26..2026-12-24|24.12.2026|12/24/2026|2026-02-30|2026-12-24T18:00|2026-03-29T02:30|tomorrow|12-24|0700|no|yes|on|off|~|null|true|"true"|1|-1|26|1000|running|paused|stopped|RUNNING|observe|upsert|sync|delete|enforce|ignore|until_next_edge|report|recreate|auto|office|night|holidays|missing|orders|ledger|old|gone|orders_dev|Orders|ORDERS-DEV|a b|ä|orders` + "\u200b" + `|x-|-x|0a1b2c3d|0A1B2C3D|0a1b2c3|neo4j+s://0a1b2c3d.databases.neo4j.io|11111111-2222-4333-8444-555555555555|11111111222243338444555555555555|professional-db|professional|business-critical|enterprise-db|enterprise-ds|AuraDB Professional|free-db|gcp|aws|azure|GCP|google|europe-west1|us-east-1|westeurope|europe-west-1|OFF|DIFF|FULL|5|4|6|2026.10|kv/data/aurad|/kv/aurad|kv//aurad|dotenv|vault|file|[]|{}|[a, b]|{a: b}|"open|*x|&x 1|!x y|aurad/v1|aurad/v2`

// parts are what such words are made of.
const parts = `Mon|Tue|wed|Thursday|Fr|sa|Sunday|daily|weekdays|Mo|DI|every day|-|-|–|to| |,|;|/|..|:|.|h|0|7|07|9|12|19|24|25|59|60|00|30|07:00|19:00|7am|7 pm|23:59|24:00|2026|2027|26|02|29|31|Dec|december|3.|Jan|T|Z|+01:00|UTC|GMT|+5:45|Europe/|Berlin|New York|_|EST|m|min|minutes|s|d|days|w|weeks|mo|y|GB|G|MB|T|k|gib|1024|2048|4096|x|-1|1.5|0.5|"|*|?|@|#L|5|#|~|ä`

// Word is a word as somebody may write it: one that is common, one letter off, or made of parts.
func Word(r *rand.Rand) string {
	all := strings.Split(odd, "|")
	word := all[r.IntN(len(all))]
	switch r.IntN(5) {
	case 0, 1:
		return word
	case 2:
		at := r.IntN(len(word) + 1)
		return word[:at] + part(r) + word[at:]
	case 3:
		at := r.IntN(len(word))
		return word[:at] + word[at+1:]
	}
	var b strings.Builder
	for range 1 + r.IntN(6) {
		b.WriteString(part(r))
		if r.IntN(3) == 0 {
			b.WriteString(" ")
		}
	}
	return strings.TrimSpace(b.String())
}

func part(r *rand.Rand) string {
	all := strings.Split(parts, "|")
	return all[r.IntN(len(all))]
}
