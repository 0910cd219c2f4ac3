package ledgertest

import (
	"context"
	"iter"
	"sync"
	"time"

	"htxledger/domain/ledger"
)

// A Failure is what Faulty does to one call. The zero Failure does nothing.
type Failure struct {
	// Refuse fails an append before the log sees it, certain to have written
	// nothing: the error is ledger.NotWritten(Err).
	Refuse bool
	// Drop fails an append before the log sees it, with the plain Err, so
	// that the caller cannot know the outcome.
	Drop bool
	// Lose lets the log append and then fails with the plain Err.
	Lose bool
	// Cut ends a read with Err after After entries, and a question for the size
	// with Err alone.
	Cut   bool
	After int
	// Delay holds the call back, or until its context is done.
	Delay time.Duration
	// Err is the error; nil means ErrHostile.
	Err error
}

func (f Failure) err() error {
	if f.Err != nil {
		return f.Err
	}
	return ErrHostile
}

// A FaultScript says which calls fail, each method's counted from 1, and how.
type FaultScript struct {
	Appends map[int]Failure
	Reads   map[int]Failure // calls of Entries
	Sizes   map[int]Failure
}

// Faulty wraps a log so that it fails by a script; calls that the script does
// not name go straight to the log. It is safe for concurrent use.
func Faulty(log ledger.Log, script FaultScript) *FaultyLog {
	return &FaultyLog{Log: log, script: script}
}

// A FaultyLog is what Faulty makes.
type FaultyLog struct {
	ledger.Log
	script FaultScript

	mu                    sync.Mutex
	appends, reads, sizes int
}

// Calls are the appends and reads so far, the failed ones too.
func (f *FaultyLog) Calls() (appends, reads int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.appends, f.reads
}

func (f *FaultyLog) next(calls *int, failures map[int]Failure) Failure {
	f.mu.Lock()
	defer f.mu.Unlock()
	*calls++
	return failures[*calls]
}

// Append is ledger.Log's, with the script's failures.
func (f *FaultyLog) Append(ctx context.Context, at ledger.Position, entries ...ledger.Entry) error {
	fail := f.next(&f.appends, f.script.Appends)
	fail.wait(ctx)
	switch {
	case fail.Refuse:
		return ledger.NotWritten(fail.err())
	case fail.Drop:
		return fail.err()
	}
	err := f.Log.Append(ctx, at, entries...)
	if err == nil && fail.Lose {
		return fail.err()
	}
	return err
}

// Entries is ledger.Log's, with the script's failures.
func (f *FaultyLog) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	fail := f.next(&f.reads, f.script.Reads)
	fail.wait(ctx)
	seq := f.Log.Entries(ctx, from)
	if !fail.Cut {
		return seq
	}
	return func(yield func(ledger.Entry, error) bool) {
		left := fail.After
		for e, err := range seq {
			if left == 0 {
				break
			}
			left--
			if !yield(e, err) || err != nil {
				return
			}
		}
		yield(ledger.Entry{}, fail.err())
	}
}

// Size is ledger.Log's, with the script's failures.
func (f *FaultyLog) Size(ctx context.Context) (ledger.Position, error) {
	fail := f.next(&f.sizes, f.script.Sizes)
	fail.wait(ctx)
	if fail.Cut {
		return 0, fail.err()
	}
	return f.Log.Size(ctx)
}

// Grown is ledger.Follower's if the wrapped log has it, and waits for ctx if
// not.
func (f *FaultyLog) Grown(ctx context.Context, size ledger.Position) error {
	if follower, ok := f.Log.(ledger.Follower); ok {
		return follower.Grown(ctx, size)
	}
	<-ctx.Done()
	return ctx.Err()
}

func (f Failure) wait(ctx context.Context) {
	if f.Delay == 0 {
		return
	}
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
