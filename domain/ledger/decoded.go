package ledger

import (
	"context"
	"sync"
)

// A DecodedLog is a log together with its records as this process has decoded
// them. A server's recorder and projections share it, so that each record is
// read and decoded once and held once, whoever came to it first: what the
// recorder appends is not read back, and what another process wrote is read by
// one of them.
//
// It holds only what the log is known to hold: records that an append was
// acknowledged for, and records that were read. Records that Append was not given
// with their entries, and those of an append of unknown outcome, come by reading.
// Its methods may be called concurrently.
type DecodedLog struct {
	Log

	mu      sync.Mutex
	records []*Record // the first of the log, in order; never changed below its length
}

// NewDecodedLog is a log of which nothing is decoded yet.
func NewDecodedLog(log Log) *DecodedLog { return &DecodedLog{Log: log} }

// DecodedLogOf is the DecodedLog in a log or in what it wraps; nil, which keeps
// nothing, where there is none.
func DecodedLogOf(log Log) *DecodedLog {
	l, _ := AbilityOf[*DecodedLog](log)
	return l
}

// Unwrap is the log itself, for what it can do beside being a Log.
func (l *DecodedLog) Unwrap() Log { return l.Log }

// Append is Log's. Records that come with their entries are kept before it
// returns, so that whoever hears of the append finds them.
func (l *DecodedLog) Append(ctx context.Context, at Position, entries ...Entry) error {
	if err := l.Log.Append(ctx, at, entries...); err != nil {
		return err
	}
	for _, e := range entries {
		if e.Record == nil {
			break // those after it would leave a gap
		}
		l.Keep(e.Record)
	}
	return nil
}

// Keep takes a record that the log holds and that is decoded, with its Event. One
// that is held already, or that would leave a gap, is not taken.
func (l *DecodedLog) Keep(r *Record) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Position == Position(len(l.records)) {
		l.records = append(l.records, r)
	}
}

// from is the decoded records from a position on, as far as they are held.
func (l *DecodedLog) from(at Position) []*Record {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	n := Position(len(l.records))
	return l.records[min(at, n):n:n]
}
