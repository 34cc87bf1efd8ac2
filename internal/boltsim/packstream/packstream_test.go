package packstream

import (
	"bytes"
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The examples of the specification, and the ends of each range of its tables.
func TestSpecification(t *testing.T) {
	letters := "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	many := make([]any, 40)
	for i := range many {
		many[i] = int64(i)
	}
	for _, row := range []struct {
		v    any
		want string
	}{
		{nil, "C0"}, {false, "C2"}, {true, "C3"}, {int64(42), "2A"}, {int64(-16), "F0"}, {int64(-1), "FF"}, {int64(127), "7F"},
		{int64(-17), "C8EF"}, {int64(-128), "C880"}, {int64(-129), "C9FF7F"}, {int64(128), "C90080"}, {int64(32767), "C97FFF"}, {int64(-32768), "C98000"},
		{int64(32768), "CA00008000"}, {int64(-32769), "CAFFFF7FFF"}, {int64(math.MaxInt32), "CA7FFFFFFF"}, {int64(math.MinInt32), "CA80000000"},
		{int64(math.MaxInt32 + 1), "CB0000000080000000"}, {int64(math.MinInt64), "CB8000000000000000"}, {int64(math.MaxInt64), "CB7FFFFFFFFFFFFFFF"},
		{1.23, "C13FF3AE147AE147AE"}, {[]byte{}, "CC00"}, {[]byte{1, 2, 3}, "CC03010203"},
		{"", "80"}, {"A", "8141"}, {letters, "D01A4142434445464748494A4B4C4D4E4F505152535455565758595A"}, {"Größenmaßstäbe", "D0124772C3B6C39F656E6D61C39F7374C3A46265"},
		{[]any{}, "90"}, {[]any{int64(1), int64(2), int64(3)}, "93010203"}, {[]any{int64(1), 2.0, "three"}, "9301C14000000000000000857468726565"},
		{many, "D428000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F2021222324252627"},
		{map[string]any{}, "A0"}, {map[string]any{"one": "eins"}, "A1836F6E658465696E73"},
		{Structure{0x4E, []any{int64(3), []any{"Example", "Node"}, map[string]any{"name": "example"}}}, "B34E0392874578616D706C65844E6F6465A1846E616D65876578616D706C65"},
	} {
		got, err := Append(nil, row.v)
		if want, _ := hex.DecodeString(row.want); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v: %X, %v; want %s", row.v, got, err, row.want)
		}
		back, err := Unpack(got)
		if err != nil || !cmp.Equal(back, row.v) {
			t.Errorf("%v comes back as %v, %v", row.v, back, err)
		}
	}
}

// Wider forms than needed are legal.
func TestEveryFormIsRead(t *testing.T) {
	for form, want := range map[string]any{
		"C82A": int64(42), "C9002A": int64(42), "CA0000002A": int64(42), "CB000000000000002A": int64(42),
		"CD0001AA": []byte{0xAA}, "CE00000001AA": []byte{0xAA}, "D00141": "A", "D1000141": "A", "D20000000141": "A",
		"D40101": []any{int64(1)}, "D5000101": []any{int64(1)}, "D60000000101": []any{int64(1)},
		"D801814101": map[string]any{"A": int64(1)}, "D90001814101": map[string]any{"A": int64(1)}, "DA00000001814101": map[string]any{"A": int64(1)},
	} {
		raw, _ := hex.DecodeString(form)
		if got, err := Unpack(raw); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v, %v", form, got, err)
		}
	}
}

func TestSizesOfEveryWidth(t *testing.T) {
	for _, n := range []int{15, 16, 255, 256, 65535, 65536} {
		for _, v := range []any{strings.Repeat("x", n), bytes.Repeat([]byte{7}, n), make([]any, n)} {
			raw, err := Append(nil, v)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Unpack(raw); err != nil || !cmp.Equal(got, v) {
				t.Errorf("%T of %d: %v", v, n, err)
			}
		}
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	for _, row := range []string{
		"", "C8", "C1", "C9", "CB00", "81", "D0", "D0FF41", "D2FFFFFFFF", "D6FFFFFFFF", "DAFFFFFFFF01", "91", "A181", "A18141", "A101", "A101" + "01", "A2814101814102",
		"C4", "C7", "CF", "D3", "D7", "DB", "DC", "DF", "E0", "EF", "B1", "B171", "B0", "81FF", "0101", strings.Repeat("91", 70) + "01",
	} {
		raw, err := hex.DecodeString(row)
		if err != nil {
			continue
		}
		if v, err := Unpack(raw); err == nil {
			t.Errorf("%s is read as %v", row, v)
		}
	}
}

func TestWhatCannotBePacked(t *testing.T) {
	for _, v := range []any{struct{}{}, []any{uint8(1)}, map[string]any{"a": t}, Structure{1, make([]any, 16)}, Structure{1, []any{t}}} {
		if b, err := Append(nil, v); err == nil {
			t.Errorf("%T is packed as %X", v, b)
		}
	}
	for _, same := range [][2]any{{int(7), int64(7)}, {[]string{"a"}, []any{"a"}}} {
		a, _ := Append(nil, same[0])
		if b, _ := Append(nil, same[1]); !bytes.Equal(a, b) {
			t.Errorf("%T: %X, %T: %X", same[0], a, same[1], b)
		}
	}
}

// What can be read can be written, and read again as the same.
func FuzzUnpack(f *testing.F) {
	for _, s := range []string{"C0", "B34E0392874578616D706C65844E6F6465A1846E616D65876578616D706C65", "D428", "DA00000001814101", "CE00000001AA"} {
		raw, _ := hex.DecodeString(s)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := Unpack(raw)
		if err != nil {
			return
		}
		packed, err := Append(nil, v)
		if err != nil || len(packed) > len(raw) {
			t.Fatalf("%X: %v, %X, %v", raw, v, packed, err)
		}
		again, err := Unpack(packed)
		twice, err2 := Append(nil, again)
		if err != nil || err2 != nil || !bytes.Equal(packed, twice) {
			t.Fatalf("%X, then %X: %v %v", packed, twice, err, err2)
		}
	})
}
