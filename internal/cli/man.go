package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/manpage"
)

// manCommand is for those who make packages, and hidden from others.
func newMan(c command.Call) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the man pages into a folder",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for name, page := range manual(c).Pages(cmd.Root()) {
				if err := os.WriteFile(filepath.Join(args[0], name), []byte(page), 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// manual is what all pages share. Its date is that of SOURCE_DATE_EPOCH, so that the same source
// gives the same pages.
func manual(c command.Call) manpage.Manual {
	m := manpage.Manual{Title: "aurad manual", Version: c.Build.Version}
	if epoch, err := strconv.ParseInt(c.App().Get("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		m.Date = time.Unix(epoch, 0).UTC().Format(time.DateOnly)
	}
	secret := func(what string) string {
		return what + " The value can also be read from a file, with _FILE at the end of the name, or from $CREDENTIALS_DIRECTORY."
	}
	m.Sections = []manpage.Section{
		{Heading: "ENVIRONMENT", Items: []manpage.Item{
			{Term: "AURA_CLIENT_ID", Text: secret("Id of the API key pair of the Aura account.")},
			{Term: "AURA_CLIENT_SECRET", Text: secret("Its secret. No secret is ever a flag.")},
			{Term: "AURA_TENANT_ID", Text: "The Aura project, where the fleet file names none."},
			{Term: "AURA_BASE_URL, AURA_AUTH_URL", Text: "Another API than https://api.neo4j.io, such as that of aurad\u00a0sim."},
			{Term: "VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE and others", Text: "As the Vault client has them."},
			{Term: "VAULT_ROLE_ID, VAULT_SECRET_ID, VAULT_WRAPPED_SECRET_ID", Text: secret("AppRole login.")},
			{Term: "VAULT_KUBERNETES_ROLE", Text: "Login with the pod's service account."},
			{Term: "STATE_DIRECTORY, CREDENTIALS_DIRECTORY, NOTIFY_SOCKET, WATCHDOG_USEC", Text: "As systemd sets them."},
			{Term: "NO_COLOR", Text: "Write without colours."},
		}},
		{Heading: "FILES", Items: []manpage.Item{
			{Term: "fleet.yaml", Text: "What the fleet should be; in the current folder unless --file is given. The service reads /etc/aurad/fleet.yaml."},
			{Term: "aurad.db", Text: "What aurad remembers, in the state folder. It is locked while aurad works, and must not be lost: it says which instances are aurad's."},
			{Term: "aurad.sock", Text: "The running daemon, in the state folder, for its own user and root."},
		}},
		{Heading: "EXIT STATUS", Items: []manpage.Item{
			{Term: "0", Text: "Done; the fleet matches, or there is nothing to do."},
			{Term: "1", Text: "Something failed, or needs a person."},
			{Term: "2", Text: "plan --detailed-exitcode: there are changes to make."},
			{Term: "130", Text: "Stopped by Ctrl-C."},
		}},
	}
	return m
}
