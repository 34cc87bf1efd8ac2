package aurasim

import (
	"net/http"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// pauseInstance is POST /v1/instances/{id}/pause. What Aura answers for a free instance, which
// can't be paused by hand, is not on record.
func pauseInstance(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	if in.free() {
		return *refuse(http.StatusBadRequest, reasonIncapable, "a free-db can't be paused")
	}
	if no := c.ready(in, StatusRunning); no != nil {
		return *no
	}
	c.s.begin(in, c.now, OpPause, StatusPaused, nil, StatusPausing)
	return data(accepted(c.s.quirks.PauseStatus), c.s.view(in.Instance, c.now))
}

func resumeInstance(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	if no := c.ready(in, StatusPaused); no != nil {
		return *no
	}
	c.s.beginResume(in, c.now)
	return data(accepted(c.s.quirks.ResumeStatus), c.s.view(in.Instance, c.now))
}

func accepted(quirk string) int {
	if quirk == "200" {
		return http.StatusOK
	}
	return http.StatusAccepted
}

// deleteInstance is DELETE /v1/instances/{id}: accepted once, from every settled status and while
// a snapshot is being restored.
func deleteInstance(c *call) reply {
	in, ok := c.s.byID[c.args[0]]
	if !ok {
		return *noInstance(c.args[0])
	}
	if in.Deleted || in.op != nil && in.op.kind == OpDelete {
		return *c.gone(in)
	}
	statuses := []string{StatusDestroying}
	if in.op != nil && in.op.kind == OpRestore {
		statuses = []string{StatusLoading, StatusDestroying}
	} else if no := c.busy(in); no != nil {
		return *no
	}
	c.s.begin(in, c.now, OpDelete, StatusDeleted, nil, statuses...)
	return data(http.StatusAccepted, c.s.view(in.Instance, c.now))
}

func (c *call) gone(in *instance) *reply {
	if c.s.quirks.GoneDeleteStatus == "410" {
		return refuse(http.StatusGone, "db-already-deleted", "DB already deleted: "+in.ID)
	}
	return noInstance(in.ID)
}

// upgradeInstance is POST /v1/instances/{id}/upgrade: professional-db becomes business-critical.
// The body is empty or has both memory and storage.
func upgradeInstance(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	var b struct{ Memory, Storage string }
	if no := c.decode(&b); no != nil {
		return *no
	}
	memory, storage, no := c.checkUpgrade(in, catalog.SizeText(b.Memory), catalog.SizeText(b.Storage))
	if no != nil {
		return *no
	}
	apply := func(in *Instance) {
		in.Type, in.Memory, in.Storage, in.GraphAnalyticsPlugin = catalog.BusinessCritical, memory, storage, false
	}
	c.s.begin(in, c.now, OpUpgrade, StatusRunning, apply, StatusUpdating)
	if c.s.quirks.UpgradeStatus == "200" {
		in.lag = lag{}
		c.s.finish(in, c.now)
	}
	return data(accepted(c.s.quirks.UpgradeStatus), c.s.view(in.Instance, c.now))
}

// checkUpgrade works out the sizes after the upgrade.
func (c *call) checkUpgrade(in *instance, memory, storage string) (string, string, *reply) {
	switch {
	case in.Type != catalog.ProfessionalDB:
		return "", "", refuse(http.StatusBadRequest, reasonIncapable, "only a professional-db can be upgraded, this is a "+in.Type)
	case c.s.quirks.TrialTenant == quirk.On:
		return "", "", refuse(http.StatusBadRequest, reasonTenant, "a trial tenant can't upgrade")
	case (memory == "") != (storage == ""):
		return "", "", refuse(http.StatusBadRequest, reasonInvalid, "memory and storage go together")
	case memory == "":
		memory, storage = in.Memory, in.Storage
	}
	rows := c.s.tenant(in.TenantID).SizesOf(catalog.BusinessCritical, in.CloudProvider, in.Region)
	if _, ok := c.s.storageFor(rows, memory, storage); !ok {
		return "", "", badSize(memory, storage)
	}
	return memory, storage, c.ready(in, StatusRunning)
}
