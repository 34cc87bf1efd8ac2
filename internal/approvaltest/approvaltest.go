// Package approvaltest keeps what a pure function makes of many inputs that nobody thought of as one sum
// for each. A change of behaviour that no story tells of shows there: whoever makes it reads what the first
// inputs come to now, keeps that with -update, says in the commit what changed, and writes the story.
package approvaltest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// most of the text of one input is shown.
const most = 4000

// Sums compares what inputs 0 to n-1 come to with the sums in a file, or, with update, writes those.
func Sums(t *testing.T, path string, n int, update bool, comes func(seed uint64) string) {
	t.Helper()
	t.Parallel()
	sums := make([]string, n)
	for i := range sums {
		sum := sha256.Sum256([]byte(comes(uint64(i))))
		sums[i] = hex.EncodeToString(sum[:4])
	}
	if update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Join(sums, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	approved := strings.Fields(string(raw))
	if len(approved) != n {
		t.Fatalf("%s has %d sums, of %d inputs", path, len(approved), n)
	}
	differ := differences(approved, sums)
	if len(differ) > 0 {
		text := comes(uint64(differ[0]))
		t.Errorf("%d of %d come to something else; number %d to\n%s", len(differ), n, differ[0], text[:min(len(text), most)])
	}
}

func differences(approved, sums []string) (differ []int) {
	for i := range sums {
		if sums[i] != approved[i] {
			differ = append(differ, i)
		}
	}
	return differ
}

// Show writes a value so that equal ones read the same, what is not exported included.
func Show(v any) string {
	var b strings.Builder
	show(&b, reflect.ValueOf(v))
	return b.String()
}

// show writes a value so that equal ones read the same, what is not exported included.
func show(b *strings.Builder, v reflect.Value) {
	if !v.IsValid() {
		b.WriteString("-")
		return
	}
	if text, plain := plainly(v); plain {
		b.WriteString(text)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		show(b, v.Elem())
	case reflect.Struct:
		b.WriteString("{")
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				fmt.Fprintf(b, "%s:", v.Type().Field(i).Name)
				show(b, f)
				b.WriteString(" ")
			}
		}
		b.WriteString("}")
	case reflect.Slice:
		b.WriteString("[")
		for i := range v.Len() {
			show(b, v.Index(i))
			b.WriteString(" ")
		}
		b.WriteString("]")
	case reflect.Map:
		showMap(b, v)
	case reflect.Func:
		b.WriteString("func")
	default:
		fmt.Fprintf(b, "%v", v)
	}
}

func showMap(b *strings.Builder, v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	b.WriteString("map[")
	for _, k := range keys {
		fmt.Fprintf(b, "%v:", k)
		show(b, v.MapIndex(k))
		b.WriteString(" ")
	}
	b.WriteString("]")
}

// plainly is what has a text of its own. A place remembers what it was asked last, and is its name here.
func plainly(v reflect.Value) (text string, plain bool) {
	switch v.Type() {
	case reflect.TypeFor[time.Location]():
		return v.FieldByName("name").String(), true
	case reflect.TypeFor[time.Time]():
		if !v.CanInterface() {
			return fmt.Sprint(v.Field(0).Uint(), v.Field(1).Int()), true
		}
	}
	if !v.CanInterface() {
		return "", false
	}
	switch x := v.Interface().(type) {
	case time.Time:
		return x.UTC().Format("02T15:04:05.999"), true
	case *time.Location:
		return x.String(), true
	case error:
		return x.Error(), true
	}
	return "", false
}
