package dotenv

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/aurad/aurad/secrets"
)

const maxFile = 64 << 10

func (s *folder) readBack(path, key string, want content) error {
	const doing = "read it back"
	if err := s.before("read back"); err != nil {
		return s.fail(doing, path, classOf(err), err)
	}
	got, err := s.read(doing, path, key)
	if err != nil {
		return s.fail(doing, path, secrets.ErrUnavailable, opaque(err))
	}
	if !got.equal(want) {
		return s.fail(doing, path, secrets.ErrUnavailable, errors.New("the file differs from what was written"))
	}
	return nil
}

func (s *folder) read(doing, path, key string) (content, error) {
	text, err := s.readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return content{}, s.fail(doing, path, secrets.ErrMissing, nil)
	}
	if err != nil {
		return content{}, s.fail(doing, path, classOf(err), err)
	}
	c, err := parse(key, text)
	if err != nil {
		return content{}, s.fail(doing, path, secrets.ErrRefused, err)
	}
	return c, nil
}

// readFile opens nothing but a regular file of ours: not a link, not a pipe that would block.
func (s *folder) readFile(path string) ([]byte, error) {
	before, err := s.root.Lstat(path)
	if err != nil {
		return nil, err
	}
	if err := checkFile(before); err != nil {
		return nil, err
	}
	f, err := s.root.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	after, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !os.SameFile(before, after) {
		return nil, fmt.Errorf("%w: the file was exchanged while it was opened", secrets.ErrUnavailable)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%w: the file is larger than %d bytes", secrets.ErrRefused, maxFile)
	}
	return text, err
}
