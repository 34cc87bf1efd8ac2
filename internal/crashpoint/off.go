//go:build !crashpoints

// Package crashpoint marks the places where a process may die: before and after everything that
// leaves it, to a disk or to a server. It knows nothing of what happens there.
//
// In a normal build a mark is an empty function that the compiler removes. Under the build tag
// crashpoints, which only the tests in internal/crash use, the process kills itself at the mark
// that the environment names.
package crashpoint

import "net/http"

// Here marks one place.
func Here(string) {}

// BeforeCommit and AfterCommit mark a transaction of the state file.
func BeforeCommit(string) {}
func AfterCommit(string)  {}

// Wire returns next. Under the build tag it marks each request, before it is sent and after it
// is answered.
func Wire(_ string, next http.RoundTripper) http.RoundTripper { return next }
