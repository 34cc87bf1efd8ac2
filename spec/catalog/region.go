package catalog

import (
	"strings"

	"github.com/aurad/aurad/spec/spelling"
)

// Regions lists the regions of a cloud that Neo4j's documentation names for some tier. They
// serve suggestions only: the tenant's instance_configurations are the authority.
func Regions(cloud string) []string {
	return strings.Fields(map[string]string{
		"aws": `ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1
			eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 il-central-1 sa-east-1 us-east-1 us-east-2 us-west-2`,
		"azure": `australiaeast brazilsouth canadacentral centralindia centralus eastus eastus2 francecentral germanywestcentral
			koreacentral northeurope norwayeast southafricanorth southcentralus southeastasia switzerlandnorth uaenorth uksouth
			westeurope westus3`,
		"gcp": `asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2 asia-southeast1
			asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-north1 europe-southwest1 europe-west1
			europe-west12 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 me-central1 me-west1
			northamerica-northeast1 northamerica-northeast2 southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4
			us-east5 us-south1 us-west1 us-west2 us-west3 us-west4`,
	}[cloud])
}

// RegionForm says whether a cloud could name a region so: eu-west-1, westeurope, europe-west1.
func RegionForm(cloud, region string) bool {
	words := strings.Split(region, "-")
	switch last := words[len(words)-1]; cloud {
	case "aws":
		_, ok := spelling.Digits(last, 1, 2)
		return ok && len(words) >= 3 && lettersOnly(words[:len(words)-1])
	case "azure":
		return len(words) == 1 && lettersOnly([]string{strings.TrimRight(last, "0123456789")})
	case "gcp":
		name := strings.TrimRight(last, "0123456789")
		return len(words) == 2 && name != last && lettersOnly([]string{words[0], name})
	}
	return true
}

func lettersOnly(words []string) bool {
	for _, w := range words {
		if w == "" || len(w) > 30 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}
