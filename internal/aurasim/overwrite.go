package aurasim

import (
	"net/http"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// overwriteInstance is POST /v1/instances/{id}/overwrite: 420 for a free target, 500 when the
// target's memory is below the source's, whatever the data need. Id, URL, password and vector
// setting of the target stay.
func overwriteInstance(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	var b struct {
		SourceInstanceID string `json:"source_instance_id"`
		SourceSnapshotID string `json:"source_snapshot_id"`
	}
	if no := c.decode(&b); no != nil {
		return *no
	}
	if b.SourceInstanceID == "" {
		return *invalid("source_instance_id", "source_instance_id is required")
	}
	source, ok := c.s.byID[b.SourceInstanceID]
	if !ok || source.Deleted {
		return *noInstance(b.SourceInstanceID)
	}
	if no := c.checkOverwrite(in, source, b.SourceSnapshotID); no != nil {
		return *no
	}
	if b.SourceSnapshotID == "" {
		c.s.takeSnapshot(source, c.now, "AdHoc", true)
	}
	c.s.beginLoad(in, c.now, OpOverwrite, nil, StatusOverwriting, StatusLoading)
	return data(http.StatusAccepted, c.s.view(in.Instance, c.now))
}

func (c *call) checkOverwrite(in, source *instance, snapshotID string) *reply {
	if in.free() {
		return refuse(420, reasonIncapable, "a free-db can't be overwritten")
	}
	if catalog.Gigabytes(in.Memory) < catalog.Gigabytes(source.Memory) {
		return refuse(http.StatusInternalServerError, "size-disparity",
			"the target has "+in.Memory+", less than the source's "+source.Memory)
	}
	if no := c.ready(in, StatusRunning); no != nil {
		return no
	}
	return c.loadable(source, snapshotID, source != in)
}

// loadable says whether another instance can be filled from source: from the snapshot, which must
// be done and, to leave its instance, exportable; without one from source as it runs.
func (c *call) loadable(source *instance, snapshotID string, leaves bool) *reply {
	if snapshotID == "" {
		return c.ready(source, StatusRunning)
	}
	snap := c.snapshotOf(source, snapshotID)
	if snap == nil {
		return noSnapshot(snapshotID)
	}
	if !snap.done(c.now) || leaves && !snap.full {
		return refuse(http.StatusConflict, reasonUnavailable, "snapshot "+snapshotID+" is not exportable")
	}
	return nil
}

func noSnapshot(id string) *reply {
	return refuse(http.StatusNotFound, "snapshot-not-found", "Snapshot not found: "+id)
}
