package main

import (
	"net/http"

	"github.com/aurad/aurad/internal/page"
)

// statusPage is the page for people, over what telemetry and the daemon know.
func (t *telemetry) statusPage(j *joint) (http.Handler, error) {
	return page.Handler(page.Source{Snapshot: j.group.Snapshot, Recent: t.journal.Recent, Now: j.clock.Now, Version: version().Version, Log: t.log})
}
