package main

import (
	"net/http"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/page"
)

// statusPage is the page for people, over what telemetry and the daemon know.
func (t *telemetry) statusPage(d *daemon.Daemon) (http.Handler, error) {
	return page.Handler(page.Source{Snapshot: d.Snapshot, Recent: t.journal.Recent, Now: d.Clock.Now, Version: version().Version, Log: t.log})
}
