package feed

import (
	"context"

	"htxledger/domain/ledger"
)

// WithAnnouncements is a log whose successful appends are announced, so that those who
// follow it in this process need not wait until they look again. A message that
// cannot be published is lost, as every message may be.
func WithAnnouncements(log ledger.Log, a *Announcer) ledger.Log { return announcing{log, a} }

type announcing struct {
	ledger.Log
	announcer *Announcer
}

func (l announcing) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	err := l.Log.Append(ctx, at, entries...)
	if err == nil && len(entries) > 0 {
		_ = l.announcer.Announce(at + ledger.Position(len(entries)))
	}
	return err
}

// Unwrap is the log itself, for what it can do beside being a ledger.Log.
func (l announcing) Unwrap() ledger.Log { return l.Log }
