package main

import (
	"context"
	"errors"
	"os/user"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
)

// localActor is the local user, for commands without an actor: an account of the machine that
// may write the files of a ledger may record.
func localActor() *ledger.Actor {
	id := "local"
	if u, err := user.Current(); err == nil && u.Username != "" {
		id = u.Username
	}
	return &ledger.Actor{ID: id, Role: "admin"}
}

// nameActors puts the local user into commands without an actor.
func nameActors(drafts []*ledger.Draft) []*ledger.Draft {
	by := localActor()
	out := make([]*ledger.Draft, len(drafts))
	for i, d := range drafts {
		out[i] = d
		if d.Actor == nil {
			mine := *d
			mine.Actor = by
			out[i] = &mine
		}
	}
	return out
}

// unnameActors takes the name out again where a key is used already: the command
// can then only be found, or refused, and what somebody else recorded in the
// same words is found. It reports whether there was any.
func unnameActors(out, drafts []*ledger.Draft, results []recorder.Result) (any bool) {
	for i, r := range results {
		if drafts[i].Actor == nil && errors.Is(r.Err, ledger.ErrKeyReused) {
			out[i], any = drafts[i], true
		}
	}
	return any
}

// plainDoor is the way in for commands that were typed or stand in a file. It
// takes no record that voids a key: only key void makes one here, so that a file
// of somebody else's cannot.
func plainDoor() recorder.Door {
	return recorder.Door{Permit: func(_ *register.Book, d *ledger.Draft) (func(*register.Book, *ledger.Record) error, error) {
		if d.Kind == ledger.KindKeyVoided {
			return nil, register.ErrReserved.With(string(d.Kind), "htxledger key void").At("/kind")
		}
		return nil, nil
	}}
}

// takeDrafts records, or tries, commands through a door, all or none, for the local
// user.
func (w *writing) takeDrafts(ctx context.Context, door recorder.Door, dry bool, drafts []*ledger.Draft) ([]recorder.Result, error) {
	take := w.recorder.Through(door).Record
	if dry {
		take = w.recorder.Through(door).Try
	}
	mine := nameActors(drafts)
	results, err := take(ctx, mine...)
	if unnameActors(mine, drafts, results) {
		return take(ctx, mine...)
	}
	return results, err
}

// takeMany is take for any number of commands, in atomic parts.
func (w *writing) takeMany(ctx context.Context, drafts []*ledger.Draft, tell func(done, of int)) (recorder.ImportResult, error) {
	mine := nameActors(drafts)
	res, err := w.recorder.Through(w.door).Import(ctx, mine, tell)
	if unnameActors(mine, drafts, res.Results) {
		return w.recorder.Through(w.door).Import(ctx, mine, tell)
	}
	return res, err
}

// A sizeFlag is --if-size: the size of the ledger at which the sender of a correction looked.
type sizeFlag struct{ size *ledger.Position }

// String is the size as Set reads it.
func (f *sizeFlag) String() string {
	if f.size == nil {
		return ""
	}
	return "@" + strconv.FormatInt(int64(*f.size), 10)
}

// Set takes @N, or N.
func (f *sizeFlag) Set(s string) error {
	n, err := strconv.ParseInt(strings.TrimPrefix(s, "@"), 10, 64)
	if err != nil || n < 0 {
		return ledger.ErrKnown.With(s)
	}
	size := ledger.Position(n)
	f.size = &size
	return nil
}

// Type is what the help calls the value.
func (f *sizeFlag) Type() string { return "@N" }

// ifSizeFlag gives a command that corrects the flag --if-size.
func (a *app) ifSizeFlag(cmd *cobra.Command) {
	cmd.Flags().Var(&a.ifSize, "if-size", "chỉ đính chính nếu từ cỡ sổ này chưa ai đính chính nội dung đó / correct only what nobody corrected since the ledger had this size")
}
