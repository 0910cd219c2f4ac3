package audit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
	"htxledger/domain/statement"
)

func data(t testing.TB, e *statement.Issued) string {
	b, err := canonical.Marshal(e)
	require.NoError(t, err)
	return string(b)
}

// stateUnder is state for a rule of duties.
func (s *stage) stateUnder(rule int64, a ask) *statement.Issued {
	e := s.state(a)
	if rule > 1 {
		e.Duties = rule
	}
	return e
}

// tell is registertest's Tell in which an account records, but for the lines
// that begin with "- ", which somebody else does.
func (s *stage) tell(account, text string) {
	s.t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		by := &ledger.Actor{ID: account, Role: "alliance"}
		if others, ok := strings.CutPrefix(line, "- "); ok {
			line, by = others, &ledger.Actor{ID: "khac", Role: "alliance"}
		}
		if at, ok := strings.CutPrefix(line, "@ "); ok {
			s.world.Clock(at)
			continue
		}
		if line == "" {
			continue
		}
		d := s.world.Draft(line)
		d.Actor = by
		_, err := s.world.Send(d)
		require.NoError(s.t, err, line)
	}
}

// Each case is what an account records on top of the story, and which of its
// lines the bar must name, counted from 0; -1 where the account may issue.
func TestNobodyStandsForFiguresThatTheyMoved(t *testing.T) {
	const other = "- coop/x coop.established/1 2020-03-01 {}\n- coop/y coop.established/1 2020-03-01 {}\n- #gone coop/y coop.dissolved/1 2023-06-01 {}\n" +
		"- coop/x coop.members-counted/1 2023-10-01 {\"official\":5}\n"
	for _, c := range []struct {
		name, tells string
		codes       string
		names       int
		figure      string // that would be another
		rule1       bool   // whether rule 1 saw it
	}{
		{"marked inactive", other + "coop/x coop.inactive/1 2023-11-01 {}", "coops.registered coops.operating", 4, "coops.operating", false},
		{"marked inactive twice", other + "coop/x coop.inactive/1 2023-11-01 {}\ncoop/x coop.inactive/1 2023-11-02 {}", "coops.operating", 5, "coops.operating", false},
		{"retracted a dissolution", other + "retract #gone", "coops.registered", 4, "coops.registered", false},
		{"dissolved", other + "coop/x coop.dissolved/1 2023-11-01 {}", "members.total", 4, "members.total", false},
		{"founded", other + "coop/z coop.established/1 2023-11-01 {}", "coops.registered", 4, "coops.registered", true},
		{"founded what must report", other + "coop/z coop.established/1 2023-11-01 {}", "members.total", 4, "members.total", false},
		{"corrected a count", other + "- #n coop/a coop.members-counted/1 2023-11-02 {\"official\":30}\nrestate #n {\"official\":31}", "members.total", 5, "members.total", true},
		{"took a correction back", other + "- #n coop/a coop.members-counted/1 2023-11-02 {\"official\":30}\n- #fix restate #n {\"official\":31}\nretract #fix", "members.total", 6, "members.total", false},
		{"declared a place", other + "place/dak-song place.declared/1 2004-01-01 {\"code\":\"dak-song\",\"level\":\"district\",\"name\":\"Huyện\",\"parent\":\"dak-nong\"}\n- coop/z coop.established/1 2023-11-01 {\"place\":\"dak-song\"}", "coops.registered", 4, "coops.registered", false},
		{"moved a seat within", other + "coop/x coop.relocated/1 2023-11-01 {\"place\":\"cu-jut\"}", "coops.registered members.total", -1, "", false},
		{"renamed", other + "coop/x coop.renamed/1 2023-11-01 {\"name\":\"HTX mới\"}", "coops.registered members.total coops.movement", -1, "", false},
		{"counts after the day", other + "coop/x coop.members-counted/1 2023-12-15 {\"official\":50}", "members.total", -1, "", false},
		{"another figure", other + "coop/x coop.members-counted/1 2023-11-02 {\"official\":50}", "coops.registered", -1, "", false},
		{"nothing", other, "coops.registered members.total", -1, "", false},
		{"put right what it had moved itself", other + "#i coop/x coop.inactive/1 2023-11-01 {}\nretract #i", "coops.operating", -1, "", false},
		{"twice the same end", other + "coop/x coop.dissolved/1 2023-11-01 {}\n", "coops.ended", 4, "coops.ended", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.world.Tell(story)
			first := s.size()
			s.tell("ke-toan", c.tells)
			a := s.ask()
			a.codes = strings.Fields(c.codes)
			by := &ledger.Actor{ID: "ke-toan", Role: "alliance"}
			err := audit.CheckDuties(context.Background(), s.world.Records(), s.stateUnder(2, a), by)
			if c.names < 0 {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, audit.ErrIssuerMoved)
				f, _ := fault.Of(err)
				require.Contains(t, f.En(), fmt.Sprintf("ke-toan recorded, or asked for, position %d; ", int(first)+c.names))
				require.Contains(t, f.En(), c.figure+" would have another ")
				require.Contains(t, f.Vi(), "thì "+c.figure+" có ")
			}
			err = audit.CheckDuties(context.Background(), s.world.Records(), s.stateUnder(1, a), by)
			require.Equal(t, c.rule1, err != nil, "rule 1: %v", err)
			if c.rule1 {
				require.ErrorIs(t, err, audit.ErrIssuerRecorded)
			}
			require.NoError(t, audit.CheckDuties(context.Background(), s.world.Records(), s.stateUnder(2, a), alliance))
		})
	}
}

