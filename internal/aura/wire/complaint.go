package wire

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Complaint is what an error body says, whatever its form.
type Complaint struct {
	Reason, Message, Field string

	listed bool // it is in Aura's own documented form, `errors`
}

// refusals are the statuses that Aura documents for a create it did not carry out. All others come
// from something in front of it too, and that something may have passed the create on.
var refusals = []int{400, 402, 404, 405, 409, 415, 422}

// Documented reports whether an answer of this status is Aura's own word that a create was not
// carried out: a status that its documentation has, and the reason in the form that it has there.
func (c Complaint) Documented(status int) bool {
	return c.listed && c.Reason != "" && slices.Contains(refusals, status)
}

// errorBody takes in every form seen: `{"errors":[{message,reason,field}]}` from Aura,
// `{"error":"text"}` from its gateway, `{"error","error_description"}` from the token
// endpoint, and `{"message","reason"}` in either case.
type errorBody struct {
	Errors      json.RawMessage `json:"errors"`
	Error       json.RawMessage `json:"error"`
	Description Text            `json:"error_description"`
	Message     Text            `json:"message"`
	Reason      Text            `json:"reason"`
	Field       Text            `json:"field"`
}

type errorEntry struct {
	Message Text `json:"message"`
	Reason  Text `json:"reason"`
	Field   Text `json:"field"`
}

// ParseComplaint never fails: a body that is not JSON is its own message, unless it is a page
// of HTML, which tells nobody anything.
func ParseComplaint(body []byte) Complaint {
	var w errorBody
	if err := json.Unmarshal(body, &w); err != nil {
		return Complaint{Message: plain(body)}
	}
	if c, ok := listed(w.Errors); ok {
		return c
	}
	if c, ok := gateway(w); ok {
		return c
	}
	return Complaint{Reason: string(w.Reason), Message: string(w.Message), Field: string(w.Field)}
}

// listed reads the first entry of `errors` and joins the messages of the others to it.
func listed(raw json.RawMessage) (Complaint, bool) {
	var list []errorEntry
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		return Complaint{}, false
	}
	messages := make([]string, 0, len(list))
	for _, w := range list {
		if w.Message != "" {
			messages = append(messages, string(w.Message))
		}
	}
	first := list[0]
	return Complaint{
		Reason:  string(first.Reason),
		Message: strings.Join(messages, "; "),
		Field:   string(first.Field),
		listed:  true,
	}, true
}

// gateway reads `error` as text or as an object. A code is a reason only beside a description;
// alone it is prose.
func gateway(w errorBody) (Complaint, bool) {
	var object errorEntry
	if json.Unmarshal(w.Error, &object) == nil && object != (errorEntry{}) {
		return Complaint{Reason: string(object.Reason), Message: string(object.Message), Field: string(object.Field)}, true
	}
	var code Text
	if json.Unmarshal(w.Error, &code) != nil || code == "" {
		return Complaint{}, false
	}
	if w.Description != "" {
		return Complaint{Reason: string(code), Message: string(w.Description)}, true
	}
	return Complaint{Reason: string(w.Reason), Message: string(code)}, true
}

func plain(body []byte) string {
	s := strings.TrimSpace(string(body))
	switch {
	case !utf8.ValidString(s):
		return "a body that is not text"
	case strings.HasPrefix(s, "<"):
		return "a page of HTML, not JSON"
	}
	return s
}
