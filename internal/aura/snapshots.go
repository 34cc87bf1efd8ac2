package aura

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Snapshot of an instance. Its id is opaque.
type Snapshot struct {
	ID         string
	InstanceID string
	Profile    string // AdHoc, Scheduled
	Status     string // Pending, InProgress, Completed, Failed, Cancelled
	Timestamp  time.Time
	Exportable *bool // needed to clone or overwrite from it; nil when not told
}

type wireSnapshot struct {
	ID         text    `json:"snapshot_id"`
	InstanceID text    `json:"instance_id"`
	Profile    text    `json:"profile"`
	Status     text    `json:"status"`
	Timestamp  instant `json:"timestamp"`
	Exportable flag    `json:"exportable"`
}

func (w wireSnapshot) snapshot() Snapshot {
	return Snapshot{
		ID: string(w.ID), InstanceID: string(w.InstanceID), Profile: string(w.Profile),
		Status: string(w.Status), Timestamp: w.Timestamp.Time, Exportable: w.Exportable.b,
	}
}

// Snapshots lists those of one day (UTC); the zero day means today. There is no longer list.
func (c *Client) Snapshots(ctx context.Context, instanceID string, day time.Time) ([]Snapshot, error) {
	k, err := onInstance(opSnapshots, http.MethodGet, instanceID, "/snapshots", nil)
	if err != nil {
		return nil, err
	}
	k.limit = listLimit
	if !day.IsZero() {
		k.query = url.Values{"date": {day.UTC().Format(time.DateOnly)}}
	}
	return read(ctx, c, k, list(wireSnapshot.snapshot))
}

// Snapshot reads one.
func (c *Client) Snapshot(ctx context.Context, instanceID, id string) (Snapshot, error) {
	k, err := onSnapshot(opSnapshot, http.MethodGet, instanceID, id, "")
	if err != nil {
		return Snapshot{}, err
	}
	return read(ctx, c, k, one(wireSnapshot.snapshot))
}

// CreateSnapshot starts one and returns its id. Kind Conflict: one is being taken already,
// which is usual right after a create.
func (c *Client) CreateSnapshot(ctx context.Context, instanceID string) (string, error) {
	k, err := onInstance(opCreateSnapshot, http.MethodPost, instanceID, "/snapshots", nil)
	if err != nil {
		return "", err
	}
	k.once = true
	s, err := read(ctx, c, k, one(wireSnapshot.snapshot))
	if err == nil && s.ID == "" {
		return "", &Error{Op: k.op, InstanceID: instanceID, Kind: Person, Uncertain: true, Message: "the reply names no snapshot id"}
	}
	return s.ID, err
}

// RestoreSnapshot puts an instance back to one of its own snapshots.
func (c *Client) RestoreSnapshot(ctx context.Context, instanceID, id string) (*Instance, error) {
	k, err := onSnapshot(opRestoreSnapshot, http.MethodPost, instanceID, id, "/restore")
	return c.accept(ctx, k, err)
}

// onSnapshot is a call to /instances/{id}/snapshots/{sid}<tail>.
func onSnapshot(op, method, instanceID, id, tail string) (call, error) {
	k, err := onInstance(op, method, instanceID, "/snapshots/", nil)
	if err != nil {
		return k, err
	}
	escaped, err := segment("snapshot", id)
	if err != nil {
		return k, badRequest(k, err)
	}
	k.path += escaped + tail
	k.route += "{sid}" + tail
	return k, nil
}