// A figure that cannot be counted any more without somebody's records is moved
// by them: here the place that it is about.
func TestAFigureThatBecomesUncountableIsMoved(t *testing.T) {
	s := newStage(t)
	s.world.Tell(story)
	s.tell("ke-toan", "place/dak-song place.declared/1 2004-01-01 {\"code\":\"dak-song\",\"level\":\"district\",\"name\":\"Huyện\",\"parent\":\"dak-nong\"}")
	a := s.ask()
	a.place, a.codes = "dak-song", []string{"coops.registered"}
	err := audit.CheckDuties(context.Background(), s.world.Records(), s.stateUnder(2, a), &ledger.Actor{ID: "ke-toan", Role: "admin"})
	require.ErrorIs(t, err, audit.ErrIssuerMoved)
	f, _ := fault.Of(err)
	require.Contains(t, f.En(), "not countable instead of 0")
	require.Contains(t, f.Vi(), "giá trị khác, là không tính được thay vì 0")
}

// Whoever opened the ledger made the figures that only its own place as a whole
// has, and none of those that name the province.
func TestTheOpeningRecordMovesWhatIsCountedOverall(t *testing.T) {
	s := newStage(t)
	s.world = registertest.Empty(t)
	s.tell("ke-toan", "@ 2022-01-03\nledger/main ledger.opened/1 2022-01-03 {\"origin\":\"test.example/so\",\"place\":\"dak-nong\",\"title\":\"Sổ thử\"}")
	s.world.Tell(registertest.Map + story)
	s.world.Tell(`support/3 support.fair-attended/1 2023-05-01 {"fair":"Hội chợ Xuân","coops":["a"]}`)
	by := &ledger.Actor{ID: "ke-toan", Role: "admin"}
	a := s.ask()
	a.codes = []string{"coops.registered"}
	require.NoError(t, audit.CheckDuties(context.Background(), s.world.Records(), s.stateUnder(2, a), by))
	a.codes = []string{"trade.fairs"}
	require.ErrorIs(t, audit.CheckDuties(context.Background(), s.world.Records(), s.stateUnder(2, a), by), audit.ErrIssuerMoved)
}

// Who asks for a fact that another account records has moved the figure as well:
// eleven requests, approved by a colleague, moved 163 co-operatives to 154.
func TestAskingForAFactMovesItsFigures(t *testing.T) {
	s := newStage(t)
	s.world.Tell(story)
	s.tell("khac", "coop/x coop.established/1 2020-03-01 {}")
	send := func(account, command string) ledger.Position {
		d, err := ledger.ParseDraft([]byte(command))
		require.NoError(t, err)
		d.Actor = &ledger.Actor{ID: account, Role: "alliance"}
		result, err := s.world.Send(d)
		require.NoError(t, err)
		return result.Record.Position
	}
	const fact = `"stream":"coop/x","kind":"coop.inactive/1","valid":"2023-11-01","data":{}`
	send("ke-toan", `{"key":"ask","stream":"request/r","kind":"request.made/1","valid":"2023-11-01","data":{"command":{`+fact+`}}}`)
	approval := send("khac", `{"key":"request/r",`+fact+`}`)
	a := s.ask()
	a.codes = []string{"coops.operating"}
	err := audit.CheckDuties(context.Background(), s.world.Records(), s.stateUnder(2, a), &ledger.Actor{ID: "ke-toan", Role: "alliance"})
	require.ErrorIs(t, err, audit.ErrIssuerMoved)
	require.ErrorContains(t, err, fmt.Sprintf("position %d;", approval))
	require.NoError(t, audit.CheckDuties(context.Background(), s.world.Records(), s.stateUnder(2, a), alliance))
}

