package crash

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// haystack is every output of a story, and every secret that was ever in it.
type haystack struct {
	mu      sync.Mutex
	outputs map[string][]byte
	secrets map[string]string // secret -> what it is
}

func newHaystack() *haystack {
	return &haystack{outputs: map[string][]byte{}, secrets: map[string]string{}}
}

func (h *haystack) add(name string, text []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outputs[name] = append(h.outputs[name], text...)
}

func (h *haystack) secret(what, value string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(value) < 8 {
		panic(what + " is too short to be searched for")
	}
	h.secrets[value] = what
}

// addFiles adds all files below dir but for those below a folder named except.
func (h *haystack) addFiles(t *testing.T, when, dir, except string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && e.Name() == except && except != "":
			return fs.SkipDir
		case !e.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		h.add("file "+path+" "+when, text)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// search demands that no secret is in any output, and says how much was searched.
func (h *haystack) search(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	bytes := 0
	for name, text := range h.outputs {
		bytes += len(text)
		for secret, what := range h.secrets {
			if forms := hidden(text, secret); forms != nil {
				slices.Sort(forms)
				t.Errorf("%s is in %s, as %q", what, name, forms)
			}
		}
	}
	t.Logf("%d secrets in %d forms each, %d outputs, %d bytes", len(h.secrets), len(needles("12345678")), len(h.outputs), bytes)
	if len(h.secrets) < 5 || bytes < 10_000 {
		t.Error("that is too little to prove anything")
	}
}

// echo stands before a server, learns the secrets that it hands out, and when told to answers with
// an error that repeats what it was sent, as proxies and debug pages do.
type echo struct {
	next    http.Handler
	hay     *haystack
	mu      sync.Mutex
	errors  int // so many more requests that match are answered with an error
	match   func(*http.Request) bool
	surplus *surplus // what follows each reply; nil: nothing
}

func newEcho(t *testing.T, hay *haystack, next http.Handler) (*echo, *httptest.Server) {
	t.Helper()
	e := &echo{next: next, hay: hay}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return e, server
}

// repeat makes the next n requests that match fail with an echo.
func (e *echo) repeat(n int, match func(*http.Request) bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.errors, e.match = n, match
}

// goOn makes something follow each reply from now on.
func (e *echo) goOn(s *surplus) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.surplus = s
}

// left is how many echoes are still to come.
func (e *echo) left() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.errors
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	e.mu.Lock()
	fails, surplus := e.errors > 0 && e.match(r), e.surplus
	if fails {
		e.errors--
	}
	e.mu.Unlock()
	if fails {
		e.fail(w, r, body)
		return
	}
	reply := httptest.NewRecorder()
	e.next.ServeHTTP(reply, r)
	e.learn(reply.Body.Bytes())
	if surplus != nil {
		surplus.send(w, r, reply)
		return
	}
	for name, values := range reply.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(reply.Code)
	_, _ = w.Write(reply.Body.Bytes())
}

// fail repeats all that was sent, in the forms in which both APIs give errors.
func (e *echo) fail(w http.ResponseWriter, r *http.Request, body []byte) {
	said := strings.Join([]string{r.Header.Get("Authorization"), r.Header.Get("X-Vault-Token"), string(body)}, " ")
	if _, secret, ok := r.BasicAuth(); ok {
		said += " " + secret
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", said)
	w.WriteHeader(http.StatusBadRequest)
	var text any = []map[string]string{{"message": "can't do " + said, "reason": said, "field": said}}
	if strings.Contains(r.URL.Path, "/secret/") || strings.Contains(r.URL.Path, "/auth/") {
		text = []string{"can't do " + said}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": text, "error": said, "error_description": said})
}

// learn takes the tokens and passwords of a reply.
func (e *echo) learn(body []byte) {
	var reply struct {
		AccessToken string `json:"access_token"`
		Auth        struct {
			ClientToken string `json:"client_token"`
		}
	}
	if json.Unmarshal(body, &reply) != nil {
		return
	}
	if reply.AccessToken != "" {
		e.hay.secret("an Aura token", reply.AccessToken)
	}
	if reply.Auth.ClientToken != "" {
		e.hay.secret("a Vault token", reply.Auth.ClientToken)
	}
}

// spyingGit writes down what it was given and hands it on: dotenv asks git what it ignores.
func spyingGit(t *testing.T, dir, notes string) {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("#!/bin/sh\n{ env; echo \"$@\"; } >> %s\nexec %s \"$@\"\n", notes, git)
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
}

// basic is how an OAuth2 client sends its id and secret.
func basic(id, secret string) string {
	return base64.StdEncoding.EncodeToString([]byte(id + ":" + secret))
}
