package app

import "testing"

func TestStatePath(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		flag, want string
		env        map[string]string
	}{
		{"/flag", "/flag", map[string]string{"STATE_DIRECTORY": "/systemd"}},
		{"", "/systemd", map[string]string{"STATE_DIRECTORY": "/systemd:/other", "XDG_STATE_HOME": "/xdg"}},
		{"", "/xdg/aurad", map[string]string{"XDG_STATE_HOME": "/xdg", "HOME": "/home/me"}},
		{"", "/home/me/.local/state/aurad", map[string]string{"XDG_STATE_HOME": "relative", "HOME": "/home/me"}},
	} {
		a := App{Env: Env{Lookup: func(name string) (string, bool) { v, ok := tc.env[name]; return v, ok }}, StateDir: tc.flag}
		if got, err := a.StateFolder(); err != nil || got != tc.want {
			t.Errorf("%+v: %q, %v", tc, got, err)
		}
	}
	if _, err := (App{Env: Env{Lookup: func(string) (string, bool) { return "", false }}}).StateFolder(); err == nil {
		t.Error("no place at all is no error")
	}
}
