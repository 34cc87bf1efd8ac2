package dotenv

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// openFolder makes dir with mode 0700 if it is missing and returns it with its real path.
func openFolder(dir string) (root *os.Root, real string, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, "", err
	}
	if err := makeFolder(abs, syncPath); err != nil {
		return nil, "", err
	}
	if real, err = filepath.EvalSymlinks(abs); err != nil {
		return nil, "", err
	}
	root, err = os.OpenRoot(real)
	return root, real, err
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
