package bolt

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/secrets"
)

// schemes that a driver knows. Those without +s are for servers on one's own machine: with them the
// password goes over the network as it is.
func schemes() []string {
	return []string{"neo4j+s", "neo4j+ssc", "neo4j", "bolt+s", "bolt+ssc", "bolt"}
}

// parseTarget reads the address of a credential. Its errors don't quote it: somebody may have
// written a password into it.
func parseTarget(c secrets.Credential) (*url.URL, error) {
	u, err := url.Parse(c.URI)
	switch {
	case c.URI == "":
		return nil, errors.New("it has no URI")
	case err != nil:
		return nil, errors.New("its URI can't be read")
	case u.User != nil:
		return nil, errors.New("its URI has a user or a password before the host, which belong into fields of their own")
	case !slices.Contains(schemes(), u.Scheme):
		return nil, fmt.Errorf("its URI begins with %s, and not with one of %s", plaintext.Line(u.Scheme), strings.Join(schemes(), ", "))
	case u.Hostname() == "":
		return nil, errors.New("its URI has no host")
	case c.Username == "" || c.Password.Empty():
		return nil, errors.New("it has no user or no password")
	}
	return u, nil
}
