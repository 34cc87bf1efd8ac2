package correct

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aurad/aurad/spec/spelling"
)

// Name makes a name of at most so many letters of what looks like one: orders_dev,
// Orders Dev, orders.dev, Bücher.
func Name(text string, most int) Correction {
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(withoutMarks(strings.ToLower(text)), "-")
	name = strings.Trim(name, "-")
	name = strings.TrimRight(name[:min(len(name), most)], "-")
	if name == "" {
		return Correction{}
	}
	return Correction{Values: []string{name}}
}

// withoutMarks writes the letters of Latin languages without their marks.
func withoutMarks(text string) string {
	return strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "å", "a", "à", "a", "á", "a", "â", "a", "ã", "a", "æ", "ae", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
		"í", "i", "ì", "i", "î", "i", "ï", "i", "ñ", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ø", "o", "œ", "oe", "ú", "u", "ù", "u", "û", "u", "ý", "y", "š", "s", "ž", "z", "č", "c", "ł", "l").Replace(text)
}

// UUID reads one in another form.
func UUID(text string) Correction {
	hex := strings.ToLower(strings.NewReplacer("-", "", "{", "", "}", "", "urn:uuid:", "", " ", "").Replace(text))
	if len(hex) != 32 {
		return Correction{}
	}
	return Correction{Values: []string{hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]}}
}

// InstanceID finds the id in an address such as neo4j+s://0a1b2c3d.databases.neo4j.io.
func InstanceID(text string) Correction {
	if n, ok := spelling.Digits(text, 1, 7); ok && text[0] != '0' && n < 1<<21 {
		return Correction{[]string{fmt.Sprintf("%08o", n)}, "if a tool wrote it so that reads 01234567 as an octal number, this is the id"}
	}
	ids := regexp.MustCompile(`(?i)\b[0-9a-f]{8}\b`).FindAllString(text, -1)
	if len(ids) != 1 {
		return Correction{}
	}
	return Correction{Values: []string{strings.ToLower(ids[0])}}
}

// Version finds the major version in another spelling of one.
func Version(text string) Correction {
	number := regexp.MustCompile(`[0-9]+`).FindString(text)
	switch {
	case number == "4":
		return Correction{Values: []string{"4"}}
	case number == "5" || len(number) == 4 || number == "" && regexp.MustCompile(`(?i)^(latest|newest|current|calver|default|lts)$`).MatchString(text):
		return Correction{Values: []string{"5"}}
	}
	return Correction{}
}

// VaultPath makes a Vault path of what looks like one.
func VaultPath(text string) Correction {
	var words []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, `\`, "/"), "/") {
		part = strings.Trim(regexp.MustCompile(`[^A-Za-z0-9_.-]+`).ReplaceAllString(part, "-"), "-")
		if part != "" && part != "." && part != ".." {
			words = append(words, part)
		}
	}
	return Correction{Values: []string{strings.Join(words, "/")}}
}

// Enum finds the word of an enumeration that another spelling or a synonym stands for.
func Enum(text string, words []string) Correction {
	text = spelling.Typewritten(text)
	if spelling.IsVariable(text) {
		return Correction{[]string{words[0]}, VariableNote}
	}
	if i := slices.IndexFunc(words, func(w string) bool { return spelling.Folded(w) == spelling.Folded(text) }); i >= 0 {
		return Correction{Values: []string{words[i]}}
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
		if word, means, _ := strings.Cut(pair, "="); word == spelling.Folded(text) && slices.Contains(words, means) {
			return Correction{Values: []string{means}}
		}
	}
	if near := spelling.Nearest(text, words); near != "" {
		return Correction{Values: []string{near}}
	}
	if len(words) == 1 {
		return Correction{Values: words}
	}
	return Correction{}
}
