package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestParseCreated(t *testing.T) {
	got, err := ParseCreated([]byte(createdReply))
	if err != nil || got.Password.Reveal() != "canary-password" {
		t.Fatalf("%v, %q", err, got.Password.Reveal())
	}
	want := Created{ID: "9c8d7e6f", Name: "orders-ci", TenantID: "t-1", ConnectionURL: "neo4j+s://9c8d7e6f.databases.neo4j.io",
		Username: "neo4j", CloudProvider: "aws", Region: "us-east-1", Type: "professional-db", CreatedAt: time.Date(2026, 3, 2, 8, 15, 30, 0, time.UTC)}
	got.Password = want.Password
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v", got)
	}
}

// TestParseCreatedSalvages: cut at every byte, the password comes out whole, or is lost for certain.
func TestParseCreatedSalvages(t *testing.T) {
	whole := strings.Index(createdReply, "canary-password") + len("canary-password") + 1
	for cut := 1; cut < len(createdReply); cut++ {
		got, err := ParseCreated([]byte(createdReply[:cut]))
		switch {
		case cut < whole && (err != ErrCutReply || !got.Password.Empty()):
			t.Errorf("cut at %d: %v, %q", cut, err, got.Password.Reveal())
		case cut >= whole && (err != nil || got.Password.Reveal() != "canary-password" || got.ID != "9c8d7e6f" || got.ConnectionURL == "" || got.Username != "neo4j"):
			t.Errorf("cut at %d: %v, %+v", cut, err, got)
		}
	}
}

// TestParseCreatedTolerates: whatever its form, one instance and one password that are meant come out.
func TestParseCreatedTolerates(t *testing.T) {
	const flat = `{"id":"a","password":"canary-password","connection_url":"u","username":"neo4j"}`
	data := `{"data":` + flat + `}`
	for name, body := range map[string]string{
		"as documented":            data,
		"a BOM":                    "\xef\xbb\xbf" + data,
		"UTF-16 LE with a BOM":     "\xff\xfe" + wide(data, 0, 1),
		"UTF-16 BE with a BOM":     "\xfe\xff" + wide(data, 1, 1),
		"UTF-16 LE":                wide(data, 0, 1),
		"UTF-16 BE":                wide(data, 1, 1),
		"UTF-32 LE with a BOM":     "\xff\xfe\x00\x00" + wide(data, 0, 3),
		"UTF-32 BE with a BOM":     "\x00\x00\xfe\xff" + wide(data, 3, 3),
		"UTF-32 LE":                wide(data, 0, 3),
		"UTF-32 BE":                wide(data, 3, 3),
		"flat":                     flat,
		"a list of one":            `{"data":[` + flat + `]}`,
		"a bare list of one":       `[` + flat + `]`,
		"a list of one reply":      `[` + data + `]`,
		"data in data":             `{"data":` + data + `}`,
		"data null, flat":          strings.Replace(flat, "{", `{"data":null,`, 1),
		"a text of JSON":           fmt.Sprintf("%q", data),
		"sent twice":               data + data,
		"a page behind it":         data + "<html>",
		"a line end and a zero":    data + "\r\n\x00",
		"a guard before it":        ")]}',\n" + data,
		"white space around it":    " \r\n\t" + data + "\n\n",
		"unknown fields":           strings.Replace(data, "{\"id\"", `{"x":[{"password":"no"}],"y":{"id":"b"},"id"`, 1),
		"other letters":            strings.NewReplacer(`"id"`, `"ID"`, `"password"`, `"Password"`).Replace(data),
		"the password twice":       strings.Replace(data, "{\"id\"", `{"password":"canary-password","id"`, 1),
		"odd fields":               strings.Replace(data, `"u"`, `{"host":1}`, 1),
		"cut behind the password":  data[:strings.Index(data, `,"connection_url"`)],
		"cut, flat":                flat[:strings.Index(flat, `,"username"`)],
		"cut, a list":              `[` + data[:strings.Index(data, `,"username"`)],
		"UTF-16, cut in the end":   wide(data, 0, 1)[:2*len(data)-3],
		"other fields are not set": `{"data":{"id":"a","password":"canary-password"}}`,
	} {
		got, err := ParseCreated([]byte(body))
		if err != nil || got.ID != "a" || got.Password.Reveal() != "canary-password" {
			t.Errorf("%s: %v, %q, %q", name, err, got.ID, got.Password.Reveal())
		}
	}
}

