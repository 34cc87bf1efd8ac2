//go:build unix && !solaris && !aix

package dotenv

import (
	"errors"
	"os"
	"syscall"
)

// tryLock ends with the file's last descriptor, a killed process's too.
func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}
