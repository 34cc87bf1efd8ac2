package faulttext

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// What people write, and what it means.
func TestParseFault(t *testing.T) {
	for text, want := range map[string]aurasim.Fault{
		"create:cut-after":                         {Kind: aurasim.CutAfter},
		"create:cut-body=120":                      {Kind: aurasim.CutBody, Byte: 120},
		"create:status=408,after-commit":           {Kind: aurasim.Status, Code: 408, Processed: true},
		"create:status=500,after-commit,real-body": {Kind: aurasim.Status, Code: 500, Processed: true, OwnBody: true},
		"write:status=429,retry-after=7,times=2":   {Kind: aurasim.Status, Code: 429, RetryAfter: "7", Times: 2},
		"read:status=302,location=https://x:1/y":   {Kind: aurasim.Status, Code: 302, Location: "https://x:1/y"},
		"create:slow=70s,times=always":             {Kind: aurasim.Slow, Delay: 70 * time.Second, Times: -1},
		"list:stale-read=2m":                       {Kind: aurasim.StaleRead, Age: 2 * time.Minute},
		"look:non-json,code=502,body=a,b: c":       {Kind: aurasim.NonJSON, Code: 502, Body: "a,b: c"},
		"create:odd-reply=utf-16le":                {Kind: aurasim.OddReply, Shape: aurasim.UTF16LE},
		"change:ignored":                           {Kind: aurasim.Ignored},
		"resume:falls-back,delay=1s":               {Kind: aurasim.FallsBack, Delay: time.Second},
		"list:empty-list":                          {Kind: aurasim.EmptyList},
		"list:foreign-list":                        {Kind: aurasim.ForeignList},
		"GET /v1/tenants:cut-before":               {Kind: aurasim.CutBefore, Method: "GET", PathPrefix: "/v1/tenants"},
	} {
		got, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		got.Match = nil // functions don't compare
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

// Each kind can be written with each of its requests and each of its options, and every kind that
// needs no code of the caller's is among them.
func TestEveryFaultCanBeWritten(t *testing.T) {
	kinds := []aurasim.FaultKind{aurasim.CutBefore, aurasim.CutAfter, aurasim.CutBody, aurasim.Status, aurasim.Slow, aurasim.StaleRead, aurasim.NonJSON, aurasim.OddReply, aurasim.Ignored, aurasim.FallsBack, aurasim.EmptyList, aurasim.ForeignList}
	if got := kindNames(); fmt.Sprint(got) != fmt.Sprint(kinds) {
		t.Errorf("the table has %v, want %v", got, kinds)
	}
	for _, row := range Table() {
		requests := row.requests()
		if requests == nil {
			for _, r := range Requests() {
				requests = append(requests, r.Name)
			}
			requests = append(requests, "GET /v1")
		}
		for _, r := range requests {
			text := r + ":" + setting(string(row.Kind), row.Sample)
			if f, err := Parse(text); err != nil || f.Kind != row.Kind {
				t.Errorf("%s: %+v, %v", text, f, err)
			}
			for _, name := range append([]string{"times", "delay"}, row.Options...) {
				option := setting(name, optionNamed(name).Sample)
				if name == "real-body" {
					option = "after-commit,real-body"
				}
				if _, err := Parse(text + "," + option); err != nil {
					t.Errorf("%s,%s: %v", text, option, err)
				}
			}
		}
	}
}

// Names of requests mean what the API calls so.
func TestFaultRequests(t *testing.T) {
	for request, want := range map[string]string{
		"POST /v1/instances":                  "create write any",
		"POST /v1/instances/sizing":           "write any",
		"GET /v1/instances":                   "list read any",
		"GET /v1/instances/00000001":          "look read any",
		"PATCH /v1/instances/00000001":        "change write any",
		"DELETE /v1/instances/00000001":       "delete write any",
		"POST /v1/instances/00000001/pause":   "pause write any",
		"POST /v1/instances/00000001/resume":  "resume write any",
		"POST /v1/instances/00000001/upgrade": "upgrade write any",
		"POST /oauth/token":                   "token any",
		"GET /v1/tenants":                     "read any",
	} {
		method, path, _ := strings.Cut(request, " ")
		var got []string
		for _, r := range Requests() {
			if r.match(aurasim.Request{Method: method, Path: path}) {
				got = append(got, r.Name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is %v, want %s", request, got, want)
		}
	}
}

// A text that is wrong is answered with one that is right.
func TestFaultErrorsSayWhatToType(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "create:status=503",
		"create":                             "create:status=503",
		"status=408":                         "create:status=408",
		"status=408,after-commit":            "create:status=408,after-commit",
		"empty-list":                         "list:empty-list",
		"creates:status=408":                 "create:status=408",
		"Create:status=408":                  "create:status=408",
		"create:Status=408":                  "create:status=408",
		"create: status=408":                 "create:status=408",
		"create:cutafter":                    "create:cut-after",
		"create:status":                      "create:status=503",
		"create:status=4O8":                  "create:status=503",
		"create:status=99":                   "create:status=503",
		"create:status=408,aftercommit":      "create:status=408,after-commit",
		"create:status=408,after-commit=yes": "create:status=408,after-commit",
		"create:status=408,real-body":        "create:status=408,after-commit,real-body",
		"create:cut-after,retry-after=7":     "create:cut-after",
		"create:slow=70":                     "create:slow=70s",
		"create:slow=-1s":                    "create:slow=70s",
		"create:cut-body=many":               "create:cut-body=120",
		"create:odd-reply=BOM":               "create:odd-reply=bom",
		"create:empty-list":                  "list:empty-list",
		"look:ignored":                       "change:ignored",
		"create:stale-read=1m":               "look:stale-read=1m",
		"create:ignored=yes":                 "create:ignored",
		"create:cut-after,times=0":           "create:cut-after,times=3",
		"create:cut-after,times":             "create:cut-after,times=3",
		"post /v1/instances:cut-after":       "POST /v1/instances:cut-after",
		"POST v1/instances:cut-after":        "POST /v1/instances:cut-after",
	} {
		_, err := Parse(text)
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		_, got, _ := strings.Cut(err.Error(), ": write ")
		if got != want {
			t.Errorf("%q: %v; want it to end with %q", text, err, want)
		}
		if _, err := Parse(got); err != nil {
			t.Errorf("%q: what it says to write is wrong too: %v", text, err)
		}
	}
	for text, part := range map[string]string{
		"everything:status=408": "create, list, look",
		"create:explode":        "cut-before, cut-after",
		"create:slow=1s,wow":    "one of: times",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: %v; want %q in it", text, err, part)
		}
	}
}

// A fault that was written strikes what it names, as often as it says.
func TestAWrittenFaultStrikes(t *testing.T) {
	sim := aurasim.New(aurasim.Config{})
	var token string
	want := func(code int, method, path, body string) {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		if token == "" {
			r.SetBasicAuth(aurasim.DemoClientID, aurasim.DemoClientSecret)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		if sim.ServeHTTP(w, r); w.Code != code {
			t.Errorf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, code)
		}
		if token == "" {
			_, rest, _ := strings.Cut(w.Body.String(), `"access_token":"`)
			token, _, _ = strings.Cut(rest, `"`)
		}
	}
	want(200, "POST", "/oauth/token", "grant_type=client_credentials")
	for _, text := range []string{"create:status=408,after-commit,times=2", "GET /v1/tenants:status=500"} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		sim.Inject(f)
	}
	want(200, "GET", "/v1/instances", "")
	for _, code := range []int{408, 408, 202} {
		want(code, "POST", "/v1/instances", `{"name":"orders-ci","type":"professional-db","cloud_provider":"gcp","region":"europe-west1","version":"5","memory":"2GB","tenant_id":"`+aurasim.DemoTenantID+`"}`)
	}
	want(http.StatusInternalServerError, "GET", "/v1/tenants/"+aurasim.DemoTenantID, "")
	if n := len(sim.Instances()); n != 3 {
		t.Errorf("%d instances, want 3", n)
	}
}
