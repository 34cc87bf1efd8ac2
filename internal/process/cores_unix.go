//go:build unix

package process

import "syscall"

// NoCores keeps this process, and what it starts, from leaving a core file when it dies: the
// passwords and tokens in its memory would be in it. A handler that the kernel pipes cores to,
// such as systemd-coredump, honours the limit too. Where it can't be set nothing else changes.
func NoCores() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
