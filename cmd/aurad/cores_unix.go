//go:build unix

package main

import "syscall"

// noCores keeps this process, and what it starts, from leaving a core file when it dies: the
// passwords and tokens in its memory would be in it. A handler that the kernel pipes cores to,
// such as systemd-coredump, honours the limit too. Where it can't be set nothing else changes.
func noCores() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
