package aura

// What a refusal means. Reasons outrank statuses, because Aura uses 400, 409 and 422 for the
// same thing in different years; the text of a message is never consulted.
//
// A 404 or 410 means Gone only in Aura's own words: a gateway, a wrong base URL or a retired
// API version answer so too, and believing them would make live instances look deleted.

var kindByReason = map[string]Kind{
	"ongoing-database-operation":   Conflict,
	"instance-action-unavailable":  Conflict,
	"snapshot-not-allowed":         Conflict,
	"db-not-found":                 Gone,
	"db-already-deleted":           Gone,
	"missing-billing-details":      Person,
	"tenant-incapable-of-action":   Person,
	"unauthorized":                 Person,
	"tenant-not-found":             Person,
	"database-incapable-of-action": Never,
	"invalid-memory-size":          Never,
	"snapshot-not-found":           Never,
	"encryption-key-not-found":     Never,
}

var kindByStatus = map[int]Kind{
	401: Person,
	402: Person,
	403: Person,
	404: Person,
	405: Person,
	408: Later,
	409: Conflict,
	410: Person,
	425: Later,
}

// classify says what can be done about status and reason in answer to c.
func classify(c call, status int, reason string) Kind {
	switch {
	case status >= 500:
		return serverFault(c, status)
	case status >= 200 && status < 400:
		return Person
	case status == 429:
		return Later
	}
	if k, ok := kindByReason[reason]; ok && (k != Gone || status == 404 || status == 410) {
		return k
	}
	if k, ok := kindByCall(c, status); ok {
		return k
	}
	if k, ok := kindByStatus[status]; ok {
		return k
	}
	return Never
}

// serverFault: a 500 to an overwrite means that the target is smaller than the source.
func serverFault(c call, status int) Kind {
	if c.op == opOverwrite && status == 500 {
		return Never
	}
	return Later
}

// kindByCall holds what a status means for some calls only.
func kindByCall(c call, status int) (Kind, bool) {
	switch {
	case (c.op == opPause || c.op == opResume) && (status == 400 || status == 422):
		return Conflict, true // wrong state, as older and newer servers put it
	case c.op == opDelete && status == 410:
		return Gone, true
	case c.op == opCreate && status == 409:
		return Person, true // the name is taken: waiting does not free it
	}
	return 0, false
}
