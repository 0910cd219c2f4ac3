package feed

import (
	"context"
	"errors"
	"time"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Patience is how long a Follower may hear nothing from its log before what it
// holds is called stale: a read that hangs is no better than one that fails.
const Patience = 5 * time.Second

// ErrSilent is the Err of a Freshness whose log has said nothing for Patience.
var ErrSilent = fault.Declare("store-silent", fault.Unavailable,
	"the store has not answered since the read under way began", "kho lưu trữ không trả lời lần đọc đang chờ")

// A ConnectionReporter is a log that knows by itself whether it hears the server behind it,
// and does not ask to tell it: the largest size shown, and why it hears nothing
// now, nil where it does or cannot know.
type ConnectionReporter interface {
	ReportConnection() (size ledger.Position, err error)
}

// A Freshness says how far the projections may be behind their log, from what is
// known already: to tell it waits for nothing.
type Freshness struct {
	Size  ledger.Position // records that every projection has taken
	Lag   ledger.Position // records beyond those that the log has shown
	Heard time.Time       // when the log was last heard; zero if it never was
	// Err is why more may have been recorded without our knowing: the log is
	// away or silent, or the follower has stopped. nil where it is heard.
	Err error
}

// LogLost reports whether an error says that a log is not the one that was
// opened: it was put back to an older copy, or its files were moved. Such a log
// answers, but what is recorded now is not in it, or will be in no ledger.
func LogLost(err error) bool {
	return errors.Is(err, ledger.ErrStoreBehind) || errors.Is(err, ledger.ErrStoreMoved)
}

// Stale reports whether more may have been recorded than Lag says.
func (f Freshness) Stale() bool { return f.Err != nil }

// Head is the largest size that the log has shown.
func (f Freshness) Head() ledger.Position { return f.Size + f.Lag }

// Freshness tells how far the projections may be behind.
func (f *Follower) Freshness() Freshness {
	var shown ledger.Position
	var away error
	if log, ok := ledger.AbilityOf[ConnectionReporter](f.log); ok {
		shown, away = log.ReportConnection()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	fresh := Freshness{Size: f.size, Lag: max(f.head, shown, f.size) - f.size, Heard: f.heard}
	switch {
	case LogLost(away): // the log knows better than a read that failed before it knew
		fresh.Err = away
	case f.trouble != nil:
		fresh.Err = f.trouble
	case away != nil:
		fresh.Err = away
	case f.options.Now().Sub(f.heard) > f.options.Patience:
		fresh.Err = ErrSilent
	}
	return fresh
}

// readSize asks the log for its size and notes that it answered.
func (f *Follower) readSize(ctx context.Context) (ledger.Position, error) {
	size, err := f.log.Size(ctx)
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.head = max(f.head, size)
	f.heard = f.options.Now()
	return size, nil
}
