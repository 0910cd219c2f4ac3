package recorder_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/canonical"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
	"htxledger/domain/statement"
)

var (
	issuer    = &ledger.Actor{ID: "lmhtx", Role: "alliance"}
	colleague = &ledger.Actor{ID: "dong-nghiep", Role: "alliance"}
	issuing   = recorder.Door{Writes: []ledger.Kind{statement.KindIssued2}}
)

// stated is a world with two co-operatives, and a true statement about them
// that is not recorded yet.
func stated(t *testing.T) (*registertest.World, *statement.Issued) {
	w := registertest.New(t).Tell("@ 2023-11-20\ncoop/a coop.established/1 2020-03-01 {}\ncoop/b coop.established/1 2020-03-01 {}")
	return w, state(t, w)
}

func state(t *testing.T, w *registertest.World) *statement.Issued {
	records := w.Records()
	day := registertest.Day(t, "2023-11-15")
	e := &statement.Issued{Title: "Thử", Size: int64(len(records)), Valid: day, Map: day, Place: "dak-nong", Period: "year", Scheme: "tt09-2017",
		Definitions: map[string]int64{}, Duties: statement.DutiesOfMoving}
	var leaves [][]byte
	for _, r := range records {
		leaves = append(leaves, r.Bytes)
	}
	e.Root = merkle.RootOf(leaves).String()
	q, err := audit.QuestionOf(e)
	require.NoError(t, err)
	for _, code := range []string{"coops.registered", "coops.operating"} {
		d, err := indicator.Find(code)
		require.NoError(t, err)
		f, err := indicator.Count(d, register.Fold(records, day), q)
		require.NoError(t, err)
		e.Figures = append(e.Figures, audit.State(f))
		e.Definitions[code] = int64(d.Version)
	}
	return e
}

func statementDraft(t *testing.T, key string, e *statement.Issued, by *ledger.Actor) *ledger.Draft {
	b, err := canonical.Marshal(e)
	require.NoError(t, err)
	line, err := json.Marshal(map[string]any{"key": "statement/" + key, "stream": "statement/" + key, "kind": e.EventKind(), "valid": "2023-11-20", "data": json.RawMessage(b)})
	require.NoError(t, err)
	d, err := ledger.ParseDraft(line)
	require.NoError(t, err)
	d.Actor = by
	return d
}

// lies are statements that nobody may record, each with why.
func lies(t *testing.T, w *registertest.World) map[string]struct {
	draft *ledger.Draft
	want  error
} {
	lie := func(change func(*statement.Issued)) *ledger.Draft {
		e := state(t, w)
		change(e)
		return statementDraft(t, "doi", e, issuer)
	}
	return map[string]struct {
		draft *ledger.Draft
		want  error
	}{
		"999":             {lie(func(e *statement.Issued) { *e.Figures[0].Numerator, e.Figures[0].Value = 999, "999" }), audit.ErrFigure},
		"A root of As":    {lie(func(e *statement.Issued) { e.Root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }), audit.ErrStatementRoot},
		"beyond the head": {lie(func(e *statement.Issued) { e.Size += 3 }), statement.ErrSize},
		"a rule to come":  {lie(func(e *statement.Issued) { e.Duties = 3 }), recorder.ErrDutiesOld},
		"an officer":      {statementDraft(t, "doi", state(t, w), &ledger.Actor{ID: "x", Role: "officer"}), statement.ErrIssuer},
		"nobody":          {statementDraft(t, "doi", state(t, w), nil), statement.ErrIssuer},
	}
}

// What a statement states is counted again before it is recorded, and no way in
// but that of issuing takes one, true or false.
func TestAStatementIsCountedAgainBeforeItIsRecorded(t *testing.T) {
	w, e := stated(t)
	size := len(w.Records())
	honest := statementDraft(t, "that", e, issuer)
	old := *e
	old.Duties = 0
	for name, c := range lies(t, w) {
		_, err := w.Recorder.Through(issuing).Record(background, c.draft)
		require.ErrorIs(t, err, c.want, name)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err), name)
		_, err = w.Recorder.Through(issuing).Try(background, c.draft)
		require.ErrorIs(t, err, c.want, name)
		res, err := w.Recorder.Through(issuing).Import(background, []*ledger.Draft{c.draft}, nil)
		require.ErrorIs(t, err, c.want, name)
		require.Equal(t, recorder.ImportNotRecorded, res.Outcome)
		results, err := w.Recorder.Through(issuing).Record(background, w.Draft("coop/c coop.established/1 2020-03-01 {}"), c.draft)
		require.ErrorIs(t, err, recorder.ErrRefused, name)
		require.ErrorIs(t, results[1].Err, c.want, name)
		require.ErrorIs(t, w.Recorder.SubmitUncounted(background, issuing, c.draft), recorder.ErrNotRecounted)
	}
	for _, d := range []*ledger.Draft{honest, statementDraft(t, "cu", &old, issuer)} {
		_, err := w.Recorder.Record(background, d)
		require.ErrorIs(t, err, register.ErrReserved)
		_, err = w.Recorder.Import(background, []*ledger.Draft{d}, nil)
		require.ErrorIs(t, err, register.ErrReserved)
		results, err := w.Recorder.Record(background, w.Draft("coop/c coop.established/1 2020-03-01 {}"), d)
		require.ErrorIs(t, err, recorder.ErrRefused)
		require.ErrorIs(t, results[1].Err, register.ErrReserved)
	}
	_, err := w.Recorder.Through(issuing).Record(background, statementDraft(t, "cu", &old, issuer))
	require.ErrorIs(t, err, register.ErrReserved, "version 1 is issued no more")
	require.Len(t, w.Records(), size)

	_, err = w.Recorder.Through(issuing).Record(background, honest)
	require.NoError(t, err)
	require.Len(t, w.Records(), size+1)
	results, err := w.Recorder.Record(background, honest)
	require.NoError(t, err)
	require.True(t, results[0].Repeated, "what is recorded is found, by any way")
}

