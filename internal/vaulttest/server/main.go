// Command server is a real Vault for tests: the core, storage and HTTP handler of Vault 1.21.4
// in one process, on one loopback port. It is a module of its own so that none of Vault's
// dependencies reach aurad's go.mod. It is never shipped.
//
// It prints one line with its URL on stdout once it answers and is unsealed (with -storage ha, a
// second line with the URL of the standby), writes the root token
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
	"github.com/hashicorp/vault/sdk/physical"
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
	storage := flags.String("storage", "inmem", "inmem, file or ha (in memory, with a second server as standby)")
	listen := flags.String("listen", "127.0.0.1:0", "loopback address to listen on")
	sealed := flags.Bool("sealed", false, "do not unseal an initialised Vault")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *data == "" {
		return fmt.Errorf("-data is missing")
	}
	backend, err := newStorage(*storage, *data)
	if err != nil {
		return err
	}
	nodes := 1
	if *storage == "ha" {
		nodes = 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	failed := make(chan error, nodes)
	for range nodes {
		n, err := newNode(backend, *listen)
		if err != nil {
			return err
		}
		defer n.stop()
		if err := prepare(n.core, *data, *sealed); err != nil {
			return err
		}
		go func() { failed <- n.server.Serve(n.listener) }()
		fmt.Fprintln(stdout, n.url)
		*listen = "127.0.0.1:0"
	}
	abandoned := make(chan struct{})
	go func() { // ends with the process at the latest: a read of stdin can't be interrupted
		_, _ = io.Copy(io.Discard, stdin)
		close(abandoned)
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	case <-abandoned:
	}
	return nil
}

// node is one Vault server; with storage ha the first is active and the second stands by.
type node struct {
	core     *vault.Core
	listener net.Listener
	server   *http.Server
	url      string
}

func newNode(backend physical.Backend, listen string) (*node, error) {
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, err
	}
	url := "http://" + ln.Addr().String()
	core, err := newCore(backend, url)
	if err != nil {
		return nil, fmt.Errorf("open the core: %w", err)
	}
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: vaulthttp.Handler.Handler(&vault.HandlerProperties{
			Core:           core,
			ListenerConfig: &configutil.Listener{Type: configutil.TCP, Address: ln.Addr().String()},
		}),
	}
	return &node{core, ln, server, url}, nil
}

func (n *node) stop() {
	_ = n.server.Close()
	_ = n.core.Shutdown()
}
