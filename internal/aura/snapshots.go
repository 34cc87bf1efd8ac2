package aura

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/aurad/aurad/internal/aura/exchange"
	"github.com/aurad/aurad/internal/aura/failure"
	"github.com/aurad/aurad/internal/aura/wire"
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
	ID         wire.Text    `json:"snapshot_id"`
	InstanceID wire.Text    `json:"instance_id"`
	Profile    wire.Text    `json:"profile"`
	Status     wire.Text    `json:"status"`
	Timestamp  wire.Instant `json:"timestamp"`
	Exportable wire.Flag    `json:"exportable"`
}

func (w wireSnapshot) snapshot() Snapshot {
	return Snapshot{
		ID: string(w.ID), InstanceID: string(w.InstanceID), Profile: string(w.Profile),
		Status: string(w.Status), Timestamp: w.Timestamp.Time, Exportable: w.Exportable.B,
	}
}

var errNoSnapshotID = errors.New("the reply names no snapshot id")

// parseSnapshot decodes one. A reply that names none is no success, however empty.
func parseSnapshot(raw []byte) (Snapshot, error) {
	s, err := wire.One(wireSnapshot.snapshot)(raw)
	if err == nil && s.ID == "" {
		return Snapshot{}, errNoSnapshotID
	}
	return s, err
}

// parseSnapshots decodes the list, each with its id.
func parseSnapshots(raw []byte) ([]Snapshot, error) {
	all, err := wire.List(wireSnapshot.snapshot)(raw)
	if slices.ContainsFunc(all, func(s Snapshot) bool { return s.ID == "" }) {
		return nil, errNoSnapshotID
	}
	return all, err
}

// Snapshots lists those of one day (UTC); the zero day means today. There is no longer list.
func (c *Client) Snapshots(ctx context.Context, instanceID string, day time.Time) ([]Snapshot, error) {
	k, err := onInstance(failure.OpSnapshots, http.MethodGet, instanceID, "/snapshots", nil)
	if err != nil {
		return nil, err
	}
	k.Limit = exchange.ListLimit
	if !day.IsZero() {
		k.Query = url.Values{"date": {day.UTC().Format(time.DateOnly)}}
	}
	return read(ctx, c, k, parseSnapshots)
}

// Snapshot reads one.
func (c *Client) Snapshot(ctx context.Context, instanceID, id string) (Snapshot, error) {
	k, err := onSnapshot(failure.OpSnapshot, http.MethodGet, instanceID, id, "")
	if err != nil {
		return Snapshot{}, err
	}
	return read(ctx, c, k, parseSnapshot)
}

// CreateSnapshot starts one and returns its id. Kind Conflict: one is being taken already,
// which is usual right after a create.
func (c *Client) CreateSnapshot(ctx context.Context, instanceID string) (string, error) {
	k, err := onInstance(failure.OpCreateSnapshot, http.MethodPost, instanceID, "/snapshots", nil)
	if err != nil {
		return "", err
	}
	k.Once = true
	s, err := read(ctx, c, k, parseSnapshot)
	return s.ID, err
}

// RestoreSnapshot puts an instance back to one of its own snapshots.
func (c *Client) RestoreSnapshot(ctx context.Context, instanceID, id string) (*Instance, error) {
	k, err := onSnapshot(failure.OpRestoreSnapshot, http.MethodPost, instanceID, id, "/restore")
	return c.accept(ctx, k, err)
}

// onSnapshot is a call to /instances/{id}/snapshots/{sid}<tail>.
func onSnapshot(op, method, instanceID, id, tail string) (exchange.Call, error) {
	k, err := onInstance(op, method, instanceID, "/snapshots/", nil)
	if err != nil {
		return exchange.Call{}, err
	}
	escaped, err := exchange.Segment("snapshot", id)
	if err != nil {
		return exchange.Call{}, exchange.BadRequest(k, err)
	}
	k.Path += escaped + tail
	k.Route += "{sid}" + tail
	return k, nil
}
