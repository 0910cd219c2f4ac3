package recorder

import (
	"context"

	"htxledger/domain/ledger"
)

// Waiting is how many units are in the queue.
func (r *Recorder) Waiting() int { return len(r.queue) }

// HoldCounting keeps statements from being counted again until the function
// that it gives is called.
func (r *Recorder) HoldCounting() func() {
	r.counting <- struct{}{}
	return func() { <-r.counting }
}

// SubmitUncounted hands commands to the committer as if nobody had to count a
// statement again.
func (r *Recorder) SubmitUncounted(ctx context.Context, door Door, drafts ...*ledger.Draft) error {
	u := newUnit(ctx, false, drafts, door)
	if err := r.enqueue(u); err != nil {
		return err
	}
	<-u.done
	return u.err
}
