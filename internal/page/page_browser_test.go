package page_test

import (
	"flag"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/fleettest"
	"github.com/aurad/aurad/spec"
)

var screenshots = flag.String("screenshots", "", "folder to write screenshots to")

// One afternoon, seen by five readers. The parts share a fleet since it takes a while to live
// through a day.
func TestInABrowser(t *testing.T) {
	b := openBrowser(t)
	w := afternoon(t)
	home := w.URL + "/"
	plain := b.open(t, home, look{width: 1440, height: 1000, scheme: "light", noScript: true})
	desk := b.open(t, home, look{width: 1440, height: 1000, scheme: "light"})
	dark := b.open(t, home, look{width: 1440, height: 1000, scheme: "dark"})
	phone := b.open(t, home, look{width: 390, height: 844, scheme: "dark", phone: true})
	narrow := b.open(t, home, look{width: 320, height: 700, scheme: "light", phone: true})
	all := map[string]*tab{"light": desk, "dark": dark, "phone": phone, "narrow": narrow, "without-script": plain}

	for name, tb := range all {
		t.Run("says how the fleet is, "+name, func(t *testing.T) { tb.in(t).saysHowTheFleetIs(w) })
		t.Run("is readable, "+name, func(t *testing.T) { tb.in(t).isReadable() })
		if *screenshots != "" && name != "narrow" {
			tb.screenshot(filepath.Join(*screenshots, "status-"+name+".png"), name != "phone")
		}
	}
	t.Run("is dark in the dark", func(t *testing.T) {
		const ground = "getComputedStyle(document.body).backgroundColor"
		var light, night string
		desk.eval(ground, &light)
		dark.eval(ground, &night)
		if light != "rgb(244, 246, 245)" || night != "rgb(13, 19, 18)" {
			t.Errorf("light is %s, dark is %s", light, night)
		}
	})
	t.Run("obeys the keyboard", func(t *testing.T) { desk.in(t).obeysTheKeyboard() })
	t.Run("shows a change without a reload", func(t *testing.T) { desk.in(t).showsAChange(w) })
	t.Run("reloads itself without script", func(t *testing.T) {
		plain.in(t).until("the second load", func() bool { return len(plain.told("Page.loadEventFired")) > 1 })
	})
	for name, tb := range all {
		if bad := tb.complaints(); len(bad) > 0 {
			t.Errorf("%s: the console says:\n%s", name, strings.Join(bad, "\n"))
		}
		if bad := tb.strangers(w.URL); len(bad) > 0 {
			t.Errorf("%s asked other hosts: %v", name, bad)
		}
	}
	t.Run("admits that it is stale", func(t *testing.T) { desk.in(t).admitsToBeStale() })
}

