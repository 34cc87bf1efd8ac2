package fleetfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/aurad/aurad/spec/source"
)

// Read reads a fleet file, or what a pipe such as <(command) gives, as far as a fleet
// may go and one byte more, which spec.Parse then refuses. A pipe that nobody writes to is empty.
func Read(path string) ([]byte, error) { return read(path, nil) }

// readStaying reads a fleet file that is to be watched. A pipe or a device is refused: reading
// it could take for ever, and nothing could end that.
func readStaying(path string) ([]byte, error) {
	return read(path, func(info os.FileInfo) error {
		if info.Mode().IsRegular() {
			return nil
		}
		return fmt.Errorf("%s is no regular file (%s), and can't be watched", path, info.Mode())
	})
}

// read checks the file that it opened, not the name, which may mean another one by then.
func read(path string, check func(os.FileInfo) error) (data []byte, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // else a pipe is waited for here
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if check != nil {
		info, err := f.Stat()
		if err == nil {
			err = check(info)
		}
		if err != nil {
			return nil, err
		}
	}
	return io.ReadAll(io.LimitReader(f, source.MaxBytes+1))
}
