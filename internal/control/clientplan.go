package control

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// Plan has the file planned by the daemon, with what it knows and at no request.
func (c *Client) Plan(ctx context.Context, r PlanRequest) (p PlanReply, err error) {
	snap, err := c.Status(ctx)
	if err != nil {
		return p, err
	}
	query := url.Values{"file": {r.Fleet.File}}
	if !r.At.IsZero() {
		query.Set("at", r.At.Format(time.RFC3339))
	}
	if err := c.tell(ctx, http.MethodPost, "/api/v1/plan?"+query.Encode(), string(r.Text), &p.Plan); err != nil {
		return p, err
	}
	if p.Plan.Schema != reconcile.PlanSchema {
		return p, fmt.Errorf("the daemon on %s speaks %q and this aurad %q: use the same version of both", c.name, p.Plan.Schema, reconcile.PlanSchema)
	}
	p.Notes = append(p.Notes, c.planned(r.Fleet, snap))
	if snap.Config.Error != "" {
		p.Notes = append(p.Notes, "the daemon's own file on disk is not in force: "+snap.Config.Error)
	}
	if !snap.Ready {
		p.Notes = append(p.Notes, "the daemon has not looked at the whole fleet yet: ask again in a minute")
	}
	return p, nil
}

// planned says what the plan of a file that a daemon was asked for is worth.
func (c *Client) planned(fleet *spec.Fleet, snap daemon.Snapshot) string {
	if fleet.Digest == snap.Config.Digest {
		return "planned by the daemon that runs on " + c.name + ", which has this file in force"
	}
	return "planned by the daemon that runs on " + c.name + " as if this file came into force; what it has in force is another text, " + snap.Config.File
}
