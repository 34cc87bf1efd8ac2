package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/spec"
)

// errNoDaemon is wrapped when nobody answers on the socket.
var errNoDaemon = errors.New("no aurad daemon runs")

// ask gets path from the daemon of a state folder, over its unix socket, into v.
func ask(ctx context.Context, stateDir, path string, v any) error {
	return tell(ctx, stateDir, http.MethodGet, path, "", v)
}

// tell sends a request to the daemon of a state folder and decodes its reply into v, unless v is
// nil. What the daemon refuses is the error in its own words.
func tell(ctx context.Context, stateDir, method, path, body string, v any) error {
	wire := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", daemon.SocketPath(stateDir))
	}}
	defer wire.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, method, "http://aurad"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := wire.RoundTrip(req)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w on %s: %w", errNoDaemon, stateDir, err)
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		return refusal(stateDir, resp)
	}
	if v == nil {
		return nil
	}
	if body, ok := v.(*rawBody); ok {
		*body, err = io.ReadAll(resp.Body)
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// rawBody takes a reply as it is, where it is not JSON.
type rawBody []byte

func refusal(stateDir string, resp *http.Response) error {
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	text := strings.TrimSpace(string(raw))
	if resp.StatusCode == http.StatusConflict && text != "" {
		return errors.New(text)
	}
	return fmt.Errorf("the daemon on %s answers %s: %s", stateDir, resp.Status, text)
}

// askPlan has the file planned by the daemon that holds the state. held is the error that says who does.
func (p program) askPlan(ctx context.Context, text []byte, fleet *spec.Fleet, dir string, at time.Time, held error) (format.Forecast, error) {
	fc := format.Forecast{Fleet: fleet}
	var snap daemon.Snapshot
	if err := ask(ctx, dir, "/api/v1/status", &snap); err != nil {
		return fc, fmt.Errorf("%w; it does not answer questions (is it an apply?): %w", held, err)
	}
	query := url.Values{"file": {fleet.File}}
	if !at.IsZero() {
		query.Set("at", at.Format(time.RFC3339))
	}
	if err := tell(ctx, dir, http.MethodPost, "/api/v1/plan?"+query.Encode(), string(text), &fc.Plan); err != nil {
		return fc, err
	}
	if fc.Plan.Schema != reconcile.PlanSchema {
		return fc, fmt.Errorf("the daemon on %s speaks %q and this aurad %q: use the same version of both", dir, fc.Plan.Schema, reconcile.PlanSchema)
	}
	fc.Notes = append(fc.Notes, planned(fleet, dir, snap))
	if snap.Config.Error != "" {
		fc.Notes = append(fc.Notes, "the daemon's own file on disk is not in force: "+snap.Config.Error)
	}
	if !snap.Ready {
		fc.Notes = append(fc.Notes, "the daemon has not looked at the whole fleet yet: ask again in a minute")
	}
	return fc, nil
}

// planned says what the plan of a file that a daemon was asked for is worth.
func planned(fleet *spec.Fleet, dir string, snap daemon.Snapshot) string {
	if fleet.Digest == snap.Config.Digest {
		return "planned by the daemon that runs on " + dir + ", which has this file in force"
	}
	return "planned by the daemon that runs on " + dir + " as if this file came into force; what it has in force is another text, " + snap.Config.File
}
