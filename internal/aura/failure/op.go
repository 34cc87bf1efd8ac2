package failure

// What a call does, in the words of its errors.
const (
	OpToken           = "get an access token"
	OpTenants         = "list tenants"
	OpTenant          = "read tenant"
	OpInstances       = "list instances"
	OpInstance        = "read instance"
	OpCreate          = "create instance"
	OpPatch           = "change instance"
	OpDelete          = "delete instance"
	OpPause           = "pause instance"
	OpResume          = "resume instance"
	OpUpgrade         = "upgrade instance"
	OpSnapshots       = "list snapshots of instance"
	OpSnapshot        = "read a snapshot of instance"
	OpCreateSnapshot  = "take a snapshot of instance"
	OpRestoreSnapshot = "restore a snapshot of instance"
	OpSizing          = "estimate a size"
)
