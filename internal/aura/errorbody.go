package aura

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// complaint is what an error body says, whatever its form.
type complaint struct {
	reason, message, field string

	listed bool // it is in Aura's own documented form, `errors`
}

// refusals are the statuses that Aura documents for a create it did not carry out. All others come
// from something in front of it too, and that something may have passed the create on.
var refusals = []int{400, 402, 404, 405, 409, 415, 422}

// documented reports whether an answer of this status is Aura's own word that a create was not
// carried out: a status that its documentation has, and the reason in the form that it has there.
func (c complaint) documented(status int) bool {
	return c.listed && c.reason != "" && slices.Contains(refusals, status)
}

// wireError takes in every form seen: `{"errors":[{message,reason,field}]}` from Aura,
// `{"error":"text"}` from its gateway, `{"error","error_description"}` from the token
// endpoint, and `{"message","reason"}` in either case.
type wireError struct {
	Errors      json.RawMessage `json:"errors"`
	Error       json.RawMessage `json:"error"`
	Description text            `json:"error_description"`
	Message     text            `json:"message"`
	Reason      text            `json:"reason"`
	Field       text            `json:"field"`
}

type wireComplaint struct {
	Message text `json:"message"`
	Reason  text `json:"reason"`
	Field   text `json:"field"`
}

// parseComplaint never fails: a body that is not JSON is its own message, unless it is a page
// of HTML, which tells nobody anything.
func parseComplaint(body []byte) complaint {
	var w wireError
	if err := json.Unmarshal(body, &w); err != nil {
		return complaint{message: plain(body)}
	}
	if c, ok := listed(w.Errors); ok {
		return c
	}
	if c, ok := gateway(w); ok {
		return c
	}
	return complaint{reason: string(w.Reason), message: string(w.Message), field: string(w.Field)}
}

// listed reads the first entry of `errors` and joins the messages of the others to it.
func listed(raw json.RawMessage) (complaint, bool) {
	var list []wireComplaint
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		return complaint{}, false
	}
	messages := make([]string, 0, len(list))
	for _, w := range list {
		if w.Message != "" {
			messages = append(messages, string(w.Message))
		}
	}
	first := list[0]
	return complaint{
		reason:  string(first.Reason),
		message: strings.Join(messages, "; "),
		field:   string(first.Field),
		listed:  true,
	}, true
}

// gateway reads `error` as text or as an object. A code is a reason only beside a description;
// alone it is prose.
func gateway(w wireError) (complaint, bool) {
	var object wireComplaint
	if json.Unmarshal(w.Error, &object) == nil && object != (wireComplaint{}) {
		return complaint{reason: string(object.Reason), message: string(object.Message), field: string(object.Field)}, true
	}
	var code text
	if json.Unmarshal(w.Error, &code) != nil || code == "" {
		return complaint{}, false
	}
	if w.Description != "" {
		return complaint{reason: string(code), message: string(w.Description)}, true
	}
	return complaint{reason: string(w.Reason), message: string(code)}, true
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
