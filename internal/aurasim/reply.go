package aurasim

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// reply is an answer before it meets the wire and its faults.
type reply struct {
	status  int
	header  http.Header
	value   any      // JSON of a success; nil: no body
	problem *problem // set when refused
}

// form is one of the shapes that Aura's errors have.
type form int

const (
	appForm     form = iota // {"errors":[{"message","reason","field"?}]}
	gatewayForm             // {"error":"text"}
	oauthForm               // {"error":"code","error_description":"text"}
	textForm                // not JSON at all
	noForm                  // no body
)

type problem struct {
	form form
	all  []fault
}

// fault is one entry of an errors array.
type fault struct {
	Message string `json:"message"`
	Reason  string `json:"reason"`
	Field   string `json:"field,omitempty"`
}

// data is a success: {"data": value}.
func data(status int, value any) reply {
	return reply{status: status, value: object{{"data", value}}}
}

func refuse(status int, reason, message string) *reply {
	return &reply{status: status, problem: &problem{appForm, []fault{{Message: message, Reason: reason}}}}
}

// refuseFields is the 400 for values that are missing or wrong.
func refuseFields(all []fault) *reply {
	return &reply{status: http.StatusBadRequest, problem: &problem{appForm, all}}
}

func invalid(field, message string) *reply {
	return refuseFields([]fault{{Message: message, Reason: reasonInvalid, Field: field}})
}

func gateway(status int, message string) *reply {
	return &reply{status: status, problem: &problem{gatewayForm, []fault{{Message: message}}}}
}

// Reasons that clients match on. reasonInvalid is ours: no source names the one that Aura uses.
const (
	reasonInvalid     = "invalid-request"
	reasonNoInstance  = "db-not-found"
	reasonOngoing     = "ongoing-database-operation"
	reasonUnavailable = "instance-action-unavailable"
	reasonIncapable   = "database-incapable-of-action"
	reasonTenant      = "tenant-incapable-of-action"
	reasonSize        = "invalid-memory-size"
)

// render makes the bytes of the body and their content type.
func (p reply) render(errorBody string) (body []byte, contentType string) {
	if p.problem != nil {
		return p.problem.render(p.status, errorBody)
	}
	if p.value == nil {
		return nil, ""
	}
	if text, ok := p.value.(plainText); ok {
		return []byte(text), "text/plain; version=0.0.4; charset=utf-8"
	}
	return encode(p.value), "application/json"
}

func (p *problem) render(status int, errorBody string) (body []byte, contentType string) {
	first := p.all[0]
	form := p.form
	switch errorBody {
	case "error":
		form = gatewayForm
	case "text":
		form = textForm
	case "html":
		return []byte("<html><body><h1>" + http.StatusText(status) + "</h1></body></html>\n"), "text/html"
	case "empty":
		form = noForm
	}
	switch form {
	case noForm:
		return nil, ""
	case textForm:
		return []byte(first.Message + "\n"), "text/plain; charset=utf-8"
	case gatewayForm:
		return encode(object{{"error", first.Message}}), "application/json"
	case oauthForm:
		return encode(object{{"error", first.Reason}, {"error_description", first.Message}}), "application/json"
	}
	return encode(object{{"errors", p.all}}), "application/json"
}

// object is a JSON object that keeps the order of its keys, null and absent told apart.
type object []member

type member struct {
	key   string
	value any
}

// encode is the JSON of v. Our own objects are written in place: a tenant's table is 400 KB, which
// encoding/json would read through again at each level.
func encode(v any) []byte { return appendJSON(nil, v) }

func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case json.RawMessage:
		return append(b, v...)
	case object:
		return append(appendMembers(append(b, '{'), v), '}')
	case []object:
		b = append(b, '[')
		for i, o := range v {
			b = appendJSON(comma(b, i), o)
		}
		return append(b, ']')
	}
	return append(b, plainJSON(v)...)
}

func appendMembers(b []byte, o object) []byte {
	for i, m := range o {
		b = appendJSON(comma(b, i), m.key)
		b = appendJSON(append(b, ':'), m.value)
	}
	return b
}

func comma(b []byte, i int) []byte {
	if i == 0 {
		return b
	}
	return append(b, ',')
}

// plainJSON writes <, > and & as they are, like most servers. Our own values always encode.
func plainJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
