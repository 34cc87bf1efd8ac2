//go:build unix

package dotenv

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/aurad/aurad/secrets"
)

// checkOwner lets through what is ours or root's, as ssh does.
func checkOwner(info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid == 0 || int(st.Uid) == os.Geteuid() {
		return nil
	}
	return fmt.Errorf("%w: it belongs to user %d and aurad runs as %d", secrets.ErrRefused, st.Uid, os.Geteuid())
}
