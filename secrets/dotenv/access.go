package dotenv

import (
	"fmt"
	"io/fs"

	"github.com/aurad/aurad/secrets"
)

// checkFolder refuses a folder in which another user could exchange a file.
func (s *folder) checkFolder() error {
	info, err := s.root.Stat(".")
	if err != nil {
		return s.fail("look at the folder", ".", classOf(err), err)
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return s.fail("look at the folder", ".", secrets.ErrRefused,
			fmt.Errorf("others may write to it (mode %04o); chmod 700 %s", mode, s.real))
	}
	if err := checkOwner(info); err != nil {
		return s.fail("look at the folder", ".", secrets.ErrRefused, err)
	}
	return nil
}

// checkFile refuses what is not a private regular file of ours.
func checkFile(info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: it is not a regular file (%s)", secrets.ErrRefused, info.Mode().Type())
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%w: others may read it (mode %04o); chmod 600 it", secrets.ErrRefused, mode)
	}
	return checkOwner(info)
}
