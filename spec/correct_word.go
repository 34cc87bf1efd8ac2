package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// correct makes a name of what looks like one: orders_dev, Orders Dev, orders.dev, Bücher.
func (key) correct(text string) correction { return correctName(text, longestKey) }

func (fleetName) correct(text string) correction {
	if text == DefaultFleet {
		return correction{}
	}
	return correctName(text, longestFleetName)
}

func correctName(text string, most int) correction {
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(withoutMarks(strings.ToLower(text)), "-")
	name = strings.Trim(name, "-")
	name = strings.TrimRight(name[:min(len(name), most)], "-")
	if name == "" {
		return correction{}
	}
	return correction{values: []string{name}}
}

// withoutMarks writes the letters of Latin languages without their marks.
func withoutMarks(text string) string {
	return strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "å", "a", "à", "a", "á", "a", "â", "a", "ã", "a", "æ", "ae", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
		"í", "i", "ì", "i", "î", "i", "ï", "i", "ñ", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ø", "o", "œ", "oe", "ú", "u", "ù", "u", "û", "u", "ý", "y", "š", "s", "ž", "z", "č", "c", "ł", "l").Replace(text)
}

func (uuid) correct(text string) correction {
	hex := strings.ToLower(strings.NewReplacer("-", "", "{", "", "}", "", "urn:uuid:", "", " ", "").Replace(text))
	if len(hex) != 32 {
		return correction{}
	}
	return correction{values: []string{hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]}}
}

// correct finds the id in an address such as neo4j+s://0a1b2c3d.databases.neo4j.io.
func (instanceID) correct(text string) correction {
	if n, ok := digits(text, 1, 7); ok && text[0] != '0' && n < 1<<21 {
		return correction{[]string{fmt.Sprintf("%08o", n)}, "if a tool wrote it so that reads 01234567 as an octal number, this is the id"}
	}
	ids := regexp.MustCompile(`(?i)\b[0-9a-f]{8}\b`).FindAllString(text, -1)
	if len(ids) != 1 {
		return correction{}
	}
	return correction{values: []string{strings.ToLower(ids[0])}}
}

func (version) correct(text string) correction {
	number := regexp.MustCompile(`[0-9]+`).FindString(text)
	switch {
	case number == "4":
		return correction{values: []string{"4"}}
	case number == "5" || len(number) == 4 || number == "" && regexp.MustCompile(`(?i)^(latest|newest|current|calver|default|lts)$`).MatchString(text):
		return correction{values: []string{"5"}}
	}
	return correction{}
}

func (vaultPath) correct(text string) correction {
	var words []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, `\`, "/"), "/") {
		part = strings.Trim(regexp.MustCompile(`[^A-Za-z0-9_.-]+`).ReplaceAllString(part, "-"), "-")
		if part != "" && part != "." && part != ".." {
			words = append(words, part)
		}
	}
	return correction{values: []string{strings.Join(words, "/")}}
}

// correctEnum finds the word of an enumeration that another spelling or a synonym stands for.
func correctEnum(text string, words []string) correction {
	text = typewritten(text)
	if isVariable(text) {
		return correction{[]string{words[0]}, variableNote}
	}
	if i := slices.IndexFunc(words, func(w string) bool { return folded(w) == folded(text) }); i >= 0 {
		return correction{values: []string{words[i]}}
	}
	for _, pair := range strings.Fields(`free=free-db aurafree=free-db pro=professional-db professional=professional-db auradbprofessional=professional-db auraprofessional=professional-db
		bc=business-critical auradbbusinesscritical=business-critical businesscritical=business-critical critical=business-critical enterprise=enterprise-db vdc=enterprise-db
		auradbvirtualdedicatedcloud=enterprise-db virtualdedicatedcloud=enterprise-db dedicated=enterprise-db gds=professional-ds ds=professional-ds aurads=professional-ds
		dsenterprise=enterprise-ds google=gcp googlecloud=gcp gce=gcp amazon=aws amazonwebservices=aws microsoft=azure microsoftazure=azure
		run=running on=running true=running up=running active=running start=running started=running resume=running resumed=running yes=running
		pause=paused off=paused false=paused down=paused stop=paused stopped=paused suspended=paused sleeping=paused no=paused
		readonly=observe dryrun=observe watch=observe none=observe apply=upsert create=upsert safe=upsert full=sync delete=sync prune=sync
		file=dotenv files=dotenv env=dotenv local=dotenv hashicorpvault=vault hcvault=vault revert=enforce strict=enforce undo=enforce nextedge=until_next_edge
		warn=report alert=report error=report create=recreate on=FULL true=FULL yes=FULL retain=keep delete=destroy remove=destroy`) {
		if word, means, _ := strings.Cut(pair, "="); word == folded(text) && slices.Contains(words, means) {
			return correction{values: []string{means}}
		}
	}
	if near := nearest(text, words); near != "" {
		return correction{values: []string{near}}
	}
	if len(words) == 1 {
		return correction{values: words}
	}
	return correction{}
}
