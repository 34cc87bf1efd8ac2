// Package catalog is what the simulated Aura sells: types, clouds, regions and sizes.
//
// It must not know who buys.
package catalog

import (
	"strconv"
	"strings"
)

// Tenant is a project as the console calls it: what it sells decides what can be created.
type Tenant struct {
	ID, Name       string          // ID is a UUID
	Configurations []Configuration // nil: everything Catalog has
}

// Configuration is one sellable combination, a row of a tenant's instance_configurations.
type Configuration struct {
	Type          string `json:"type"`
	CloudProvider string `json:"cloud_provider"`
	Region        string `json:"region"`
	RegionName    string `json:"region_name"`
	Version       string `json:"version"`
	Memory        string `json:"memory"`
	Storage       string `json:"storage,omitempty"` // absent for free-db
}

// Instance types, as the API spells them.
const (
	FreeDB           = "free-db"
	ProfessionalDB   = "professional-db"
	BusinessCritical = "business-critical"
	EnterpriseDB     = "enterprise-db" // Virtual Dedicated Cloud
	ProfessionalDS   = "professional-ds"
	EnterpriseDS     = "enterprise-ds"
)

// The regions are those of the Aura docs of 2025-08; sizes are those that clients of the API
// know. Storage follows from memory: 1 GB comes with 2, 2 with 4, 8 with 16.
const (
	proSizes = "1 2 4 8 16 24 32 48 64 128"
	bcSizes  = "2 4 8 16 24 32 48 64 128 192 256 384 512"
	DsSizes  = "4 8 16 24 32 48 64 128 192 256 384 512"

	proAWS   = "ap-south-1 ap-southeast-1 eu-west-1 eu-west-3 sa-east-1 us-east-1 us-west-2"
	bcAWS    = proAWS + " us-east-2"
	proAzure = "brazilsouth centralindia eastus francecentral koreacentral uksouth westus3"
	proGCP   = "asia-east1 asia-east2 asia-south1 asia-southeast1 australia-southeast1 europe-west1 " +
		"europe-west2 europe-west3 us-central1 us-east1 us-west1"

	vdcAWS = "ap-south-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 " +
		"ca-central-1 eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 il-central-1 " +
		"sa-east-1 us-east-1 us-east-2 us-west-2"
	vdcAzure = "australiaeast brazilsouth canadacentral centralindia eastus eastus2 francecentral " +
		"germanywestcentral koreacentral northeurope norwayeast southafricanorth switzerlandnorth " +
		"uaenorth uksouth westus3"
	vdcGCP = "asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 " +
		"asia-south2 asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 " +
		"europe-central2 europe-north1 europe-southwest1 europe-west1 europe-west2 europe-west3 " +
		"europe-west4 europe-west6 europe-west8 europe-west9 europe-west12 northamerica-northeast1 " +
		"northamerica-northeast2 southamerica-east1 southamerica-west1 me-central1 me-west1 us-central1 " +
		"us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4"

	dsAWS   = "ap-southeast-1 ap-southeast-2 eu-central-1 eu-west-1 sa-east-1 us-east-1 us-east-2"
	dsAzure = "australiaeast brazilsouth centralus eastus eastus2 francecentral germanywestcentral " +
		"koreacentral northeurope norwayeast southcentralus southeastasia uksouth westeurope westus3"
	dsGCP = "asia-east1 asia-south1 asia-south2 australia-southeast1 australia-southeast2 " +
		"europe-southwest1 europe-west1 europe-west2 europe-west4 northamerica-northeast1 " +
		"southamerica-east1 us-central1 us-east1 us-east4 us-south1 us-west1 us-west2"
)

// All is everything Aura sells, about 2,000 rows: what a tenant without Configurations has.
func All() []Configuration {
	offers := []struct{ tier, cloud, regions, sizes string }{
		{FreeDB, "gcp", "europe-west1", "1"},
		{ProfessionalDB, "aws", proAWS, proSizes},
		{ProfessionalDB, "azure", proAzure, proSizes},
		{ProfessionalDB, "gcp", proGCP, proSizes},
		{BusinessCritical, "aws", bcAWS, bcSizes},
		{BusinessCritical, "azure", proAzure, bcSizes},
		{BusinessCritical, "gcp", proGCP, bcSizes},
		{EnterpriseDB, "aws", vdcAWS, bcSizes},
		{EnterpriseDB, "azure", vdcAzure, bcSizes},
		{EnterpriseDB, "gcp", vdcGCP, bcSizes},
		{ProfessionalDS, "aws", proAWS, DsSizes},
		{ProfessionalDS, "azure", proAzure, DsSizes},
		{ProfessionalDS, "gcp", proGCP, DsSizes},
		{EnterpriseDS, "aws", dsAWS, DsSizes},
		{EnterpriseDS, "azure", dsAzure, DsSizes},
		{EnterpriseDS, "gcp", dsGCP, DsSizes},
	}
	var rows []Configuration
	for _, o := range offers {
		for region := range strings.FieldsSeq(o.regions) {
			rows = append(rows, regionRows(o.tier, o.cloud, region, o.sizes)...)
		}
	}
	return rows
}

func regionRows(tier, cloud, region, sizes string) []Configuration {
	name := regionName(region)
	var rows []Configuration
	for size := range strings.FieldsSeq(sizes) {
		row := Configuration{Type: tier, CloudProvider: cloud, Region: region,
			RegionName: name, Version: "5", Memory: size + "GB"}
		if tier != FreeDB {
			gb, _ := strconv.Atoi(size)
			row.Storage = strconv.Itoa(2*gb) + "GB"
		}
		rows = append(rows, row)
	}
	return rows
}

// regionName is what the console shows: a place, then the id; the id alone for lesser known ones.
func regionName(region string) string {
	places := map[string]string{
		"europe-west1": "Belgium", "europe-west2": "London", "europe-west3": "Frankfurt",
		"us-central1": "Iowa", "us-east1": "South Carolina", "us-west1": "Oregon",
		"asia-southeast1": "Singapore", "australia-southeast1": "Sydney",
		"eu-west-1": "Ireland", "eu-west-3": "Paris", "us-east-1": "North Virginia",
		"us-east-2": "Ohio", "us-west-2": "Oregon", "sa-east-1": "São Paulo",
		"ap-south-1": "Mumbai", "ap-southeast-1": "Singapore",
		"eastus": "Virginia", "uksouth": "London", "francecentral": "Paris", "westus3": "Phoenix",
	}
	if place, ok := places[region]; ok {
		return place + " (" + region + ")"
	}
	return region
}

// SizesOf lists what a tenant sells of one type in one region, in the order of its table.
func (t *Tenant) SizesOf(tier, cloud, region string) []Configuration {
	var rows []Configuration
	for _, c := range t.Configurations {
		if c.Type == tier && c.CloudProvider == cloud && c.Region == region {
			rows = append(rows, c)
		}
	}
	return rows
}

// Gigabytes reads "8GB", and "8G" as some clients send it; 0 when it is neither.
func Gigabytes(size string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(size, "B"), "G"))
	if err != nil || n < 0 || !strings.Contains(size, "G") {
		return 0
	}
	return n
}

// SizeText is the spelling of the API; anything that is no size stays as it came.
func SizeText(size string) string {
	if n := Gigabytes(size); n > 0 {
		return strconv.Itoa(n) + "GB"
	}
	return size
}
