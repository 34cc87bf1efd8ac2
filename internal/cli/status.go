package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aurad/aurad/internal/cli/command"
	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/internal/words"
	"github.com/aurad/aurad/reconcile"
)

// watchEvery is how often status --watch asks again.
const watchEvery = 2 * time.Second

// statusCommand is `aurad status`.
type statusCommand struct {
	command.Call
	output string
	watch  bool
}

// newStatus is the command.
func newStatus(c command.Call) *cobra.Command {
	p := &statusCommand{Call: c}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Ask the running daemon how the fleet is",
		Long: `status asks the daemon of the state folder, over its unix socket. It needs no credentials and
costs no API request.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	cmd.Flags().VarP(command.NewChoice(&p.output, "text", "json"), "output", "o", "text or json")
	cmd.Flags().BoolVarP(&p.watch, "watch", "w", false, "show it again every two seconds, until Ctrl-C")
	return cmd
}

func (p *statusCommand) run(ctx context.Context) error {
	dir, err := p.App().StateFolder()
	if err != nil {
		return err
	}
	for {
		snap, err := p.snapshot(ctx, dir)
		switch {
		case p.watch && ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		if err := p.print(snap); err != nil || !p.watch {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-p.Clock.After(watchEvery):
		}
	}
}

func (p *statusCommand) snapshot(ctx context.Context, dir string) (daemon.Snapshot, error) {
	its, err := p.App().ReachIn(ctx, dir)
	if err != nil {
		return daemon.Snapshot{}, err
	}
	return its.Status(ctx)
}

func (p *statusCommand) print(snap daemon.Snapshot) error {
	if p.output == "json" {
		return p.PrintJSON(snap)
	}
	text := statusText(snap, p.Paint(p.Stdout), p.Clock.Now())
	if p.watch && p.Terminal(p.Stdout) {
		text = "\x1b[H\x1b[2J" + text
	}
	_, err := fmt.Fprint(p.Stdout, text)
	return err
}

// statusText is a table of the fleet, then what needs attention.
func statusText(snap daemon.Snapshot, c format.Paint, now time.Time) string {
	var b strings.Builder
	rows := [][]format.Cell{c.Heads("INSTANCE", "ID", "LIVE", "WANTED", "MEMORY", "CREDENTIAL", "NEXT")}
	for _, in := range snap.Instances {
		rows = append(rows, statusRow(in, c, now))
	}
	if len(snap.Accounts) > 0 {
		rows[0] = slices.Insert(rows[0], 1, c.Heads("ACCOUNT")[0])
		for i, in := range snap.Instances {
			rows[i+1] = slices.Insert(rows[i+1], 1, format.Cell{Text: in.Account})
		}
	}
	format.WriteTable(&b, rows)
	fmt.Fprintf(&b, "\n%s at %s; %d of %d requests free this minute\n", words.Plural(len(snap.Instances), "instance"),
		snap.At.In(now.Location()).Format("15:04:05 MST"), snap.Budget.Free, snap.Budget.Limit)
	writeBudgets(&b, snap)
	for _, h := range snap.Holds {
		fmt.Fprintf(&b, "held: %s %s until %s by %s\n", h.Key, h.State, h.Until.In(now.Location()).Format(format.ClockLayout), plaintext.Line(h.By))
	}
	for _, s := range snap.Plan.Steps {
		if s.Verb != reconcile.Hold {
			fmt.Fprintf(&b, "%s %s: %s, %s\n", format.MarkOf(s.Verb).Paint(c, fmt.Sprintf("%-2s", format.MarkOf(s.Verb).Sign)), s.Key, s.Verb, plaintext.Line(s.Reason))
		}
	}
	if !snap.Ready {
		fmt.Fprintln(&b, c.Yellow("the daemon has not looked at the whole fleet yet"))
	}
	if snap.Config.Error != "" {
		fmt.Fprintln(&b, c.Red("the file on disk is not in force: ")+plaintext.Line(snap.Config.Error))
	}
	return b.String()
}

func statusRow(in daemon.Status, c format.Paint, now time.Time) []format.Cell {
	live := format.Cell{Text: format.OrDash(in.Live)}
	switch {
	case in.Doing != "":
		live = format.Cell{Text: live.Text + ", " + in.Doing, Paint: c.Yellow}
	case in.Live == string(in.Desired):
		live.Paint = c.Green
	}
	next := ""
	if in.Next != nil {
		next = in.Next.State + " " + in.Next.At.In(now.Location()).Format("Mon 15:04")
	}
	return []format.Cell{{Text: in.Key}, {Text: in.InstanceID, Paint: c.Dim}, live, {Text: string(in.Desired)}, {Text: in.Memory}, {Text: format.OrDash(string(in.Credential))}, {Text: next}}
}

// writeBudgets says of each account what the status line says of all.
func writeBudgets(b *strings.Builder, snap daemon.Snapshot) {
	for _, a := range snap.Accounts {
		fmt.Fprintf(b, "account %s: %d of %d requests free", a.Name, a.Budget.Free, a.Budget.Limit)
		if !a.Ready {
			b.WriteString(", not looked at yet")
		}
		b.WriteByte('\n')
	}
}
