// Command server is a real Vault for tests: the core, storage and HTTP handler of Vault 1.21.4
// in one process, on one loopback port. It is a module of its own so that none of Vault's
// dependencies reach aurad's go.mod. It is never shipped.
//
// It prints its URL as one line on stdout once it answers and is unsealed, writes the root token
// and the unseal key to init.json (0600) in its data folder, and stops when stdin closes, so it
// can't outlive the test that started it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/vault"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vault test server:", err)
		os.Exit(1)
	}
}

func run(args []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	data := flags.String("data", "", "folder for init.json and the file storage")
	storage := flags.String("storage", "inmem", "inmem or file")
	listen := flags.String("listen", "127.0.0.1:0", "loopback address to listen on")
	sealed := flags.Bool("sealed", false, "do not unseal an initialised Vault")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *data == "" {
		return fmt.Errorf("-data is missing")
	}
	ln, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	defer ln.Close()
	url := "http://" + ln.Addr().String()
	core, err := newCore(*storage, *data, url)
	if err != nil {
		return fmt.Errorf("open the core: %w", err)
	}
	defer core.Shutdown()
	if err := prepare(core, *data, *sealed); err != nil {
		return err
	}
	return serve(ln, core, url, stdin, stdout)
}

// serve answers until stdin ends or a signal arrives.
func serve(ln net.Listener, core *vault.Core, url string, stdin io.Reader, stdout io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	abandoned := make(chan struct{})
	go func() { // ends with the process at the latest: a read of stdin can't be interrupted
		_, _ = io.Copy(io.Discard, stdin)
		close(abandoned)
	}()
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: vaulthttp.Handler.Handler(&vault.HandlerProperties{
			Core:           core,
			ListenerConfig: &configutil.Listener{Type: configutil.TCP, Address: ln.Addr().String()},
		}),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	fmt.Fprintln(stdout, url)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	case <-abandoned:
	}
	return server.Close()
}
