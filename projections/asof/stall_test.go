package asof

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// stalled is how long a test waits for what nothing may hold up.
const stalled = time.Minute

// TestOneColdViewHoldsUpNobody stops the gathering of a register half-way. A
// figure of the index, a frame, another register, and the next record are
// given meanwhile; whoever asks for the same register waits for that one.
func TestOneColdViewHoldsUpNobody(t *testing.T) {
	p, book := New(), register.NewBook()
	add := func(command string) {
		d, err := ledger.ParseDraft([]byte(command))
		require.NoError(t, err)
		v, err := book.Decide(d, book.Index().Last()+1)
		require.NoError(t, err, command)
		require.NoError(t, book.Add(v.Record))
		require.NoError(t, p.Apply(v.Record))
	}
	add(`{"key":"o","stream":"ledger/main","kind":"ledger.opened/1","valid":"2022-01-01","data":{"origin":"test.example/so","place":"p","title":"Sổ thử"}}`)
	add(`{"key":"p","stream":"place/p","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"p","level":"province","name":"P"}}`)
	found := func(i int) {
		add(fmt.Sprintf(`{"key":"c%d","stream":"coop/c%d","kind":"coop.established/1","valid":"2022-01-01","data":{"agricultural":true,"form":"htx","name":"HTX","place":"p","sector":"x"}}`, i, i))
	}
	const coops = 3 * snapshotBatch
	for i := range coops {
		found(i)
	}
	require.NoError(t, p.Warm(context.Background()))

	n, day := p.Size(), calendar.DayOf(2023, 12, 31)
	reached, goOn := make(chan struct{}), make(chan struct{})
	p.views.pause = func() {
		select {
		case reached <- struct{}{}:
			<-goOn
		case <-goOn:
		}
	}
	views := make(chan *register.Register, 2)
	go func() { views <- p.At(n, day) }()
	<-reached

	within(t, "a figure of the index", func() {
		d, err := indicator.Find("coops.registered")
		require.NoError(t, err)
		period, err := calendar.PeriodEnding("", day)
		require.NoError(t, err)
		q := indicator.Question{}
		q.Valid, q.Period, q.Scheme = day, period, "tt09-2017"
		f, err := p.Figures(n, q, d)
		require.NoError(t, err)
		require.Equal(t, int64(coops), f[0].Num)
	})
	within(t, "the next record", func() { found(coops) })
	within(t, "a frame", func() { require.NotNil(t, p.Frame(n+1, day).Atlas) })
	within(t, "one subject", func() { require.NotNil(t, p.Subject(register.SubjectID{Key: "c1"}, n)) })
	go func() { views <- p.At(n, day) }()
	close(goOn)
	first, second := <-views, <-views
	require.Same(t, first, second, "one build, however many ask for it")
	require.Len(t, first.Subjects, coops, "what came meanwhile is beyond its size")
	require.Len(t, p.At(n+1, day).Subjects, coops+1)
}

func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(stalled):
		t.Fatalf("%s waits for the register", what)
	}
}
