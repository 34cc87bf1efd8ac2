//go:build !unix

package process

func NoCores() {}
