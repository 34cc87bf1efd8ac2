package secrets_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"text/template"

	"github.com/lmittmann/tint"
	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/secrets"
)

const canary = "hunter2-ÅÄÖ"

type parent struct {
	Password secrets.Secret
	Nested   struct{ S secrets.Secret }
	Ptr      *secrets.Secret
	Map      map[string]secrets.Secret
	List     []secrets.Secret
	Any      any
	private  secrets.Secret
}

func shapes() map[string]any {
	s := secrets.NewSecret(canary)
	p := parent{Password: s, Ptr: &s, Map: map[string]secrets.Secret{"k": s}, List: []secrets.Secret{s}, Any: s, private: s}
	p.Nested.S = s
	return map[string]any{
		"value": s, "pointer": &s, "parent": p, "parent pointer": &p, "map": p.Map, "slice": p.List,
		"private": struct{ s secrets.Secret }{s}, "private pointer": struct{ s *secrets.Secret }{&s},
		"credential": secrets.Credential{Key: "k", Password: s},
		"pairs":      secrets.Credential{Password: s, URI: canary}.Env(),
	}
}

// leaks looks for the canary as text and in the forms that %x, %X and %q give it.
func leaks(out string) bool {
	lower := strings.ToLower(out)
	for _, form := range []string{canary, "hunter2", fmt.Sprintf("%x", canary), fmt.Sprintf("% x", canary), fmt.Sprint([]byte("hunter2"))[1:20]} {
		if strings.Contains(lower, strings.ToLower(form)) {
			return true
		}
	}
	return false
}

func TestSecretHidesFromFmt(t *testing.T) {
	for name, v := range shapes() {
		for _, verb := range strings.Split("v +v #v s q x X d b o O t T c U e E f F g G p w +q #x -20s 08d", " ") {
			if out := fmt.Sprintf("%"+verb, v); leaks(out) {
				t.Errorf("%s by %%%s: %s", name, verb, out)
			}
		}
		if err := fmt.Errorf("wrapped %v %w", v, errors.New("inner")); leaks(err.Error()) {
			t.Errorf("%s in an error: %v", name, err)
		}
		if out := fmt.Sprint(v) + fmt.Sprintln(v); leaks(out) {
			t.Errorf("%s by Print: %s", name, out)
		}
	}
}

func TestSecretHidesFromEncoders(t *testing.T) {
	encoders := map[string]func(any) (string, error){
		"json": func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
		"xml":  func(v any) (string, error) { b, err := xml.Marshal(v); return string(b), err },
		"yaml": func(v any) (string, error) { b, err := yaml.Marshal(v); return string(b), err },
		"gob": func(v any) (string, error) {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).Encode(v)
			return b.String(), err
		},
		"template": func(v any) (string, error) {
			var b bytes.Buffer
			err := template.Must(template.New("").Parse("{{.}} {{printf \"%#v\" .}}")).Execute(&b, v)
			return b.String(), err
		},
	}
	for enc, encode := range encoders {
		for name, v := range shapes() {
			out, err := encode(v)
			if leaks(out) || (err != nil && leaks(err.Error())) {
				t.Errorf("%s of %s: %s %v", enc, name, out, err)
			}
		}
	}
	if out, err := encoders["json"](secrets.NewSecret(canary)); err != nil || out != `"[secret]"` {
		t.Errorf("json of a Secret: %s, %v", out, err)
	}
}

func TestSecretHidesFromLogs(t *testing.T) {
	handlers := map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"tint": func(b *bytes.Buffer) slog.Handler { return tint.NewTextHandler(b, nil) },
	}
	for h, handler := range handlers {
		for name, v := range shapes() {
			var b bytes.Buffer
			log := slog.New(handler(&b))
			log.Info("said", "v", v, slog.Group("g", "v", v))
			log.With("w", v).Error("failed", "err", fmt.Errorf("with %+v", v))
			if leaks(b.String()) {
				t.Errorf("%s of %s: %s", h, name, b.String())
			}
			if !strings.Contains(b.String(), "failed") {
				t.Errorf("%s of %s logged nothing", h, name)
			}
		}
	}
}

func TestSecretRevealsOnlyWhenAsked(t *testing.T) {
	s := secrets.NewSecret(canary)
	if s.Reveal() != canary || s.Empty() || !s.Equal(secrets.NewSecret(canary)) || s.Equal(secrets.NewSecret("other")) {
		t.Error("the value is not what was put in")
	}
	var zero secrets.Secret
	if zero.Reveal() != "" || !zero.Empty() || fmt.Sprint(zero) != secrets.Redacted {
		t.Error("the zero Secret is not empty, or prints otherwise than others")
	}
}
