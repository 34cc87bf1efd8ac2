package page_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is a Chromium that is driven over its DevTools pipe: NUL-separated JSON on two file
// descriptors, which needs no port, no driver and no module.
type browser struct {
	to      io.Writer
	mu      sync.Mutex
	last    int
	answers map[int]chan reply
	events  []event
}

type reply struct {
	ID        int             `json:"id"`
	Method    string          `json:"method"`
	SessionID string          `json:"sessionId"`
	Params    json.RawMessage `json:"params"`
	Result    json.RawMessage `json:"result"`
	Error     *struct{ Message string }
}

// event is something that a tab told of.
type event struct {
	tab, method string
	params      json.RawMessage
}

// chromium is the browser's path. Without one the test is skipped, or fails where the tools are required.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("AURAD_REQUIRE_TOOLS") == "1" {
		t.Fatal("chromium is required and not installed")
	}
	t.Skip("skipped: chromium is not installed")
	return ""
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := chromium(t)
	theirs, to, err := os.Pipe()
	check(t, err)
	from, ours, err := os.Pipe()
	check(t, err)
	home := t.TempDir()
	cmd := exec.Command(path, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage",
		"--hide-scrollbars", "--force-color-profile=srgb", "--no-proxy-server", "--user-data-dir="+home, "about:blank")
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home)
	cmd.ExtraFiles = []*os.File{theirs, ours}
	check(t, cmd.Start())
	theirs.Close()
	ours.Close()
	b := &browser{to: to, answers: map[int]chan reply{}}
	read := make(chan struct{})
	go func() { defer close(read); b.read(from) }()
	t.Cleanup(func() {
		b.call(t, "", "Browser.close", nil)
		to.Close()
		stop := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		stop.Stop()
		from.Close()
		<-read
	})
	return b
}

func (b *browser) read(from io.Reader) {
	for in := bufio.NewReader(from); ; {
		raw, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var r reply
		if json.Unmarshal(raw[:len(raw)-1], &r) != nil {
			continue
		}
		b.mu.Lock()
		if c := b.answers[r.ID]; r.ID > 0 && c != nil {
			c <- r
			delete(b.answers, r.ID)
		} else if r.Method != "" {
			b.events = append(b.events, event{r.SessionID, r.Method, r.Params})
		}
		b.mu.Unlock()
	}
}

// call asks the browser, or the tab if there is one, and returns the result.
func (b *browser) call(t *testing.T, tab, method string, params map[string]any) json.RawMessage {
	t.Helper()
	b.mu.Lock()
	b.last++
	id, answer := b.last, make(chan reply, 1)
	b.answers[id] = answer
	b.mu.Unlock()
	if params == nil {
		params = map[string]any{}
	}
	message := map[string]any{"id": id, "method": method, "params": params}
	if tab != "" {
		message["sessionId"] = tab
	}
	raw, err := json.Marshal(message)
	check(t, err)
	_, err = b.to.Write(append(raw, 0))
	check(t, err)
	select {
	case r := <-answer:
		if r.Error != nil {
			t.Fatalf("%s: %s", method, r.Error.Message)
		}
		return r.Result
	case <-time.After(30 * time.Second):
		t.Fatalf("%s: the browser does not answer", method)
		return nil
	}
}

// look is how a tab sees the page.
type look struct {
	width, height int
	scheme        string // light, dark
	noScript      bool
	phone         bool
}

// tab is one page in the browser, and the test that looks at it.
type tab struct {
	*browser
	t  *testing.T
	id string
}

// in is the same tab for a part of the test.
func (tb *tab) in(t *testing.T) *tab { return &tab{tb.browser, t, tb.id} }

// open opens url in a new tab and waits until it is loaded.
func (b *browser) open(t *testing.T, url string, l look) *tab {
	t.Helper()
	var target struct{ TargetID, SessionID string }
	check(t, json.Unmarshal(b.call(t, "", "Target.createTarget", map[string]any{"url": "about:blank"}), &target))
	check(t, json.Unmarshal(b.call(t, "", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}), &target))
	tb := &tab{b, t, target.SessionID}
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		tb.ask(domain+".enable", nil)
	}
	tb.ask("Emulation.setDeviceMetricsOverride", map[string]any{"width": l.width, "height": l.height, "deviceScaleFactor": 1, "mobile": l.phone})
	tb.ask("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": l.scheme}}})
	tb.ask("Emulation.setScriptExecutionDisabled", map[string]any{"value": l.noScript})
	tb.ask("Page.navigate", map[string]any{"url": url})
	tb.until("the page to load", func() bool { return len(tb.told("Page.loadEventFired")) > 0 })
	return tb
}

func (tb *tab) ask(method string, params map[string]any) json.RawMessage {
	tb.t.Helper()
	return tb.call(tb.t, tb.id, method, params)
}

// told returns what the tab told of one method so far.
func (tb *tab) told(method string) []json.RawMessage {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	var all []json.RawMessage
	for _, e := range tb.events {
		if e.tab == tb.id && e.method == method {
			all = append(all, e.params)
		}
	}
	return all
}

func (tb *tab) until(what string, ok func() bool) {
	tb.t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			tb.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// eval runs an expression in the page and decodes its value into v.
func (tb *tab) eval(expression string, v any) {
	tb.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Text string }
	}
	check(tb.t, json.Unmarshal(tb.ask("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}), &r))
	if r.ExceptionDetails != nil {
		tb.t.Fatalf("%s: %s", expression, r.ExceptionDetails.Text)
	}
	check(tb.t, json.Unmarshal(r.Result.Value, v))
}

func (tb *tab) text(selector string) string {
	tb.t.Helper()
	var s string
	tb.eval(fmt.Sprintf("(document.querySelector(%q)?.innerText ?? '')", selector), &s)
	return strings.TrimSpace(s)
}

// screenshot writes the page, all of it or what the window shows.
func (tb *tab) screenshot(file string, whole bool) {
	tb.t.Helper()
	var shot struct{ Data string }
	check(tb.t, json.Unmarshal(tb.ask("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": whole}), &shot))
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	check(tb.t, err)
	check(tb.t, os.WriteFile(file, png, 0o644))
}

// complaints are errors and warnings of the page's console.
func (tb *tab) complaints() []string {
	var all []string
	for _, method := range []string{"Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"} {
		for _, raw := range tb.told(method) {
			all = append(all, method+" "+string(raw))
		}
	}
	return all
}

// strangers are the requests that went to anything but home.
func (tb *tab) strangers(home string) []string {
	var all []string
	for _, raw := range tb.told("Network.requestWillBeSent") {
		var r struct{ Request struct{ URL string } }
		check(tb.t, json.Unmarshal(raw, &r))
		if !strings.HasPrefix(r.Request.URL, home+"/") {
			all = append(all, r.Request.URL)
		}
	}
	slices.Sort(all)
	return all
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