// wide is ASCII with before zero bytes before each byte, of all zero bytes that it has.
func wide(text string, before, all int) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteString(strings.Repeat("\x00", before) + text[i:i+1] + strings.Repeat("\x00", all-before))
	}
	return b.String()
}

// TestParseCreatedTakesNumbers: in their own digits, for a password is no quantity.
func TestParseCreatedTakesNumbers(t *testing.T) {
	for _, digits := range []string{"7", "123456789012345678901234567890", "1e5", "0.10", "-1"} {
		for _, form := range []string{`{"data":{"id":12345678,"password":%s}}`, `{"password":%s,"id":12345678`} {
			got, err := ParseCreated(fmt.Appendf(nil, form, digits))
			if err != nil || got.Password.Reveal() != digits || got.ID != "12345678" {
				t.Errorf(form+": %v, %q, %q", digits, err, got.ID, got.Password.Reveal())
			}
		}
	}
}

// TestParseCreatedRefuses: what leaves a doubt is a person's to read, and no error quotes the reply.
func TestParseCreatedRefuses(t *testing.T) {
	for body, want := range map[string]error{
		`{"data":{"id":"a"}}`:                                             ErrNoPassword,
		`{"data":{"id":"a","password":null}}`:                             ErrNoPassword,
		`{"data":{"id":"a","password":""}}`:                               ErrNoPassword,
		`{"data":{"id":"a","secret":"canary-password"}}`:                  ErrNoPassword,
		`{"data":{"password":"canary-password"}}`:                         ErrNoID,
		`{"data":{"password":"canary-password","id":"a`:                   ErrNoID,
		`{"data":{"id":"a","password":["canary-password"]}}`:              ErrUnreadableReply,
		`{"data":{"id":"a","password":{"value":"canary-password"}}}`:      ErrUnreadableReply,
		`{"data":{"id":"a","password":true}}`:                             ErrUnreadableReply,
		`{"data":{"id":"a","password":"canary-password","password":"b"}}`: ErrUnreadableReply,
		`{"data":{"id":"a","password":"canary-password","ID":"b"}}`:       ErrUnreadableReply,
		`{"data":[{"id":"a","password":"canary-password"},{"id":"b"}]}`:   ErrUnreadableReply,
		"{\"data\":{\"id\":\"a\",\"password\":\"canary-password\xff\"}}":  ErrUnreadableReply,
		`{"data":{"id":"a","password":"canary-password\ud800"}}`:          ErrUnreadableReply,
		`{"data":{"id":"a",'password':'canary-password'}}`:                ErrNoPassword,
		`{"data":{"id":"a","secret":"canary-password","pass`:              ErrNoPassword,
		`{"data":{"id":"a","nested":{"password":"canary-password"`:        ErrNoPassword,
		`{"data":"canary-passw`:                                           ErrUnreadableReply,
		`{"id":"a","password":"canary-passw`:                              ErrCutReply,
		`canary-password`:                                                 ErrUnreadableReply,
		`<html>{"a":1}`:                                                   ErrUnreadableReply,
		`null`:                                                            ErrUnreadableReply,
		`[]`:                                                              ErrUnreadableReply,
		`{}`:                                                              ErrUnreadableReply,
		``:                                                                ErrUnreadableReply,
	} {
		got, err := ParseCreated([]byte(body))
		if err != want || got.Password.Empty() == (want == ErrNoID) {
			t.Errorf("%s: %v, %v", body, got, err)
		}
		if strings.Contains(fmt.Sprint(err), "canary-password") {
			t.Errorf("the error holds the password: %v", err)
		}
		if want == ErrNoPassword && got.ID != "a" {
			t.Errorf("%s: the id is lost", body)
		}
	}
}

const createdReply = `{"data":{"id":"9c8d7e6f","connection_url":"neo4j+s://9c8d7e6f.databases.neo4j.io","username":"neo4j",
 "password":"canary-password","tenant_id":"t-1","cloud_provider":"aws","region":"us-east-1","type":"professional-db",
 "name":"orders-ci","created_at":"2026-03-02T08:15:30Z","vector_optimized":false,"graph_analytics_plugin":false}}`
