package examples_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec"
)

// manifest is what the test needs of the objects of Kubernetes.
type manifest struct {
	Kind     string
	Metadata struct{ Name string }
	Data     map[string]string
	Spec     struct {
		Replicas int
		Strategy struct{ Type string }
		Template struct {
			Spec struct {
				ServiceAccountName string `yaml:"serviceAccountName"`
				SecurityContext    struct {
					RunAsNonRoot bool `yaml:"runAsNonRoot"`
				} `yaml:"securityContext"`
				Containers []container
				Volumes    []volume
			}
		}
	}
}

type volume struct {
	Name                  string
	ConfigMap             struct{ Name string } `yaml:"configMap"`
	PersistentVolumeClaim struct {
		ClaimName string `yaml:"claimName"`
	} `yaml:"persistentVolumeClaim"`
}

type container struct {
	Args  []string
	Env   []struct{ Name, Value string }
	Ports []struct {
		ContainerPort int `yaml:"containerPort"`
	}
	LivenessProbe  probe `yaml:"livenessProbe"`
	ReadinessProbe probe `yaml:"readinessProbe"`
	VolumeMounts   []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
	} `yaml:"volumeMounts"`
	SecurityContext struct {
		ReadOnlyRootFilesystem bool `yaml:"readOnlyRootFilesystem"`
	} `yaml:"securityContext"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

func manifests(t *testing.T) map[string]manifest {
	t.Helper()
	all := map[string]manifest{}
	dec := yaml.NewDecoder(bytes.NewReader(read(t, "kubernetes/aurad.yaml")))
	for {
		var m manifest
		err := dec.Decode(&m)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all[m.Kind] = m
	}
}

// What the manifests say fits together: one writer, no root, names that exist.
func TestKubernetesManifestsFitTogether(t *testing.T) {
	all := manifests(t)
	d := all["Deployment"].Spec
	pod := d.Template.Spec
	if d.Replicas != 1 || d.Strategy.Type != "Recreate" {
		t.Errorf("%d replicas, %s: two pods would share one state", d.Replicas, d.Strategy.Type)
	}
	if !pod.SecurityContext.RunAsNonRoot || !pod.Containers[0].SecurityContext.ReadOnlyRootFilesystem {
		t.Error("it runs as root, or on a writable root")
	}
	if pod.ServiceAccountName != all["ServiceAccount"].Metadata.Name {
		t.Errorf("no service account %q", pod.ServiceAccountName)
	}
	for _, v := range pod.Volumes {
		if v.ConfigMap.Name != "" && v.ConfigMap.Name != all["ConfigMap"].Metadata.Name ||
			v.PersistentVolumeClaim.ClaimName != "" && v.PersistentVolumeClaim.ClaimName != all["PersistentVolumeClaim"].Metadata.Name {
			t.Errorf("volume %s is of nothing here", v.Name)
		}
	}
	for _, mount := range pod.Containers[0].VolumeMounts {
		if !slices.ContainsFunc(pod.Volumes, func(v volume) bool {
			return v.Name == mount.Name
		}) {
			t.Errorf("no volume %q", mount.Name)
		}
	}
	if _, err := spec.Parse("fleet.yaml", []byte(all["ConfigMap"].Data["fleet.yaml"])); err != nil {
		t.Error(err)
	}
}

// The real program, started with the arguments and the environment of the manifest, answers the
// probes of the manifest.
func TestKubernetesPodBecomesReady(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	all := manifests(t)
	c := all["Deployment"].Spec.Template.Spec.Containers[0]
	port := freePort(t)
	fleet := filepath.Join(r.dir, "fleet.yaml")
	if err := os.WriteFile(fleet, []byte(all["ConfigMap"].Data["fleet.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	args := slices.Clone(c.Args)
	for i, a := range args {
		switch a {
		case "/etc/aurad/fleet.yaml":
			args[i] = fleet
		case fmt.Sprintf(":%d", c.Ports[0].ContainerPort):
			args[i] = fmt.Sprintf("127.0.0.1:%d", port)
		}
	}
	if slices.Equal(args, c.Args) {
		t.Fatalf("%q names neither the file nor the port", c.Args)
	}
	cmd := exec.Command(r.bin, args...)
	cmd.Env = slices.Clone(r.env)
	for _, e := range c.Env {
		switch name, isFile := strings.CutSuffix(e.Name, "_FILE"); {
		case isFile: // the secret's folder, filled from the simulated account
			path := filepath.Join(r.dir, filepath.Base(e.Value))
			if err := os.WriteFile(path, []byte(r.setting(name)+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd.Env = slices.DeleteFunc(cmd.Env, func(s string) bool { return strings.HasPrefix(s, name+"=") })
			cmd.Env = append(cmd.Env, e.Name+"="+path)
		case e.Name == "STATE_DIRECTORY":
			cmd.Env = append(cmd.Env, e.Name+"="+filepath.Join(r.dir, "state"))
		case e.Name == "VAULT_ADDR":
			cmd.Env = append(cmd.Env, e.Name+"=http://127.0.0.1:1") // down, which stops only creates
		default:
			cmd.Env = append(cmd.Env, e.Name+"="+e.Value)
		}
	}
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil || t.Failed() {
			t.Errorf("aurad %q: %v\n%s", args, err, log.String())
		}
	}()
	for _, probe := range []string{c.LivenessProbe.HTTPGet.Path, c.ReadinessProbe.HTTPGet.Path} {
		var code int
		for deadline := time.Now().Add(20 * time.Second); code != 200 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
			code, _ = get(fmt.Sprintf("http://127.0.0.1:%d%s", port, probe))
		}
		if code != 200 {
			t.Errorf("%s answers %d", probe, code)
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
