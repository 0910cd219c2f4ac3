package answers_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
	"htxledger/domain/register/registertest"
	"htxledger/domain/statement"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

// A desk is a synthetic ledger with its projection, its tree and the desk of
// its statements.
type desk struct {
	t     *testing.T
	world *registertest.World
	asof  *asof.Projection
	view  *audit.View
	now   calendar.Instant
	answerstest.Statements
}

var (
	alliance = &ledger.Actor{ID: "lmhtx", Role: "alliance"}
	officer  = &ledger.Actor{ID: "can-bo-dak-mil", Role: "officer", Place: "dak-mil"}
)

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, world: registertest.New(t), asof: asof.New(), view: &audit.View{}}
	d.clock("2023-12-01")
	service := answerstest.New(d.asof, func() calendar.Instant { return d.now })
	d.Statements = service.Statements(d.view)
	return d
}

func (d *desk) clock(day string) { d.now = calendar.EndOf(registertest.Day(d.t, day)) - 3_600_000_000 }

// tell records a story by an actor, and lets the projection follow.
func (d *desk) tell(story string, by *ledger.Actor) *desk {
	d.t.Helper()
	for _, line := range splitLines(story) {
		if line[0] == '@' {
			d.world.Tell(line)
			continue
		}
		line, forced := strings.CutPrefix(line, "force ")
		draft := d.world.Draft(line)
		draft.Actor = by
		if forced {
			d.world.Force(draft)
			continue
		}
		_, err := d.world.Send(draft)
		require.NoError(d.t, err, line)
	}
	return d.follow()
}

func (d *desk) follow() *desk {
	d.t.Helper()
	for _, r := range d.world.Records()[d.asof.Size():] {
		require.NoError(d.t, d.asof.Apply(r))
	}
	require.NoError(d.t, d.view.Follow(context.Background(), d.world.Log))
	return d
}

