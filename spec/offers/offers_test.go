package offers

import (
	"testing"

	"github.com/aurad/aurad/spec"
)

func tenantOffers() []Offer {
	var offers []Offer
	for _, region := range []string{"europe-west1", "us-central1"} {
		for memory, storage := range map[string]string{"1GB": "2GB", "2GB": "4GB", "4GB": "8GB", "8GB": "16GB"} {
			offers = append(offers, Offer{"professional-db", "gcp", region, "5", memory, storage})
			if memory != "1GB" {
				offers = append(offers, Offer{"business-critical", "gcp", region, "5", memory, storage})
			}
		}
	}
	return append(offers, Offer{"professional-db", "aws", "us-east-1", "5", "2GB", "4GB"},
		Offer{"free-db", "gcp", "europe-west1", "5", "1GB", ""},
		Offer{"professional-ds", "aws", "us-east-1", "", "8GB", "16GB"}) // a row that names no version
}

func TestCheckOffers(t *testing.T) {
	f := fleetOf(t, `
schedules:
  small: {running: ["daily 07:00-19:00"], off: {memory: 1GB}}
instances:
  a-fits: {memory: 4GB, storage: 8GB}
  b-free: {type: free-db}
  c-off-fits: {memory: 4GB, schedule: small}
  d-type: {type: enterprise-db}
  e-cloud: {cloud_provider: azure, region: westeurope}
  f-region: {region: europe-west4}
  g-version: {version: "4"}
  h-memory: {memory: 16GB}
  i-storage: {memory: 4GB, storage: 16GB}
  j-default: {cloud_provider: aws, region: us-east-1}
  k-off: {cloud_provider: aws, region: us-east-1, memory: 2GB, schedule: small}
  l-suspended: {type: enterprise-db, suspend: true}
  m-no-version: {type: professional-ds, cloud_provider: aws, region: us-east-1}
`)
	want := `fleet.yaml:11:18: instances.d-type.type: this tenant can't have "enterprise-db"; valid: business-critical, free-db, professional-db, professional-ds
fleet.yaml:12:29: instances.e-cloud.cloud_provider: this tenant can't have "azure" with professional-db; valid: aws, gcp
fleet.yaml:13:22: instances.f-region.region: this tenant can't have "europe-west4" with professional-db, gcp; valid: europe-west1, us-central1
fleet.yaml:14:24: instances.g-version.version: this tenant can't have "4" with professional-db, gcp, europe-west1; valid: 5
fleet.yaml:15:22: instances.h-memory.memory: this tenant can't have "16GB" with professional-db, gcp, europe-west1, 5; valid: 1GB, 2GB, 4GB, 8GB
fleet.yaml:16:37: instances.i-storage.storage: this tenant can't have "16GB" with professional-db, gcp, europe-west1, 5, 4GB; valid: 8GB
fleet.yaml:17:3: instances.j-default.memory: this tenant can't have "8GB" with professional-db, aws, us-east-1, 5; valid: 2GB
fleet.yaml:18:59: instances.k-off.memory: this tenant can't have "1GB" with professional-db, aws, us-east-1, 5; valid: 2GB; schedule small asks for it outside its windows`
	if got := Check(f, tenantOffers()).Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCheckOffersWithout(t *testing.T) {
	f := fleetOf(t, "instances: {a: }\n")
	want := `fleet.yaml:4:13: instances.a.type: this tenant can't have "professional-db"; it can have nothing: ask whoever owns the Aura project`
	if got := Check(f, nil).Error(); got != want {
		t.Errorf("got %s", got)
	}
	if got := Check(fleetOf(t, "instances: {a: }\n"), tenantOffers()); got != nil {
		t.Errorf("got %v, want nil", got)
	}
}

// fleetOf parses a fleet whose instances and schedules are given; the rest is plain.
func fleetOf(t testing.TB, body string) *spec.Fleet {
	t.Helper()
	f, err := spec.Parse("fleet.yaml", []byte("schema: aurad/v1\ntimezone: Europe/Stockholm\n"+
		"defaults: {cloud_provider: gcp, region: europe-west1, type: professional-db, memory: 8GB}\n"+body))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
