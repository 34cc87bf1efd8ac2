package correct

import (
	"strings"
	"testing"
)

// What is offered for what people and tools write: the days, the hours and the id that they meant.
func TestWhatIsOffered(t *testing.T) {
	for _, c := range []struct {
		of         func(string) Correction
		text, want string
	}{
		{Window, "0 7-18 * * 1-5", "Mon-Fri 07:00-18:00"}, {Window, "* 7-18 * * 1-5", "Mon-Fri 07:00-19:00"},
		{Window, "30 7-18 * * *", "daily 07:30-18:30"}, {Window, "0 * * * 1-5", "Mon-Fri 00:00-24:00"}, {Window, "@hourly", "daily 00:00-24:00"},
		{Window, "0 8 * * 1-5", "Mon-Fri 08:00-19:00"}, {Window, "0 22-6 * * *", "daily 22:00-24:00"}, {Window, "0 8-20/2 * * *", "daily 08:00-20:00"},
		{Window, "0 7,18 * * *", "daily 07:00-18:00"}, {Window, "75 7-18 * * *", "daily 07:59-18:59"},
		{Window, "Mon 08:00 - Fri 18:00", "Mon 08:00-24:00|Tue-Thu 00:00-24:00|Fri 00:00-18:00"},
		{Window, "Mon 08:00 - Tue 18:00", "Mon 08:00-24:00|Tue 00:00-18:00"}, {Window, "Fri 18:00 - Mon 00:00", "Fri 18:00-24:00|Sat,Sun 00:00-24:00"},
		{InstanceID, "neo4j+s://0A1B2C3D.databases.neo4j.io", "0a1b2c3d"}, {InstanceID, "342391", "01234567"}, {InstanceID, "0342391", ""},
		{InstanceID, "2097151", "07777777"}, {InstanceID, "2097152", ""}, {InstanceID, "0a1b2c3d or 1a1b2c3d", ""},
	} {
		if got := strings.Join(c.of(c.text).Values, "|"); got != c.want {
			t.Errorf("%q: %q is offered, want %q", c.text, got, c.want)
		}
	}
}