func TestWhoMayNotIssueAtAll(t *testing.T) {
	s := newStage(t)
	s.world.Tell(story)
	e := s.stateUnder(2, s.ask())
	for _, by := range []*ledger.Actor{nil, {ID: "", Role: "admin"}, {ID: "can-bo", Role: "officer"}} {
		require.ErrorIs(t, audit.CheckDuties(context.Background(), s.world.Records(), e, by), statement.ErrIssuer)
	}
	e.Duties = 3
	require.ErrorIs(t, audit.CheckDuties(context.Background(), s.world.Records(), e, alliance), audit.ErrDutiesNewer)
	e.Duties, e.Size = 2, e.Size+1
	require.ErrorIs(t, audit.CheckDuties(context.Background(), s.world.Records(), e, alliance), statement.ErrSize)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s.tell("lmhtx", "coop/x coop.established/1 2020-03-01 {}")
	e = s.stateUnder(2, s.ask())
	require.ErrorIs(t, audit.CheckDuties(ctx, s.world.Records(), e, alliance), context.Canceled)
	require.ErrorIs(t, audit.Recount(ctx, s.world.Records(), e), context.Canceled)
}

// A recount finds what is not so, whichever member it is.
func TestARecountFindsEveryLie(t *testing.T) {
	s := newStage(t)
	s.world.Tell(story)
	require.NoError(t, audit.Recount(context.Background(), s.world.Records(), s.stateUnder(2, s.ask())))
	for name, c := range map[string]struct {
		lie  func(*statement.Issued)
		want error
	}{
		"a number": {func(e *statement.Issued) {
			f := figureOf(e, "coops.registered")
			*f.Numerator, f.Value = 999, "999"
		}, audit.ErrFigure},
		"a coverage":   {func(e *statement.Issued) { *figureOf(e, "members.total").Reported = 999 }, audit.ErrFigure},
		"a unit":       {func(e *statement.Issued) { figureOf(e, "members.total").Unit = "con" }, audit.ErrFigure},
		"a part":       {func(e *statement.Issued) { figureOf(e, "coops.movement").Parts[0].Number++ }, audit.ErrFigure},
		"a root":       {func(e *statement.Issued) { e.Root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, audit.ErrStatementRoot},
		"a size":       {func(e *statement.Issued) { e.Size-- }, audit.ErrStatementRoot},
		"too large":    {func(e *statement.Issued) { e.Size++ }, statement.ErrSize},
		"a version":    {func(e *statement.Issued) { e.Definitions["members.total"] = 9 }, audit.ErrDefinition},
		"a place":      {func(e *statement.Issued) { e.Place = "khong-co" }, audit.ErrUndecided},
		"another day":  {func(e *statement.Issued) { e.Valid -= 60 }, audit.ErrFigure},
		"a scheme":     {func(e *statement.Issued) { e.Scheme = "tt99-2099" }, audit.ErrUndecided},
		"another area": {func(e *statement.Issued) { e.Place = "dak-mil" }, audit.ErrFigure},
	} {
		e := s.stateUnder(2, s.ask())
		c.lie(e)
		require.ErrorIs(t, audit.Recount(context.Background(), s.world.Records(), e), c.want, name)
	}
}

// Evidence for a statement of either version is judged by the rule that the
// statement was issued under.
func TestEvidenceIsJudgedByTheRuleThatItNames(t *testing.T) {
	s := newStage(t)
	s.world.Tell(story)
	s.tell("ke-toan", "- coop/x coop.established/1 2020-03-01 {}\ncoop/x coop.inactive/1 2023-11-01 {}")
	a := s.ask()
	a.codes = []string{"coops.registered", "coops.operating"}
	insider := &ledger.Actor{ID: "ke-toan", Role: "alliance"}
	s.record("cu", s.stateUnder(1, a), insider)
	force := func(key string, e *statement.Issued, by *ledger.Actor) {
		d := s.world.Draft("statement/" + key + " " + string(e.EventKind()) + " 2023-12-01 " + data(t, e))
		d.Actor = by
		s.world.Force(d)
	}
	force("moi", s.stateUnder(2, a), insider)
	force("sau", s.stateUnder(3, a), alliance)
	s.record("tot", s.stateUnder(2, a), alliance)
	s.sign()
	for key, want := range map[string][3]string{
		"cu": {"", "", ""}, "moi": {audit.StepIssuer, "statement-issuer-moved", "VERIFIED"},
		"sau": {audit.StepIssuer, "statement-duties-newer", "VERIFIED"}, "tot": {"", "", ""},
	} {
		report := verify(t, file(t, s.evidence(key)), s.trusting())
		require.Equal(t, want[:2], []string{report.Failed, report.Code}, "%s: %s", key, report.English)
		require.Equal(t, map[string]int64{"cu": 0, "moi": 2, "sau": 3, "tot": 2}[key], report.Duties)
		require.Equal(t, key == "sau", fault.KindOf(report.Err) == fault.NewerFormat)
	}
}

// The rule by its definition: leave out the account's records, drop every
// correction that hangs on one of them, fold what remains, and compare what is
// stated.
func moves(records []*ledger.Record, account string, e *statement.Issued) bool {
	gone := map[ledger.ID]bool{}
	var rest []*ledger.Record
	for _, r := range records[:e.Size] {
		if r.Actor != nil && r.Actor.ID == account || r.Corrects != nil && gone[r.Corrects.ID] {
			gone[r.ID] = true
			continue
		}
		rest = append(rest, r)
	}
	q, err := audit.QuestionOf(e)
	if err != nil {
		return true
	}
	r := register.Fold(rest, e.Valid)
	for _, stated := range e.Figures {
		d, err := indicator.Find(stated.Indicator)
		if err != nil {
			return true
		}
		f, err := indicator.Count(d, r, q)
		if err != nil {
			return true
		}
		if _, _, _, same := audit.Unequal(stated, audit.State(f)); !same {
			return true
		}
	}
	return false
}

// figuresOf states figures of some records; nil where one cannot be counted.
func figuresOf(t rapid.TB, records []*ledger.Record, a ask) *statement.Issued {
	e := &statement.Issued{Title: "Thử", Size: int64(len(records)), Place: a.place, Period: a.period, Scheme: a.scheme, Definitions: map[string]int64{}, Duties: 2}
	var err error
	e.Valid, err = calendar.ParseDay(a.valid)
	require.NoError(t, err)
	e.Map = e.Valid
	q, err := audit.QuestionOf(e)
	require.NoError(t, err)
	r := register.Fold(records, e.Valid)
	for _, code := range a.codes {
		d, err := indicator.Find(code)
		require.NoError(t, err)
		f, err := indicator.Count(d, r, q)
		if err != nil {
			return nil
		}
		e.Figures = append(e.Figures, audit.State(f))
		e.Definitions[code] = int64(d.Version)
	}
	return e
}

func TestRuleTwoIsWhatItsDefinitionSays(t *testing.T) {
	barred, free := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		accounts := []string{"a", "b", "c", ""}
		h := registertest.Begin(rt)
		for range rapid.IntRange(1, 40).Draw(rt, "commands") {
			command := h.Command(rt)
			if account := rapid.SampledFrom(accounts).Draw(rt, "account"); account != "" {
				command = `{"actor":{"id":"` + account + `","role":"alliance"},` + command[1:]
			}
			_ = h.Send(rt, command) // what is refused is not there
		}
		codes := rapid.SliceOfNDistinct(rapid.SampledFrom(indicator.Codes()), 1, 3, rapid.ID).Draw(rt, "codes")
		e := figuresOf(rt, h.Records(), ask{
			codes: codes, valid: rapid.SampledFrom(registertest.Days).Draw(rt, "day"), period: "year", scheme: "tt09-2017",
			place: rapid.SampledFrom([]string{"dak-nong", "dak-mil", "cu-jut"}).Draw(rt, "place"),
		})
		if e == nil {
			return
		}
		for _, account := range accounts[:3] {
			err := audit.CheckDuties(context.Background(), h.Records(), e, &ledger.Actor{ID: account, Role: "admin"})
			if !moves(h.Records(), account, e) {
				free++
				require.NoError(rt, err, account)
				continue
			}
			barred++
			require.ErrorIs(rt, err, audit.ErrIssuerMoved, account)
		}
	})
	require.NotZero(t, barred)
	require.NotZero(t, free)
}
