package answers_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

var demoOnce = sync.OnceValues(loadDemo)

// demoService answers from the demo ledger, which is mostly synthetic, with a
// clock after its last record.
func demoService(t *testing.T) answerstest.Asker {
	p, err := demoOnce()
	require.NoError(t, err)
	return answerstest.New(p, func() calendar.Instant { return p.Last() + 1 })
}

func loadDemo() (*asof.Projection, error) {
	ctx, log := context.Background(), ledgertest.NewMemory()
	var now calendar.Instant
	rec, err := recorder.Open(ctx, log, func() calendar.Instant { return now })
	if err != nil {
		return nil, err
	}
	defer rec.Close()
	open := `{"key":"open","stream":"ledger/test","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"test.example/ledger","place":"dak-nong","title":"Thử nghiệm"}}`
	commands := []demo.Timed{{Recorded: "2022-12-01T00:00:00.000000Z", Command: []byte(open)}}
	for _, c := range append(commands, demo.Commands(demo.Seed)...) {
		if now, err = calendar.ParseInstant(c.Recorded); err != nil {
			return nil, err
		}
		d, err := ledger.ParseDraft(c.Command)
		if err != nil {
			return nil, err
		}
		if _, err := rec.Record(ctx, d); err != nil {
			return nil, err
		}
	}
	p := asof.New()
	for r, err := range ledger.Read(ctx, log, 0) {
		if err == nil {
			err = p.Apply(r)
		}
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}
