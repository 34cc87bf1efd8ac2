package failure

import "fmt"

// adviceByReason is what to do about a reason that Aura is known to give.
var adviceByReason = map[string]string{
	"missing-billing-details":      "add a payment method in the Aura console",
	"tenant-incapable-of-action":   "this tenant may not do that: see its plan in the Aura console",
	"database-incapable-of-action": "this type of instance cannot do that: change the request or the type",
	"invalid-memory-size":          "choose a memory and storage pair that the tenant offers",
	"unauthorized":                 "give the user who made the API key the role for this",
	"tenant-not-found":             "check the tenant id (AURA_TENANT_ID)",
	"snapshot-not-found":           "list the snapshots of that day and choose one",
	"encryption-key-not-found":     "check the customer managed key's id",
	"snapshot-not-allowed":         "a snapshot is being taken already: wait for it",
	"ongoing-database-operation":   "another operation is running: wait and look again",
	"instance-action-unavailable":  "the instance is in another state: look again",
}

// adviceByStatus is what to do about a status whose reason says no more.
var adviceByStatus = map[int]string{
	401: "check the client id and secret, and make new ones in the Aura console if they were revoked",
	402: "Aura wants a payment for this: see billing in the Aura console",
	403: "check the client id and secret, the tenant id, and the role of the user who made the API key",
	405: "the quota is used up or the tenant may not have this type: see the Aura console",
	415: "the content type was refused: report this as a bug of aurad",
	420: "a free instance cannot be overwritten: choose another target",
}

// next says what to do now.
func (e *Error) next() string {
	switch {
	case e.Uncertain && e.Status >= 200 && e.Status < 300:
		return "it was accepted: look at the instances, don't ask again"
	case e.Uncertain && (e.Status < 300 || e.Status >= 500):
		return "it may have been carried out: look at the instances before trying again"
	case e.Status >= 300 && e.Status < 400:
		return "redirects are not followed: use the https address, or correct the base URL"
	case adviceByReason[e.Reason] != "":
		return adviceByReason[e.Reason]
	case e.Status == 404 && e.Kind == Person:
		return "this is not Aura's own \"not found\": check the base URL"
	case adviceByStatus[e.Status] != "":
		return adviceByStatus[e.Status]
	}
	return e.nextByKind()
}

func (e *Error) nextByKind() string {
	switch e.Kind {
	case Later:
		if e.RetryAfter > 0 {
			return fmt.Sprintf("try again in %s", e.RetryAfter)
		}
		return "try again later"
	case Conflict:
		return "wait and look at the instance again"
	case Gone:
		return "nothing is left to do"
	case Person:
		return "a person must look at this"
	}
	return "correct the request"
}
