package dotenv

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/aurad/aurad/secrets"
)

// classOf says what an error of the disk means to the caller: a right or a setting that a person
// must mend, or a state such as a full disk that may pass.
func classOf(err error) error {
	for _, class := range []error{secrets.ErrRefused, secrets.ErrTaken, secrets.ErrMissing, secrets.ErrUnavailable} {
		if errors.Is(err, class) {
			return class
		}
	}
	for _, refusal := range []error{fs.ErrPermission, syscall.EROFS, syscall.ENOTDIR, syscall.ELOOP, syscall.EISDIR, syscall.ENOTSUP} {
		if errors.Is(err, refusal) {
			return secrets.ErrRefused
		}
	}
	return secrets.ErrUnavailable
}

// opaque keeps the text of err and drops what it matches: the class that the caller gives counts.
func opaque(err error) error { return errors.New(err.Error()) }
