package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/go-hclog"
	kubernetes "github.com/hashicorp/vault-plugin-auth-kubernetes"
	kv "github.com/hashicorp/vault-plugin-secrets-kv"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/helper/testhelpers/corehelpers"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical"
	"github.com/hashicorp/vault/sdk/physical/file"
	"github.com/hashicorp/vault/sdk/physical/inmem"
	"github.com/hashicorp/vault/vault"
)

// keys is the content of init.json.
type keys struct {
	RootToken string `json:"root_token"`
	UnsealKey string `json:"unseal_key"` // hex, one share
}

func newLogger() hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr})
}

func newCore(backend physical.Backend, url string) (*vault.Core, error) {
	ha, _ := backend.(physical.HABackend) // nil for a single server
	return vault.NewCore(&vault.CoreConfig{
		Physical:        backend,
		HAPhysical:      ha,
		RedirectAddr:    url,
		DisableMlock:    true,
		DisableCache:    true, // what a test reads is what the storage holds
		Logger:          newLogger(),
		BuiltinRegistry: corehelpers.NewMockBuiltinRegistry(),
		LogicalBackends: map[string]logical.Factory{"kv": kv.Factory},
		CredentialBackends: map[string]logical.Factory{
			"approle":    approle.Factory,
			"kubernetes": kubernetes.Factory,
		},
	})
}

func newStorage(kind, data string) (physical.Backend, error) {
	switch kind {
	case "inmem":
		return inmem.NewInmem(nil, newLogger())
	case "ha":
		return inmem.NewInmemHA(nil, newLogger())
	case "file":
		return file.NewFileBackend(map[string]string{"path": filepath.Join(data, "storage")}, newLogger())
	}
	return nil, fmt.Errorf("storage %q is neither inmem, file nor ha", kind)
}

// prepare initialises a new Vault, or opens one that an earlier run of the same data left.
func prepare(core *vault.Core, data string, sealed bool) error {
	path := filepath.Join(data, "init.json")
	k, err := readKeys(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if k, err = initialize(core, path); err != nil {
			return fmt.Errorf("initialise: %w", err)
		}
	case err != nil:
		return err
	case sealed:
		return nil
	}
	key, err := hex.DecodeString(k.UnsealKey)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	open, err := core.Unseal(key)
	if err == nil && !open {
		err = errors.New("the key is right and yet the core stays sealed")
	}
	return err
}

func initialize(core *vault.Core, path string) (keys, error) {
	one := &vault.SealConfig{SecretShares: 1, SecretThreshold: 1}
	result, err := core.Initialize(context.Background(), &vault.InitParams{
		BarrierConfig:  one,
		RecoveryConfig: one,
	})
	if err != nil {
		return keys{}, err
	}
	k := keys{RootToken: result.RootToken, UnsealKey: hex.EncodeToString(result.SecretShares[0])}
	raw, err := json.Marshal(k)
	if err != nil {
		return keys{}, err
	}
	return k, os.WriteFile(path, raw, 0o600)
}

func readKeys(path string) (k keys, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(raw, &k)
}
