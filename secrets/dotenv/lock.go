package dotenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aurad/aurad/secrets"
)

// lockName is an empty file whose lock lets one process at a time change the folder. It is no
// key's file, and it stays: a lock on a file that was replaced would lock nothing.
const lockName = ".lock"

// A change takes milliseconds; whoever holds the lock longer is frozen, or the disk is.
const (
	lockPatience = 3 * time.Second
	lockAgain    = 5 * time.Millisecond
)

// errLocked is what tryLock says while another process has the lock.
var errLocked = errors.New("another process is changing it")

// lock keeps other processes from changing the folder until unlock.
func (s *folder) lock(ctx context.Context) (unlock func(), err error) {
	if err := s.before("lock"); err != nil {
		return nil, err
	}
	f, err := s.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for waited := time.Duration(0); ; waited += lockAgain {
		err := tryLock(f)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, errLocked) || waited >= lockPatience {
			f.Close()
			return nil, fmt.Errorf("%w: %w", secrets.ErrUnavailable, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("%w: %w", secrets.ErrUnavailable, err)
		case <-time.After(lockAgain):
		}
	}
}
