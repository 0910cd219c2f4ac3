package feed

import (
	"context"
	"fmt"

	"htxledger/domain/ledger"
)

// Await returns when the projections have taken size records: whoever has just
// recorded then reads what they wrote. It ends early with Err if the follower
// stops below that size, or with the error of ctx. Somebody must be running
// Run, or call CatchUp.
func (f *Follower) Await(ctx context.Context, size ledger.Position) error {
	for {
		f.mu.Lock()
		have, moved, err := f.size, f.moved, f.err
		f.mu.Unlock()
		switch {
		case have >= size:
			return nil
		case err != nil:
			return err
		}
		f.poke()
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("await size %d, at %d: %w", size, have, ctx.Err())
		}
	}
}
