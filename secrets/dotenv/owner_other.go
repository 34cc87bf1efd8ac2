//go:build !unix

package dotenv

import "io/fs"

// checkOwner lets everything through: the system has no numeric owners to compare.
func checkOwner(fs.FileInfo) error { return nil }
