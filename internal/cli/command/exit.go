package command

import "fmt"

// Exit codes. Those of plan --detailed-exitcode are Terraform's.
const (
	Failed      Exit = 1
	Changes     Exit = 2
	Interrupted Exit = 130 // 128 + SIGINT, as shells have it
)

// Exit is an error that is only an exit code: everything was said already.
type Exit int

func (e Exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }
