package packaging_test

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// No container engine is at hand in tests, so this holds what can be held: the compiler is that
// of go.mod, the last stage is empty but for what it copies, it runs as nobody's user, and
// its command line is one that aurad takes.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	text := readFile(t, "Dockerfile")
	mod := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(readFile(t, "../go.mod"))
	if mod == nil || !strings.Contains(text, "FROM golang:"+mod[1]+"-") {
		t.Errorf("the builder is not Go %s, as go.mod asks", mod)
	}
	_, last, ok := strings.Cut(text, "\nFROM scratch\n")
	if !ok || strings.Contains(last, "FROM ") || strings.Contains(last, "\nRUN ") {
		t.Error("the last stage is not an empty one that only copies")
	}
	if user := regexp.MustCompile(`(?m)^USER (\d+):(\d+)$`).FindStringSubmatch(last); user == nil || user[1] == "0" || user[2] == "0" {
		t.Errorf("it runs as %v", user)
	}
	var args []string
	for _, word := range []string{"ENTRYPOINT", "CMD"} {
		line := regexp.MustCompile(`(?m)^` + word + ` (\[.*\])$`).FindStringSubmatch(last)
		var part []string
		if line == nil || json.Unmarshal([]byte(line[1]), &part) != nil {
			t.Fatalf("no %s in the form of a list", word)
		}
		args = append(args, part...)
	}
	if args[0] != "/usr/bin/aurad" || !strings.Contains(last, " "+args[0]+"\n") {
		t.Errorf("it starts %q, which no line copies", args[0])
	}
	out, err := exec.Command("go", append(append([]string{"run", "../cmd/aurad"}, args[1:]...), "--help")...).CombinedOutput()
	if err != nil {
		t.Errorf("aurad %q: %v\n%s", args[1:], err, out)
	}
}
