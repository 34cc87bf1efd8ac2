package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// equivalents are the mutants that no test of their package can tell from the code, with the
// reason, by what they change.
type equivalents map[string]string

// readEquivalents reads paragraphs of this form, divided by empty lines:
//
//	reconcile (Ledger).Count
//	- if n > 0 {
//	+ if n >= 0 {
//	The reason why nobody can see it.
//
// A line that begins with # is a comment.
func readEquivalents(path string) (equivalents, error) {
	known := equivalents{}
	if path == "" {
		return known, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var paragraph []string
	end := func() error {
		if len(paragraph) == 0 {
			return nil
		}
		name, reason, err := parseEquivalent(paragraph)
		paragraph = nil
		known[name] = reason
		return err
	}
	for sc := bufio.NewScanner(strings.NewReader(string(raw))); sc.Scan(); {
		line := strings.TrimSpace(sc.Text())
		switch {
		case line == "":
			if err := end(); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		case !strings.HasPrefix(line, "#"):
			paragraph = append(paragraph, line)
		}
	}
	return known, end()
}

func parseEquivalent(lines []string) (name, reason string, err error) {
	pkg, function, _ := strings.Cut(lines[0], " ")
	var minus, plus, why []string
	for _, line := range lines[1:] {
		switch {
		case line == "-" || strings.HasPrefix(line, "- "):
			minus = append(minus, strings.TrimSpace(line[1:]))
		case line == "+" || strings.HasPrefix(line, "+ "):
			plus = append(plus, strings.TrimSpace(line[1:]))
		default:
			why = append(why, line)
		}
	}
	if len(why) == 0 {
		return "", "", fmt.Errorf("%q has no reason", lines[0])
	}
	return change(pkg, function, minus, plus), strings.Join(why, " "), nil
}

// without removes the known ones from a sample, and says how many they were.
func (e equivalents) without(all []*mutant) (rest []*mutant, n int) {
	for _, m := range all {
		if e[m.change()] != "" {
			n++
			continue
		}
		rest = append(rest, m)
	}
	return rest, n
}

// stale are entries of the package whose code is gone.
func (e equivalents) stale(pkg string, all []*mutant) []string {
	exist := map[string]bool{}
	for _, m := range all {
		exist[m.change()] = true
	}
	var gone []string
	for name := range e {
		if strings.HasPrefix(name, pkg+" ") && !exist[name] {
			gone = append(gone, name)
		}
	}
	return gone
}
