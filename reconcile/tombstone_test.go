package reconcile_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/aurad/aurad/reconcile"
)

// What the first edition wrote of a create, its nonce alone, and what this one writes are read alike.
func TestTombstonesAreRead(t *testing.T) {
	since := at("12:00:00")
	for text, want := range map[string][]reconcile.Tombstone{
		`{}`:                                     nil,
		`{"tombstones":["0badcafe","deadbeef"]}`: {{Nonce: "0badcafe"}, {Nonce: "deadbeef"}},
		`{"tombstones":["0badcafe",{"nonce":"deadbeef","since":"` + since.Format("2006-01-02T15:04:05Z07:00") + `","grace":60000000000}]}`: {
			{Nonce: "0badcafe"}, {Nonce: "deadbeef", Since: since, Grace: 60e9}},
		`{"tombstones":[{"nonce":"deadbeef"}]}`: {{Nonce: "deadbeef"}},
	} {
		var e, again reconcile.Entry
		if err := json.Unmarshal([]byte(text), &e); err != nil || !reflect.DeepEqual(e.Tombstones, want) {
			t.Errorf("%s: %+v, %v", text, e.Tombstones, err)
		}
		raw, err := json.Marshal(e)
		if err == nil {
			err = json.Unmarshal(raw, &again)
		}
		if err != nil || !reflect.DeepEqual(again, e) {
			t.Errorf("%s: written as %s and read as %+v: %v", text, raw, again, err)
		}
	}
	for _, text := range []string{`{"tombstones":"0badcafe"}`, `{"tombstones":[1]}`, `{"tombstones":[["0badcafe"]]}`} {
		var e reconcile.Entry
		if err := json.Unmarshal([]byte(text), &e); err == nil {
			t.Errorf("%s is taken for %+v", text, e.Tombstones)
		}
	}
}