func (tb *tab) saysHowTheFleetIs(w *fleettest.World) {
	if got := tb.text("h1"); got != "1 of 13 instances needs a person." {
		tb.t.Errorf("the headline is %q", got)
	}
	for key, want := range map[string]string{"billing-dev": "running", "analytics-batch": "paused", "catalog-dev": "paused", "identity-staging": "running", "legacy-crm": "not there"} {
		if got := tb.text("#i-" + key + " .state b"); got != want {
			tb.t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	for selector, want := range map[string]string{
		"#i-catalog-dev .why": "paused by hand", "#i-identity-staging .why": "held running until 22:30 by ines: migration rehearsal",
		"#i-billing-dev .next": "pauses 19:00", "#i-orders-prod .next": "resizes 18:00", "#needs": "legacy-crm", "#coming": "identity-staging",
		"#events": "identity-staging held running",
	} {
		if got := tb.text(selector); !strings.Contains(got, want) {
			tb.t.Errorf("%s says %q, and not %q", selector, got, want)
		}
	}
	var lines []struct{ Share, Height float64 }
	tb.eval(`[...document.querySelectorAll("svg.line")].map(s => { const l = s.querySelector(".nowline").getBoundingClientRect(), r = s.getBoundingClientRect();
		return { share: (l.x + l.width / 2 - r.x) / r.width, height: l.height } })`, &lines)
	if len(lines) != 13 {
		tb.t.Errorf("%d timelines have a now-line, want 13", len(lines))
	}
	for _, l := range lines {
		if math.Abs(l.Share-0.25) > 0.01 || l.Height < 20 {
			tb.t.Errorf("a now-line lies at %.3f of its timeline and is %g px tall", l.Share, l.Height)
		}
	}
	var label string
	tb.eval(`document.querySelector(".nowlabel").textContent`, &label)
	shown, err := time.ParseInLocation("15:04", label, time.UTC)
	check(tb.t, err)
	now := w.Clock.Now()
	if late := now.Hour()*60 + now.Minute() - shown.Hour()*60 - shown.Minute(); late < 0 || late > 2 {
		tb.t.Errorf("the now-line says %s at %s", label, now)
	}
}

// isReadable: nothing runs out of the window, and every text has the contrast that WCAG AA asks for.
func (tb *tab) isReadable() {
	var over float64
	tb.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth", &over)
	if over > 0 {
		tb.t.Errorf("the page is %g px wider than its window", over)
	}
	var pale []string
	tb.eval(contrast, &pale)
	for _, p := range pale {
		tb.t.Errorf("too little contrast: %s", p)
	}
}

// contrast lists the texts whose contrast to what is behind them is below 4.5.
const contrast = `(() => {
	const rgb = c => (c.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
	const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
	const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
	const found = [];
	let n = 0;
	for (const e of document.querySelectorAll("body *")) {
		if (![...e.childNodes].some(c => c.nodeType === 3 && c.data.trim()) || !e.getClientRects().length || ["TITLE", "NOSCRIPT"].includes(e.tagName.toUpperCase())) continue;
		const style = getComputedStyle(e), ink = rgb(e instanceof SVGElement ? style.fill : style.color);
		const [a, b] = [light(ink), light(ground(e))].sort((x, y) => y - x);
		n++;
		if ((a + .05) / (b + .05) < 4.5) found.push(((a + .05) / (b + .05)).toFixed(2) + " " + e.tagName + "." + e.className + " " + e.textContent.slice(0, 40));
	}
	if (n < 100) found.push("only " + n + " texts were looked at");
	return found;
})()`

func (tb *tab) press(key string) {
	tb.t.Helper()
	code := map[string]int{"Tab": 9, "Enter": 13}[key]
	text := map[string]string{"Enter": "\r"}[key]
	tb.ask("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text})
	tb.ask("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code})
}

// obeysTheKeyboard leaves the details of one instance open and in focus.
func (tb *tab) obeysTheKeyboard() {
	tb.ask("Page.bringToFront", nil)
	tb.press("Tab")
	var focus string
	tb.eval(`document.activeElement.className + " " + (getComputedStyle(document.activeElement).left !== "-99em")`, &focus)
	if focus != "skip true" {
		tb.t.Errorf("the first Tab goes to %q", focus)
	}
	tb.press("Enter")
	tb.press("Tab")
	tb.eval("document.activeElement.tagName + ' ' + document.activeElement.innerText", &focus)
	if focus != "SUMMARY analytics-batch" {
		tb.t.Errorf("the Tab after skipping goes to %q", focus)
	}
	tb.press("Enter")
	var open bool
	tb.eval(`document.activeElement.parentElement.open`, &open)
	if !open || !strings.Contains(tb.text("#d-analytics-batch"), "Password") {
		tb.t.Errorf("Enter does not open the details: %q", tb.text("#d-analytics-batch"))
	}
}

// showsAChange: a hold pauses a database ahead of its time.
func (tb *tab) showsAChange(w *fleettest.World) {
	const state = "#i-billing-dev .state b"
	var here bool
	tb.eval("window.stillHere = true", &here)
	tb.eval(`dispatchEvent(new Event("visibilitychange"))`, &here) // the next look by itself is ten seconds from now
	time.Sleep(time.Second)
	w.Do(func(d *daemon.Daemon) error {
		return d.Hold(spec.Hold{Key: "billing-dev", State: spec.Paused, Until: w.Clock.Now().Add(time.Hour), Reason: "demo", By: "ines"})
	})
	began := time.Now()
	tb.until("the pause to show", func() bool { return tb.text(state) == "pausing" })
	if took := time.Since(began); took > 6*time.Second {
		tb.t.Errorf("it took %s: it came with the usual look, not with the event", took)
	}
	w.Clock.SetRate(120)
	tb.until("the end of the pause to show", func() bool { return tb.text(state) == "paused" })
	w.Clock.SetRate(1)
	if got := tb.text("#events"); !strings.Contains(got, "billing-dev pause done: paused") {
		tb.t.Errorf("the end of the pause is not among the events: %q", got)
	}
	tb.eval("window.stillHere === true", &here)
	if !here || len(tb.told("Page.loadEventFired")) != 1 {
		tb.t.Error("the page was loaded again")
	}
	var kept string
	tb.eval(`[document.querySelector("#d-analytics-batch").open, document.activeElement.tagName, document.activeElement.innerText].join(" ")`, &kept)
	if kept != "true SUMMARY analytics-batch" {
		tb.t.Errorf("what was open and in focus is now %q", kept)
	}
}

func (tb *tab) admitsToBeStale() {
	offline := func(on bool) {
		tb.ask("Network.emulateNetworkConditions", map[string]any{"offline": on, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
		var done bool
		tb.eval(`dispatchEvent(new Event("visibilitychange"))`, &done)
	}
	if got := tb.text("#link"); got != "live" {
		tb.t.Errorf("the link says %q", got)
	}
	offline(true)
	tb.until("the page to say that it has no answer", func() bool { return strings.HasPrefix(tb.text("#link"), "no answer") })
	offline(false)
	tb.until("the page to recover", func() bool { return tb.text("#link") == "live" })
}
