package aurasim

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// A client made of other people's parts, as the Terraform provider for Aura is: x/oauth2 for the
// token, retryablehttp for the retries, and a poll every second, which runs into the limit of 25 a
// minute and has to live on Retry-After alone. All in virtual time.
func TestForeignClientOnABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Durations: map[Op]Range{OpCreate: {5 * time.Minute, 5 * time.Minute}}})
		plain := &http.Client{Transport: s.Transport()}
		ctx := context.WithValue(t.Context(), oauth2.HTTPClient, plain)
		credentials := clientcredentials.Config{ClientID: DemoClientID, ClientSecret: DemoClientSecret,
			TokenURL: "https://api.neo4j.io/oauth/token"}
		client := retryablehttp.NewClient()
		client.HTTPClient = credentials.Client(ctx)
		client.Logger = nil
		began := time.Now()
		id := foreign(t, client, "POST", "https://api.neo4j.io/v1/instances", demoCreate)["id"].(string)
		status := ""
		for polls := 0; status != "running" && polls < 1000; polls++ {
			time.Sleep(time.Second)
			data := foreign(t, client, "GET", "https://api.neo4j.io/v1/instances/"+id, "")
			status, _ = data["status"].(string)
		}
		if took := time.Since(began); status != "running" || took < 5*time.Minute || took > 7*time.Minute {
			t.Errorf("%s after %v", status, took)
		}
		refused := 0
		for _, r := range s.Requests() {
			if r.Status == 429 {
				refused++
			}
		}
		if refused == 0 || len(s.Instances()) != 1 {
			t.Errorf("%d refused, %d instances", refused, len(s.Instances()))
		}
	})
}

func foreign(t *testing.T, client *retryablehttp.Client, method, url, body string) map[string]any {
	t.Helper()
	r, err := retryablehttp.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var reply struct{ Data map[string]any }
	if err := json.Unmarshal(raw, &reply); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return reply.Data
}

// The retry layer that makes a second billed instance: a lost reply to a create is sent again.
// The simulator must show it, or no test could.
func TestARetriedCreateMakesTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		w := &world{t: t, sim: s}
		w.login()
		s.Inject(Fault{Method: "POST", PathPrefix: "/v1/instances", Kind: CutAfter})
		client := retryablehttp.NewClient()
		client.HTTPClient = &http.Client{Transport: &oauth2.Transport{Base: s.Transport(),
			Source: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: w.token})}}
		client.Logger = nil
		foreign(t, client, "POST", "https://api.neo4j.io/v1/instances", demoCreate)
		if n := len(s.Instances()); n != 2 {
			t.Errorf("%d instances, want the double that Aura would have made", n)
		}
	})
}
