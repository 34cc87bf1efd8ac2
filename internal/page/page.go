// Package page shows a fleet to people: what is there, what should be, why, since when, and what
// happens next, on one page that needs no script, no other host and no rights.
//
// It knows HTML, and the words that people use for times and states. It must not ask anything
// of Aura, change anything, or keep anything: it is a function of the daemon's Snapshot, its recent events
// and the time. Whatever comes from the API or a file is text: html/template escapes it, and
// plaintext shows what can't be seen.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"path"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/journal"
	"github.com/aurad/aurad/internal/plaintext"
)

// Source is where the page gets what it shows. Its functions may be called from any goroutine.
type Source struct {
	Snapshot func() daemon.Snapshot
	Recent   func(n int) []journal.Entry // newest first
	Now      func() time.Time
	Version  string
	Log      *slog.Logger
}

//go:embed assets
var assets embed.FS

// policy lets the page load its own style, script and icon, and talk to where it came from.
// Nothing inline runs, nothing may frame it, no form may leave it.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page at / and what it loads beside it.
func Handler(src Source) (http.Handler, error) {
	tmpl, err := template.New("page.html").Funcs(template.FuncMap{"clock": clock, "stamp": stamp}).ParseFS(assets, "assets/page.html")
	if err != nil {
		return nil, fmt.Errorf("read the page's template: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", serve(src, tmpl))
	for name, kind := range map[string]string{"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"} {
		content, err := assets.ReadFile(path.Join("assets", name))
		if err != nil {
			return nil, err
		}
		mux.Handle("GET /"+name, asset(name, kind, content))
	}
	return guarded(mux), nil
}

func serve(src Source, tmpl *template.Template) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var out bytes.Buffer
		if err := tmpl.Execute(&out, look(src)); err != nil {
			src.Log.Error("could not draw the status page", "error", err)
			http.Error(w, "aurad could not draw this page; its log says why.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = io.WriteString(w, plaintext.Lines(out.String())) // the reader went away: there is nobody to tell
	})
}

// asset serves one file, and spares the reader what it has already.
func asset(name, kind string, content []byte) http.Handler {
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}

func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
