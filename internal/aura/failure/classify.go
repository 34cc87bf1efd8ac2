package failure

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

// Classify says what can be done about status and reason in answer to a call that is to do op.
func Classify(op string, status int, reason string) Kind {
	switch {
	case status >= 500:
		return Later
	case status >= 200 && status < 400:
		return Person
	case status == 429:
		return Later
	}
	if k, ok := kindByReason[reason]; ok && (k != Gone || status == 404 || status == 410) {
		return k
	}
	if k, ok := kindByCall(op, status); ok {
		return k
	}
	if k, ok := kindByStatus[status]; ok {
		return k
	}
	return Never
}

// kindByCall holds what a status means for some calls only.
func kindByCall(op string, status int) (Kind, bool) {
	switch {
	case (op == OpPause || op == OpResume) && (status == 400 || status == 422):
		return Conflict, true // wrong state, as older and newer servers put it
	case op == OpDelete && status == 410:
		return Gone, true
	case op == OpCreate && status == 409:
		return Person, true // the name is taken: waiting does not free it
	}
	return 0, false
}
