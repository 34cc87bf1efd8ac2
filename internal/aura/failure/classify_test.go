package failure

import "testing"

func TestKinds(t *testing.T) {
	tests := []struct {
		op     string
		status int
		reason string
		want   Kind
	}{
		{OpPause, 429, "", Later},
		{OpPause, 429, "db-not-found", Later},
		{OpInstance, 500, "", Later},
		{OpInstance, 500, "db-not-found", Later},
		{OpCreate, 502, "", Later},
		{OpDelete, 504, "", Later},
		{OpInstance, 408, "", Later},

		{OpPatch, 409, "ongoing-database-operation", Conflict},
		{OpPatch, 400, "ongoing-database-operation", Conflict},
		{OpPause, 409, "instance-action-unavailable", Conflict},
		{OpPause, 409, "something-new", Conflict},
		{OpPatch, 400, "instance-action-unavailable", Conflict},
		{OpPause, 400, "", Conflict},
		{OpPause, 422, "", Conflict},
		{OpResume, 400, "", Conflict},
		{OpResume, 422, "instance-action-unavailable", Conflict},
		{OpCreateSnapshot, 409, "snapshot-not-allowed", Conflict},

		{OpInstance, 404, "db-not-found", Gone},
		{OpDelete, 404, "db-not-found", Gone},
		{OpDelete, 410, "db-already-deleted", Gone},
		{OpDelete, 410, "", Gone},
		{OpInstance, 410, "db-already-deleted", Gone},
		{OpInstance, 404, "", Person},            // a wrong base URL answers so
		{OpInstance, 410, "", Person},            // a retired API version answers so
		{OpInstance, 400, "db-not-found", Never}, // a status that does not fit the reason
		{OpDelete, 404, "", Person},

		{OpInstances, 401, "", Person},
		{OpInstances, 403, "", Person},
		{OpPause, 403, "unauthorized", Person},
		{OpCreateSnapshot, 402, "", Person},
		{OpCreate, 405, "", Person},
		{OpCreate, 400, "missing-billing-details", Person},
		{OpCreate, 409, "", Person}, // the name is taken, if Aura ever minds
		{OpPatch, 400, "tenant-incapable-of-action", Person},
		{OpTenant, 404, "tenant-not-found", Person},
		{OpPause, 308, "", Person},

		{OpPause, 400, "database-incapable-of-action", Never}, // free-db can't be paused
		{OpPatch, 400, "database-incapable-of-action", Never},
		{OpPatch, 400, "invalid-memory-size", Never},
		{OpPatch, 400, "", Never},
		{OpPatch, 422, "", Never},
		{OpCreate, 415, "", Never},
		{OpSnapshot, 404, "snapshot-not-found", Never},
	}
	for _, tt := range tests {
		if got := Classify(tt.op, tt.status, tt.reason); got != tt.want {
			t.Errorf("%s, %d %s: got %v, want %v", tt.op, tt.status, tt.reason, got, tt.want)
		}
	}
}
