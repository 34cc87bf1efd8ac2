// Package correct has what to type instead of a value that can't be read: a window as people,
// calendars and cron write it, a zone by an abbreviation or a city, a size, a date, a name.
//
// It reads generously what the format refuses. It must not know where a value stands, and decides
// nothing: what it finds is offered to a person.
package correct

// Correction is what is to be written instead of a value that can't be read.
type Correction struct {
	Values []string // one, or where a list may stand several; none when only a person can tell
	Note   string   // what the values alone don't say
}

// VariableNote says why a variable is an error.
const VariableNote = "aurad fills in no variables: put the value in, or render the file first, as with envsubst"
