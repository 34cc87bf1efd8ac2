package dotenv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/aurad/aurad/secrets"
)

// openFolder makes dir with mode 0700 if it is missing and returns it with its absolute path, as
// written and as it really is.
func openFolder(dir string) (abs string, root *os.Root, real string, err error) {
	if abs, err = filepath.Abs(dir); err != nil {
		return "", nil, "", err
	}
	if err := makeFolder(abs, syncPath); err != nil {
		return "", nil, "", err
	}
	root, real, err = openReal(abs)
	return abs, root, real, err
}

func openReal(abs string) (root *os.Root, real string, err error) {
	if real, err = filepath.EvalSymlinks(abs); err != nil {
		return nil, "", err
	}
	root, err = os.OpenRoot(real)
	return root, real, err
}

// enter begins a call: only one is under way, in the folder that has the configured name now.
func (s *folder) enter(doing string) (leave func(), err error) {
	s.mu.Lock()
	if err := s.follow(); err != nil {
		s.mu.Unlock()
		return nil, s.fail(doing, ".", classOf(err), err)
	}
	return s.mu.Unlock, nil
}

// follow takes a folder that was put in the place of the one in use. One that is gone is not made
// anew: what is mounted there may come back, and would hide what was written meanwhile.
func (s *folder) follow() error {
	now, err := os.Stat(s.abs)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: the folder is gone; put it back, or make an empty one: mkdir -m 700 %s", secrets.ErrUnavailable, s.abs)
	}
	if err != nil {
		return err
	}
	if held, err := s.root.Stat("."); err == nil && os.SameFile(now, held) {
		return nil
	}
	root, real, err := openReal(s.abs)
	if err != nil {
		return err
	}
	s.root.Close()
	s.root, s.real = root, real
	return nil
}

// makeFolder is os.MkdirAll that also syncs each parent: a credential is not safe in a folder
// whose own name may be lost.
func makeFolder(dir string, sync func(dir string) error) error {
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		if info, err := os.Stat(dir); err != nil || info.IsDir() {
			return err
		}
		return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
	}
	if parent := filepath.Dir(dir); errors.Is(err, fs.ErrNotExist) && parent != dir {
		if err := makeFolder(parent, sync); err != nil {
			return err
		}
		err = os.Mkdir(dir, 0o700)
	}
	if err != nil {
		return err
	}
	return sync(filepath.Dir(dir))
}

func syncPath(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