// Figures that somebody moved are refused them, whatever way they moved them.
func TestNobodyIssuesWhatTheyMoved(t *testing.T) {
	for name, tells := range map[string][]string{
		"added":            {"coop/c coop.established/1 2020-03-01 {}"},
		"marked":           {"coop/a coop.inactive/1 2023-11-01 {}", "coop/b coop.inactive/1 2023-11-01 {}"},
		"took an end back": {"retract #end"},
	} {
		w, _ := stated(t)
		w.Tell("coop/d coop.established/1 2020-03-01 {}\n#end coop/d coop.dissolved/1 2023-06-01 {}")
		for _, line := range tells {
			d := w.Draft(line)
			d.Actor = colleague
			_, err := w.Send(d)
			require.NoError(t, err)
		}
		size := len(w.Records())
		e := state(t, w)
		_, err := w.Recorder.Through(issuing).Record(background, statementDraft(t, "s", e, colleague))
		require.ErrorIs(t, err, audit.ErrIssuerMoved, name)
		require.Len(t, w.Records(), size)
		_, err = w.Recorder.Through(issuing).Record(background, statementDraft(t, "s", e, issuer))
		require.NoError(t, err, name)
	}
}

// While one statement is counted again everybody else records; the sender who
// leaves records nothing.
func TestCountingAgainHoldsUpNobody(t *testing.T) {
	w, e := stated(t)
	let := w.Recorder.HoldCounting()
	ctx, leave := context.WithCancel(background)
	done := make(chan error, 1)
	go func() {
		_, err := w.Recorder.Through(issuing).Record(ctx, statementDraft(t, "that", e, issuer))
		done <- err
	}()
	for range 3 {
		_, err := w.Send(w.Draft("coop/a coop.members-counted/1 2023-11-01 {\"official\":9}"))
		require.NoError(t, err)
	}
	select {
	case err := <-done:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	size := len(w.Records())
	leave()
	err := <-done
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.Len(t, w.Records(), size)

	let()
	_, err = w.Recorder.Through(issuing).Record(background, statementDraft(t, "that", e, issuer))
	require.NoError(t, err, "more records do not make it another")
	w.Recorder.Close()
	_, err = w.Recorder.Through(issuing).Record(background, statementDraft(t, "khac", e, issuer))
	require.ErrorIs(t, err, recorder.ErrClosed)
}

// Nothing that is said of a statement is ever corrected, by whoever said it.
func TestAStatementIsOnlyWithdrawn(t *testing.T) {
	w, e := stated(t)
	_, err := w.Send(statementDraft(t, "that", e, issuer))
	require.NoError(t, err)
	send := func(line string, by *ledger.Actor) error {
		d := w.Draft(line)
		d.Actor = by
		_, err := w.Send(d)
		return err
	}
	for _, by := range []*ledger.Actor{issuer, colleague, {ID: "quan-tri", Role: "admin"}} {
		require.ErrorIs(t, send("retract #statement/that", by), ledger.ErrUncorrectable)
		require.ErrorIs(t, send(`restate #statement/that {"title":"khác"}`, by), ledger.ErrUncorrectable)
	}
	const withdraw = `#w statement/that statement.withdrawn/1 2023-11-21 {"reason":"in nhầm"}`
	require.ErrorIs(t, send(withdraw, colleague), statement.ErrNotIssuer)
	require.NoError(t, send(withdraw, issuer))
	for _, by := range []*ledger.Actor{issuer, colleague, {ID: "quan-tri", Role: "admin"}} {
		require.ErrorIs(t, send("retract #w", by), statement.ErrRestated)
		require.ErrorIs(t, send(`restate #w {"reason":"khác"}`, by), statement.ErrRestated)
	}
	again := statementDraft(t, "that", e, issuer)
	again.Key = "khac"
	_, err = w.Recorder.Through(issuing).Record(background, again)
	require.ErrorIs(t, err, statement.ErrExists)
}

// A key under which an older program let a statement be taken back is not given
// to another one.
func TestATakenBackKeyStaysTaken(t *testing.T) {
	w, e := stated(t)
	_, err := w.Send(statementDraft(t, "that", e, issuer))
	require.NoError(t, err)
	w.Tell("force retract #statement/that")
	again := statementDraft(t, "that", e, issuer)
	again.Key = "khac"
	_, err = w.Recorder.Through(issuing).Record(background, again)
	require.ErrorIs(t, err, statement.ErrExists)
}

// Another program that wrote meanwhile is read before a statement is judged.
func TestAStatementAboutWhatAnotherProgramWrote(t *testing.T) {
	w, _ := stated(t)
	other, err := recorder.Open(background, w.Log, newClock().now)
	require.NoError(t, err)
	defer other.Close()
	w.Tell("coop/c coop.established/1 2020-03-01 {}")
	_, err = other.Through(issuing).Try(background, statementDraft(t, "that", state(t, w), issuer))
	require.NoError(t, err)
}