func splitLines(story string) (lines []string) {
	for line := range strings.Lines(story) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// issue records a draft after a change, as a liar may.
func (d *desk) issue(draft *ledger.Draft) {
	d.t.Helper()
	d.world.Clock("2023-12-01")
	_, err := d.world.Send(draft)
	require.NoError(d.t, err)
	d.follow()
}

const november = `
@ 2023-11-20
coop/a coop.established/1 2020-03-01 {"place":"dak-mil"}
coop/b coop.established/1 2023-05-01 {"place":"dak-mil"}
#m coop/a coop.members-counted/1 2023-10-31 {"official":21}
coop/b coop.members-counted/1 2023-10-31 {"official":12}
`

var asked = answers.Query{Codes: []string{"coops.registered", "members.total", "linked.share"}, AsOf: "30/11/2023"}

func draft(t *testing.T, d *desk) *ledger.Draft {
	t.Helper()
	c, err := d.Draft(asked, answers.Issue{Title: "Số liệu tháng 11 (thử)", Key: "t11", Actor: alliance})
	require.NoError(t, err)
	return c
}

func TestDraftsBindWhatARecountNeeds(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	c := draft(t, d)
	require.Equal(t, ledger.StreamOf("statement", "t11"), c.Stream)
	require.Equal(t, alliance, c.Actor)
	e := new(statement.Issued)
	require.NoError(t, json.Unmarshal(c.Data, e))
	root, err := d.view.Root(d.asof.Size())
	require.NoError(t, err)
	require.Equal(t, []any{int64(d.asof.Size()), "dak-nong", "year", "tt09-2017", root.String(), "2023-11-30"},
		[]any{e.Size, e.Place, e.Period, e.Scheme, e.Root, e.Map.String()})
	require.Equal(t, map[string]int64{"coops.registered": 1, "members.total": 1, "linked.share": 1}, e.Definitions)
	require.Equal(t, "33", e.Figures[1].Value)
	require.EqualValues(t, 2, *e.Figures[1].Reported)
	require.Equal(t, "0", e.Figures[2].Value)
	require.EqualValues(t, 2, *e.Figures[2].Denominator)

	q := asked
	q.Period = "1/7/2023"
	c, err = d.Draft(q, answers.Issue{Title: "x", Actor: alliance})
	require.NoError(t, err)
	require.Contains(t, string(c.Data), `"period":"2023-07-01"`)
	require.Equal(t, "dak-nong-2023-11-30-13", c.Stream.Key)
}

func TestWhatCannotBeIssued(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	for _, c := range []struct {
		name  string
		query func(*answers.Query)
		by    *ledger.Actor
		want  string
	}{
		{"by nobody", func(*answers.Query) {}, nil, "statement-issuer"},
		{"by an officer", func(*answers.Query) {}, officer, "statement-issuer"},
		{"a day to come", func(q *answers.Query) { q.AsOf = "31/12/2023" }, alliance, "statement-future"},
		{"beyond the head", func(q *answers.Query) { q.Known = "@999" }, alliance, "beyond-head"},
		{"nothing", func(q *answers.Query) { q.Known = "@0" }, alliance, "nothing-recorded"},
		{"an unknown code", func(q *answers.Query) { q.Codes = []string{"x"} }, alliance, "indicator-unknown"},
		{"an unknown place", func(q *answers.Query) { q.Place = "x" }, alliance, "place-not-on-map"},
	} {
		q := asked
		c.query(&q)
		_, err := d.Draft(q, answers.Issue{Title: "x", Actor: c.by})
		f, ok := fault.Of(err)
		require.True(t, ok, "%s: %v", c.name, err)
		require.Equal(t, c.want, f.Code, c.name)
	}
	_, err := d.Draft(asked, answers.Issue{Actor: alliance})
	require.ErrorIs(t, err, ledger.ErrRequired, "no title")

	// Who recorded what the figures rest on is told so where the statement is
	// recorded; figures that rest on none of it they may issue.
	send := func(q answers.Query, by *ledger.Actor) error {
		c, err := d.Draft(q, answers.Issue{Title: "x", Actor: by})
		require.NoError(t, err)
		_, err = d.world.Send(c)
		return err
	}
	recorded := &ledger.Actor{ID: officer.ID, Role: "admin"}
	require.ErrorIs(t, send(asked, recorded), audit.ErrIssuerMoved)
	q := asked
	q.Codes = []string{"trade.fairs"}
	require.NoError(t, send(q, recorded))

	d.tell(`restate #m {"official":22}`, alliance)
	require.ErrorIs(t, send(asked, alliance), audit.ErrIssuerMoved, "to correct is to record")
}

func verdicts(c *answers.StatementCheck) map[string]answers.LineVerdict {
	all := map[string]answers.LineVerdict{}
	for _, l := range c.Lines {
		all[l.Stated.Indicator] = l.Verdict
	}
	return all
}

func TestStatementsMove(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	d.issue(draft(t, d))
	c, err := d.Verify(context.Background(), "t11")
	require.NoError(t, err)
	require.Equal(t, answers.Matches, c.Verdict)
	require.Equal(t, "khớp", c.Verdict.Vi())
	moved, err := d.FindMoved(context.Background())
	require.NoError(t, err)
	require.Empty(t, moved)

	d.tell(`
@ 2023-12-05
coop/c coop.established/1 2023-11-26 {"place":"cu-jut"}
#late restate #m {"official":12}
coop/a coop.members-counted/1 2023-12-02 {"official":99}`, officer)
	c, err = d.Verify(context.Background(), "t11")
	require.NoError(t, err)
	require.Equal(t, answers.NowDifferent, c.Verdict)
	require.Equal(t, map[string]answers.LineVerdict{
		"coops.registered": answers.NowDifferent, "members.total": answers.NowDifferent, "linked.share": answers.NowDifferent,
	}, verdicts(c))
	members := c.Lines[1]
	require.Equal(t, []string{"33 [2 of 2]", "24 [2 of 3]"}, []string{registertest.Print(members.Then), registertest.Print(members.Now)})
	require.Len(t, members.Changes, 2, "a count of December is no cause")
	require.Equal(t, ledger.Kind("coop.established/1"), members.Changes[0].Record.Kind)
	require.Equal(t, ledger.IDOf("late"), members.Changes[1].Record.ID)
	require.Equal(t, []string{"33 [2 of 3]", "24 [2 of 3]"}, []string{registertest.Print(members.Changes[1].Before), registertest.Print(members.Changes[1].After)})
	moved, err = d.FindMoved(context.Background())
	require.NoError(t, err)
	require.Equal(t, []*answers.StatementCheck{c}, moved)

	// What moves back stands again; what is withdrawn rings no bell.
	d.tell(`
@ 2023-12-06
retract #late
coop/c coop.dissolved/1 2023-11-28 {}`, officer)
	c, err = d.Verify(context.Background(), "t11")
	require.NoError(t, err)
	require.Equal(t, map[string]answers.LineVerdict{
		"coops.registered": answers.Matches, "members.total": answers.Matches, "linked.share": answers.Matches,
	}, verdicts(c))
	d.tell(`coop/d coop.established/1 2023-11-26 {"place":"cu-jut"}`, officer)
	d.tell(`statement/t11 statement.withdrawn/1 2023-12-07 {"reason":"thử"}`, alliance)
	moved, err = d.FindMoved(context.Background())
	require.NoError(t, err)
	require.Empty(t, moved)
	c, err = d.Verify(context.Background(), "t11")
	require.NoError(t, err)
	require.NotNil(t, c.Withdrawal)
	require.Equal(t, answers.NowDifferent, c.Verdict)
}

// change is a draft whose statement was changed by hand.
func change(t *testing.T, d *desk, with func(*statement.Issued)) *ledger.Draft {
	t.Helper()
	c := draft(t, d)
	e := new(statement.Issued)
	require.NoError(t, json.Unmarshal(c.Data, e))
	with(e)
	e.Duties = 0 // version 1, which older programs recorded without a recount
	b, err := json.Marshal(e)
	require.NoError(t, err)
	parsed, err := ledger.ParseDraft([]byte(`{"key":"k","stream":"statement/t11","kind":"statement.issued/1","valid":"2023-12-01","actor":{"id":"lmhtx","role":"alliance"},"data":` + string(b) + `}`))
	require.NoError(t, err)
	return parsed
}

func TestLiesAndDoubtsAreNoMatch(t *testing.T) {
	for _, c := range []struct {
		name  string
		with  func(*statement.Issued)
		want  answers.LineVerdict
		fault error
	}{
		{"another number", func(e *statement.Issued) { e.Figures[1].Value, *e.Figures[1].Numerator = "34", 34 }, answers.Differs, audit.ErrFigure},
		{"another coverage", func(e *statement.Issued) { *e.Figures[1].Expected = 1 }, answers.Differs, audit.ErrFigure},
		{"another version", func(e *statement.Issued) { e.Definitions["members.total"] = 2 }, answers.Undetermined, audit.ErrDefinition},
		{"another scheme", func(e *statement.Issued) { e.Scheme = "tt99-2099" }, answers.Undetermined, nil},
		{"another root", func(e *statement.Issued) { e.Root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, answers.Undetermined, answers.ErrOtherRoot},
		{"another map", func(e *statement.Issued) { e.Map = registertest.Day(t, "2024-06-30"); e.Place = "cu-jut" }, answers.Differs, audit.ErrFigure},
	} {
		d := newDesk(t).tell(november, officer)
		d.issue(change(t, d, c.with))
		check, err := d.Verify(context.Background(), "t11")
		require.NoError(t, err)
		require.Equal(t, c.want, check.Verdict, c.name)
		require.Equal(t, c.want, check.Lines[1].Verdict, c.name)
		require.Error(t, check.Lines[1].Why, c.name)
		if c.fault != nil {
			require.ErrorIs(t, check.Lines[1].Why, c.fault, c.name)
		}
		moved, err := d.FindMoved(context.Background())
		require.NoError(t, err)
		require.Len(t, moved, 1, c.name)
	}
}

// A statement whose place is later found never to have been is undecided now.
func TestAVanishedPlaceIsUndetermined(t *testing.T) {
	d := newDesk(t).tell(november, officer).tell(`
@ 2023-11-21
#new place/dak-song place.declared/1 2004-01-01 {"code":"dak-song","level":"district","name":"Huyện Đắk Song","parent":"dak-nong"}`, officer)
	q := asked
	q.Place, q.Codes = "dak-song", []string{"coops.registered"}
	c, err := d.Draft(q, answers.Issue{Title: "x", Key: "t11", Actor: alliance})
	require.NoError(t, err)
	d.issue(c)
	d.tell("@ 2023-12-02\nretract #new", officer)
	check, err := d.Verify(context.Background(), "t11")
	require.NoError(t, err)
	require.Equal(t, answers.Undetermined, check.Verdict)
	require.ErrorIs(t, check.Lines[0].Why, audit.ErrUndecided)
	require.NotNil(t, check.Lines[0].Then)
}

func TestListAndUnknown(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	require.Empty(t, d.List())
	_, err := d.Verify(context.Background(), "t11")
	require.ErrorIs(t, err, answers.ErrNoStatement)
	c := draft(t, d)
	d.issue(c)
	require.Len(t, d.List(), 1)
	require.True(t, d.List()[0].Stands())
}

// A statement that an older program let somebody take back is still shown, with
// the record that did it; it rings no bell.
func TestAStatementTakenBackIsShown(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	d.issue(change(t, d, func(*statement.Issued) {}))
	d.tell("@ 2023-12-02\nforce #r retract #k", alliance)
	d.tell("coop/c coop.established/1 2023-11-26 {\"place\":\"cu-jut\"}", officer)
	list := d.List()
	require.Len(t, list, 1)
	c, err := d.Verify(context.Background(), "t11")
	require.NoError(t, err)
	require.Equal(t, list[0].Retraction, c.Retraction)
	require.Equal(t, ledger.IDOf("r"), c.Retraction.ID)
	require.False(t, c.Stands())
	require.Equal(t, "33", c.Lines[1].Stated.Value)
	require.Equal(t, answers.NowDifferent, c.Verdict)
	moved, err := d.FindMoved(context.Background())
	require.NoError(t, err)
	require.Empty(t, moved)

	d.tell("force #back retract #r", alliance)
	c, err = d.Verify(context.Background(), "t11")
	require.NoError(t, err)
	require.Nil(t, c.Retraction)
	require.True(t, c.Stands())
}

// A statement that somebody issued of figures that they moved is told as such,
// by the rule that it was issued under.
func TestDutiesAreToldAgain(t *testing.T) {
	insider := &ledger.Actor{ID: "lmhtx", Role: "alliance"}
	for rule, want := range map[int64]error{1: nil, 2: audit.ErrIssuerMoved, 3: audit.ErrDutiesNewer} {
		d := newDesk(t).tell(november, officer)
		d.tell("coop/b coop.inactive/1 2023-11-15 {}", insider)
		q := asked
		q.Codes = []string{"coops.registered", "coops.operating"}
		c, err := d.Draft(q, answers.Issue{Title: "x", Key: "t11", Actor: insider})
		require.NoError(t, err)
		e := new(statement.Issued)
		require.NoError(t, json.Unmarshal(c.Data, e))
		if e.Duties = rule; rule == 1 {
			e.Duties = 0
		}
		c.Kind = e.EventKind()
		c.Data, err = canonical.Marshal(e)
		require.NoError(t, err)
		d.world.Force(c)
		d.follow()
		for range 2 { // counted, and as it was kept
			check, err := d.Verify(context.Background(), "t11")
			require.NoError(t, err)
			require.Equal(t, answers.Matches, check.Verdict)
			require.ErrorIs(t, check.Duties, want, "rule %d", rule)
		}
	}
}

// Every figure of the catalogue can be stated, and is verified by the slow
// road from evidence.
func TestTheWholeCatalogueIsStatedAndVerified(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	q := asked
	q.Codes = nil
	c, err := d.Draft(q, answers.Issue{Title: "x", Key: "t11", Actor: alliance})
	require.NoError(t, err)
	d.issue(c)
	check, err := d.Verify(context.Background(), "t11")
	require.NoError(t, err)
	require.Len(t, check.Lines, len(indicator.All()))
	require.Equal(t, answers.Matches, check.Verdict)

	dir, err := keydir.Open(t.TempDir(), true)
	require.NoError(t, err)
	defer dir.Close()
	key, err := audit.CreateKey(dir, rand.Reader, d.view.Origin())
	require.NoError(t, err)
	signed, err := audit.NewJournal(dir).SignHead(d.view)
	require.NoError(t, err)
	e, err := audit.Gather(context.Background(), d.world.Log, "t11", []audit.Signed{signed})
	require.NoError(t, err)
	var file bytes.Buffer
	require.NoError(t, e.Write(context.Background(), &file))
	report, err := audit.VerifyFile(&file, audit.Options{Keys: []string{key.Verifier()}})
	require.NoError(t, err)
	require.True(t, report.OK, report.English)
}

func TestARecordTellsItsStatements(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	d.issue(draft(t, d))
	d.tell(`
@ 2023-12-05
coop/c coop.established/1 2023-11-26 {"place":"cu-jut"}
coop/a coop.renamed/1 2023-12-02 {"name":"HTX A mới"}`, officer)
	at := func(id ledger.ID) []answers.StatementTouch {
		touches, err := d.TouchedBy(context.Background(), d.asof.Find(id).Position)
		require.NoError(t, err)
		return touches
	}
	require.Equal(t, []answers.StatementTouch{{Key: "t11", Stands: []string{"members.total"}}}, at(ledger.IDOf("m")))
	records := d.world.Records()
	founded, renamed := records[len(records)-2], records[len(records)-1]
	require.Equal(t, []answers.StatementTouch{{Key: "t11", Moves: []string{"coops.registered", "members.total", "linked.share"}}}, at(founded.ID))
	require.Empty(t, at(renamed.ID))
	_, err := d.TouchedBy(context.Background(), d.asof.Size())
	require.ErrorIs(t, err, ledger.ErrBeyondHead)
}

// Whoever repeats the command of a statement gets the one that was recorded,
// also on another day and with more records; other words stay other words.
func TestDraftingAgainIsTheSameCommand(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	first := draft(t, d)
	d.issue(first)
	d.tell("@ 2023-12-05\ncoop/c coop.established/1 2023-11-26 {\"place\":\"cu-jut\"}", officer)
	d.clock("2023-12-20")
	require.Equal(t, first, draft(t, d))
	q := asked
	q.Known = "@15"
	other, err := d.Draft(q, answers.Issue{Title: "Số liệu tháng 11 (thử)", Key: "t11", Actor: alliance})
	require.NoError(t, err)
	require.NotEqual(t, first.Data, other.Data)
}

// Taking a correction back is a correction; taking a fact back is not.
func TestARetractionIsToldByWhatItIsAbout(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	size := d.asof.Size()
	causes := func() (list []answers.Cause) {
		service := answerstest.New(d.asof, func() calendar.Instant { return d.now })
		q := answers.Query{Codes: []string{"members.total"}, AsOf: "30/11/2023", Known: ledger.KnownSize(size).String()}
		to := q
		to.Known = ""
		diff, err := service.Diff(context.Background(), q, to)
		require.NoError(t, err)
		for _, s := range diff.Differences[0].Steps {
			list = append(list, s.Cause)
		}
		return list
	}
	d.tell("@ 2023-12-05\n#fix restate #m {\"official\":9}", officer)
	require.Equal(t, []answers.Cause{answers.Corrected}, causes())
	size = d.asof.Size()
	d.tell("@ 2023-12-06\nretract #fix", officer)
	require.Equal(t, []answers.Cause{answers.Corrected}, causes())
	size = d.asof.Size()
	d.tell("@ 2023-12-07\nretract #m", officer)
	require.Equal(t, []answers.Cause{answers.Retracted}, causes())
}

func TestWhyNotOfOneFoundedLater(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	service := answerstest.New(d.asof, func() calendar.Instant { return d.now })
	e, err := service.Explain(context.Background(), answers.Query{AsOf: "2023-01-31"}, "coops.registered", "b")
	require.NoError(t, err)
	require.False(t, e.WhyNot.Counted)
	require.Equal(t, indicator.NotEstablished, e.WhyNot.Entries[0].Why)
	require.Equal(t, "2023-05-01", e.WhyNot.Entries[0].By[0].Valid.String())
	_, err = service.Explain(context.Background(), answers.Query{}, "coops.registered", "nobody")
	require.ErrorIs(t, err, answers.ErrNoCoop)
}

func TestVintagesByStatement(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	size := d.asof.Size()
	d.issue(draft(t, d))
	d.tell("@ 2023-12-05\ncoop/c coop.established/1 2023-11-26 {\"place\":\"cu-jut\"}", officer)
	service := answerstest.New(d.asof, func() calendar.Instant { return d.now })
	v, err := service.VintagesBy(context.Background(), answers.Query{AsOf: "2023-11-30"}, "coops.registered", answers.ByStatement)
	require.NoError(t, err)
	require.Len(t, v.Vintages, 2)
	require.Equal(t, size, v.Vintages[0].Size)
	require.Equal(t, []int64{2, 3}, []int64{v.Vintages[0].Figure.Num, v.Vintages[1].Figure.Num})
}

// slowRoots is a store that does not answer until it is let.
type slowRoots struct {
	answers.Roots
	asked, let chan struct{}
}

func (r slowRoots) Root(n ledger.Position) (merkle.Hash, error) {
	r.asked <- struct{}{}
	<-r.let
	return r.Roots.Root(n)
}

// Who only lists statements does not wait for who counts one again.
func TestListingDoesNotWaitForCounting(t *testing.T) {
	d := newDesk(t).tell(november, officer)
	d.issue(draft(t, d))
	service := answerstest.New(d.asof, func() calendar.Instant { return d.now })
	slow := slowRoots{d.view, make(chan struct{}), make(chan struct{})}
	desk := service.Statements(slow)
	done := make(chan error)
	key := d.List()[0].Key
	go func() {
		_, err := desk.Verify(context.Background(), key)
		done <- err
	}()
	<-slow.asked
	require.Len(t, desk.List(), len(d.List()))
	close(slow.let)
	require.NoError(t, <-done)
}
