package spec

import (
	"fmt"
	"strings"
	"testing"
)

// The least and the most of what a file may ask are taken; one step beyond is refused, in a sentence
// about that very field.
func TestLimits(t *testing.T) {
	for _, c := range []struct{ text, taken, refused string }{
		{"policy: {max_hold: %s}", "31d", "745h"}, {"policy: {create_grace: %s}", "2m", "1m59s"}, {"policy: {create_grace: %s}", "2m30s", "119s"},
		{"observe: {scan_interval: %s}", "10s", "9s"}, {"observe: {max_age: %s}", "1m", "59s"}, {"observe: {enforce_within: %s}", "1m", "59s"},
		{"policy: {max_deletes: %s}", "0", "-1"}, {"instances: {a: {memory: %s}}", "512GB", "2048GB"}, {"instances: {a: {memory: %s}}", "48GB", "49GB"},
		{"policy: {delete_after: %s}", "1h", "1w"},
	} {
		full := func(value string) error {
			text := fmt.Sprintf(c.text, value)
			if !strings.Contains(text, "instances:") {
				text += "\ninstances: {}"
			}
			_, err := Parse("fleet.yaml", []byte("schema: aurad/v1\ntimezone: Europe/Stockholm\ndefaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 8GB}\n"+text))
			return err
		}
		if err := full(c.taken); err != nil {
			t.Errorf(c.text+": %v", c.taken, err)
		}
		field := c.text[strings.LastIndex(c.text, "{")+1 : strings.LastIndex(c.text, ":")]
		if err := full(c.refused); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf(c.text+": %v", c.refused, err)
		}
	}
}
