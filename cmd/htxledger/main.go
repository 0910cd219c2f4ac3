// Command htxledger keeps the ledger of a province's agricultural
// co-operatives and answers for its plan, as of any day, as known at any day.
//
// The table of commands is in root.go, the joining of the parts in app.go, and
// what each exit code means in exit.go. Each command has a file of its own.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run()) }

// run is the program, up to its exit code. The first interrupt asks for an
// orderly end; a second one, coming after stop, ends the process at once.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	// A reader who goes away ends no command in the middle: the command itself reports
	// its result, or that the result could not be printed.
	signal.Ignore(syscall.SIGPIPE)
	a := newApp(os.Stdin, os.Stdout, os.Stderr)
	err := a.root().ExecuteContext(ctx)
	return a.reportExit(err)
}
