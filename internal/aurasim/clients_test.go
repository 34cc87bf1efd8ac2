package aurasim

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// replaySpeed is how much faster than its clients the simulated account lives, as in the quick start.
const replaySpeed = 60

// recording is what one client of others sent to the simulator in one session, and was content with.
type recording struct {
	Client   string
	Version  string // of its source
	How      string // it came to be known
	Requests []recorded
}

// recorded is one request. In all of its text «n» stands for the n-th value that an earlier answer
// gave as id, snapshot_id or access_token.
type recorded struct {
	At      float64 // seconds of the client's clock since the first one
	Method  string
	Path    string            // and query
	Headers map[string]string // Authorization has the scheme alone: the token is the newest one
	Body    string
	Status  int
	Answer  []string // the keys of the answer: data.id, or data[].id in a list
}

// Each client of others gets today what it got when it was content: to the same requests, at the
// same pace, with the tokens that it caches by its own clock, the same codes and all of the keys.
func TestClientsOfOthers(t *testing.T) {
	files, err := filepath.Glob("testdata/clients/*.json")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d recordings: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) { replay(t, read(t, file)) })
	}
}

func read(t *testing.T, file string) recording {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return r
}

// player sends a recording. values are what «1», «2» and so on stand for.
type player struct {
	*world
	values []string
}

func replay(t *testing.T, r recording) {
	t.Helper()
	wall := &clock{now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	p := &player{world: newWorld(t, Config{Durations: fixed(), TokenClock: wall.Now, TokenLife: time.Hour, Domain: "localhost"})}
	p.clock.Advance(wall.now.Sub(p.clock.Now()))
	at := 0.0
	for i, q := range r.Requests {
		passed := time.Duration((q.At - at) * float64(time.Second))
		wall.Advance(passed)
		p.clock.Advance(replaySpeed * passed)
		at = q.At
		a := p.send(p.request(q))
		got := map[string]bool{}
		var v any
		if json.Unmarshal([]byte(a.body), &v) == nil {
			p.learn(v, "", got)
		}
		if a.err != nil || a.status != q.Status {
			t.Fatalf("request %d after %.1f s, %s %s %s: %d %s %v, was %d", i+1, at, q.Method, q.Path, q.Body, a.status, a.body, a.err, q.Status)
		}
		for _, key := range q.Answer {
			if !got[key] {
				t.Errorf("request %d, %s %s: no %s among %v", i+1, q.Method, q.Path, key, slices.Sorted(maps.Keys(got)))
			}
		}
	}
}

func (p *player) request(q recorded) *http.Request {
	p.t.Helper()
	r, err := http.NewRequest(q.Method, "https://api.neo4j.io"+p.filled(q.Path), io.NopCloser(strings.NewReader(p.filled(q.Body))))
	if err != nil {
		p.t.Fatal(err)
	}
	for name, value := range q.Headers {
		r.Header.Set(name, p.filled(value))
	}
	switch r.Header.Get("Authorization") {
	case "Basic":
		r.SetBasicAuth(DemoClientID, DemoClientSecret)
	case "Bearer":
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	return r
}

func (p *player) filled(text string) string {
	for i, value := range p.values {
		text = strings.ReplaceAll(text, fmt.Sprintf("«%d»", i+1), value)
	}
	return text
}

// learn notes the keys of an answer, and the values in it that later requests use.
func (p *player) learn(v any, at string, keys map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			key := strings.TrimPrefix(at+"."+name, ".")
			keys[key] = true
			text, ok := v[name].(string)
			if ok && name == "access_token" {
				p.token = text
			}
			if ok && (name == "id" || name == "snapshot_id" || name == "access_token") && !slices.Contains(p.values, text) {
				p.values = append(p.values, text)
			}
			p.learn(v[name], key, keys)
		}
	case []any:
		for _, element := range v {
			p.learn(element, at+"[]", keys)
		}
	}
}

// The two command lines keep their token in a file and use it for longer than an hour of the
// account: a token that aged with the account would be refused by then.
func TestRecordingsUseTokensThatWereCached(t *testing.T) {
	for _, file := range []string{"aura-cli", "neo4j-cli"} {
		r := read(t, "testdata/clients/"+file+".json")
		tokens := 0
		for _, q := range r.Requests {
			if q.Path == TokenPath {
				tokens++
			}
		}
		if last := r.Requests[len(r.Requests)-1]; tokens != 1 || last.At <= 3600/replaySpeed {
			t.Errorf("%s: %d tokens in %.0f s", file, tokens, last.At)
		}
	}
}
