package dotenv

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/aurad/aurad/secrets"
)

// content is what one file holds: a claim, or a credential, which may have moved to another key.
type content struct {
	claim      *secrets.Claim
	credential secrets.Credential
	movedTo    string
}

// What aurad knows beside a credential stands in a comment before it, which shells, systemd,
// docker and other readers of such files pass over:
//
//	# aurad: fleet=acme key=orders id=0a1b2c3d origin=created
//	# aurad: claim fleet=acme key=orders nonce=3f9a01bc at=2026-11-24T10:00:00Z
const comment = "# aurad: "

// format returns the text of the file of key.
func (c content) format(key string) []byte {
	var b bytes.Buffer
	switch {
	case c.claim != nil:
		fmt.Fprintf(&b, "%sclaim fleet=%s key=%s nonce=%s at=%s\n", comment, c.claim.Fleet, key, c.claim.Nonce, c.claim.At.UTC().Format(time.RFC3339))
		return b.Bytes()
	case c.movedTo != "":
		fmt.Fprintf(&b, "%smoved_to=%s\n", comment, c.movedTo)
	case c.credential.Fleet != "":
		fmt.Fprintf(&b, "%sfleet=%s key=%s id=%s origin=%s\n", comment, c.credential.Fleet, key, c.credential.InstanceID, c.credential.Origin)
	}
	b.Write(secrets.FormatEnv(c.credential))
	return b.Bytes()
}

// parse is the reverse of format. What the comment says of another key or instance than the file
// is for, as in a copy, counts for nothing.
func parse(key string, text []byte) (content, error) {
	said := remarks(string(text))
	c, err := secrets.ParseEnv(key, text)
	if said["claim"] == "claim" && err != nil && claimOnly(text) {
		at, _ := time.Parse(time.RFC3339, said["at"])
		claim := secrets.Claim{Fleet: said["fleet"], Key: key, Nonce: said["nonce"], At: at}
		if err := claim.Validate(); err != nil || said["key"] != key {
			return content{}, fmt.Errorf("%w: its claim is not one for %s", secrets.ErrRefused, key)
		}
		return content{claim: &claim}, nil
	}
	if err != nil {
		return content{}, err
	}
	if said["key"] == key && said["id"] == c.InstanceID && said["claim"] == "" {
		c.Fleet, c.Origin = said["fleet"], secrets.Origin(said["origin"])
	}
	return content{credential: c, movedTo: said["moved_to"]}, nil
}

// remarks reads the words of aurad's comments at the head of a file.
func remarks(text string) map[string]string {
	said := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			break
		}
		words, ours := strings.CutPrefix(line, comment)
		if !ours {
			continue
		}
		for _, w := range strings.Fields(words) {
			name, value, named := strings.Cut(w, "=")
			if !named {
				value = name
			}
			said[name] = value
		}
	}
	return said
}

// claimOnly reports whether there is nothing in a file but comments.
func claimOnly(text []byte) bool {
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// equal reports whether both are written alike.
func (c content) equal(o content) bool {
	switch {
	case c.claim != nil && o.claim != nil:
		return c.claim.Same(*o.claim)
	case c.claim != nil || o.claim != nil:
		return false
	}
	return c.credential.Equal(o.credential) && c.credential.Owned() == o.credential.Owned() && c.movedTo == o.movedTo
}
