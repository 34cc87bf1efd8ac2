package correct

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/approvaltest"
)

var update = flag.Bool("update", false, "keep what words are corrected to now")

// What is to be typed instead of words as people write them, wherever they write them.
func TestApproved(t *testing.T) {
	approvaltest.Sums(t, "testdata/approved/corrections.txt", 150, *update, func(seed uint64) string {
		word := approvaltest.Word(rand.New(rand.NewPCG(seed, 3)))
		var b strings.Builder
		for _, c := range []Correction{Bool(word), Dates(word), Moment(word), Lead(word, 2*time.Hour), Size(word, []int{1, 2, 4, 8, 1024}), Duration(word, "h"), Duration(word, "m"),
			Window(word), Name(word, 30), UUID(word), InstanceID(word), Version(word), VaultPath(word), Enum(word, []string{"running", "paused", "OFF"}), Zone(word)} {
			b.WriteString(approvaltest.Show(c) + "\n")
		}
		n, err := Number(word)
		fmt.Fprintln(&b, n, err)
		return b.String()
	})
}

// Every zone that people name by what their clock differs by, and every unit that they may write.
func TestApprovedTables(t *testing.T) {
	var words []string
	for minutes := -14 * 60; minutes <= 14*60; minutes += 15 {
		sign, m := "+", minutes
		if m < 0 {
			sign, m = "-", -m
		}
		words = append(words, fmt.Sprintf("UTC%s%02d:%02d", sign, m/60, m%60))
	}
	for _, unit := range []string{"s", "sec", "second", "m", "min", "minute", "h", "hr", "hour", "d", "day", "w", "week", "mo", "month", "y", "yr", "year", "ms", "us", "ns", "fortnight"} {
		words = append(words, "3"+unit, "3 "+unit+"s", "1.5"+unit, "half a "+unit, "two "+unit+"s", "2"+unit+" 3h")
	}
	for _, unit := range []string{"k", "kb", "kib", "m", "mb", "mib", "g", "gb", "gib", "t", "tb", "tib", "p", "bytes"} {
		words = append(words, "2"+unit, "2048 "+unit, "2097152"+unit, "8388608"+unit)
	}
	approvaltest.Sums(t, "testdata/approved/tables.txt", len(words), *update, func(seed uint64) string {
		w := words[seed]
		if strings.HasPrefix(w, "UTC") {
			return w + approvaltest.Show(Zone(w))
		}
		return w + approvaltest.Show([]Correction{Duration(w, "h"), Size(w, []int{1, 2, 4, 8, 16, 1024})})
	})
}
