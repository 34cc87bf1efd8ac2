package observed

// Status sorts Aura's status words into what aurad can do about them.
type Status int

const (
	Unknown Status = iota // not looked at yet
	Running
	Paused
	Moving  // an operation is under way; it ends by itself
	Leaving // being deleted
	Broken  // needs a person
)

// Classify maps every status that ends by itself to the state it ends in. Source: the OpenAPI
// enum of the v1 API, plus `resizing`, `upgrading` and `deleting` as met by its clients.
func Classify(word string) (is Status, ends string) {
	switch word {
	case "":
		return Unknown, ""
	case "running":
		return Running, "running"
	case "paused":
		return Paused, "paused"
	case "pausing":
		return Moving, "paused"
	case "creating", "resuming", "restoring", "updating", "resizing", "upgrading", "overwriting", "loading":
		return Moving, "running"
	case "destroying", "deleting":
		return Leaving, ""
	}
	return Broken, ""
}
