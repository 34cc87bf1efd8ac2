package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Of is the state folder of one account in dir; the only one of a fleet file without `accounts`, "", has
// dir itself.
func Of(dir, account string) string {
	if account == "" {
		return dir
	}
	return filepath.Join(dir, "accounts", account)
}

// All are the state folders that there are in dir, those of accounts included.
func All(dir string) []string {
	named, _ := filepath.Glob(filepath.Join(Of(dir, "*"), fleetFile))
	dirs := []string{dir}
	for _, file := range named {
		dirs = append(dirs, filepath.Dir(file))
	}
	return dirs
}

// Exists reports whether there is anything at path.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
