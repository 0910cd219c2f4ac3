package imports

import (
	"slices"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/claim"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// A command is one command of a file, held against a ledger.
type command struct {
	rows     []int             // indices of its rows in the sheet
	draft    *ledger.Draft     // to be recorded: a fact of its own, a correction, or a request; nil for none
	known    *ledger.Record    // that says the same already; nil for none
	about    *claim.Standing   // the fact that the claim is about; nil for none
	claim    *claim.Claim      // nil of ndjson
	compared *claim.Comparison // of the claim and the fact
	asked    bool              // draft is a request to another account
	result   recorder.Result   // of trying or recording draft
}

// changes tells whether the command changes a fact, or would if a reason were given.
func (c *command) changes() bool { return c.about != nil && c.compared != nil && c.known == nil }

// corrects tells whether the command is a correction to be recorded.
func (c *command) corrects() bool { return c.changes() && c.draft != nil }

// Answers to the question about a fact of another day (askOtherDay).
const (
	otherDayRenewal    = "renewal"    // it is another fact
	otherDayCorrection = "correction" // it is the same fact, whose day is mended
)

// OtherDays are the answers that How.OtherDay may have.
var OtherDays = []string{otherDayRenewal, otherDayCorrection}

// A projectionLedger is the head of a projection as claims are held against it.
type projectionLedger struct{ *asof.Projection }

// Records lists the records of a stream.
func (p projectionLedger) Records(s ledger.Stream) []*ledger.Record { return p.Stream(s, p.Size()) }

// StreamsWith are the streams that hold a record of a kind, in order of the first.
func (p projectionLedger) StreamsWith(kind ledger.Kind) []ledger.Stream {
	var list []ledger.Stream
	seen := map[ledger.Stream]bool{}
	for at := range p.Size() {
		if r := p.Record(at); r.Kind == kind && !seen[r.Stream] {
			seen[r.Stream] = true
			list = append(list, r.Stream)
		}
	}
	return list
}

// A holding is a file while it is held against a ledger.
type holding struct {
	sheet    *imports.Sheet
	how      How
	ledger   *asof.Projection
	facts    *claim.Facts
	commands []command
	problems []held // in order of the commands
	notes    []imports.Mark
}

// A held problem keeps rows from being recorded.
type held struct {
	rows []int
	mark imports.Mark
}

// holdAgainst holds the claims of a file against the head of a ledger (domain/claim):
// a claim that repeats a fact brings nothing, and one that differs becomes a
// correction if the sender gave a reason, or else a problem. Commands of ndjson are
// left as they are.
func holdAgainst(p *asof.Projection, sheet *imports.Sheet, how How) (*holding, error) {
	h := &holding{sheet: sheet, how: how, ledger: p, facts: claim.NewFacts(projectionLedger{p})}
	var claims []*claim.Claim
	var places []claimPlace
	for row := range sheet.Rows {
		r := &sheet.Rows[row]
		for i, c := range r.Claims {
			claims, places = append(claims, c), append(places, claimPlace{row, i})
		}
		if r.Claims == nil {
			for _, d := range r.Drafts {
				h.commands = append(h.commands, command{rows: []int{row}, draft: d})
			}
		}
	}
	gathered, disagreements, err := h.facts.Gather(claims)
	if err != nil {
		return nil, err
	}
	for _, d := range disagreements {
		h.disagree(d, claims, places)
	}
	for _, g := range gathered {
		c := command{claim: g.Claim}
		for _, i := range g.From {
			if !slices.Contains(c.rows, places[i].row) {
				c.rows = append(c.rows, places[i].row)
			}
		}
		h.noteJoined(&c)
		if err := h.hold(&c, g, places); err != nil {
			return nil, err
		}
		h.commands = append(h.commands, c)
	}
	return h, nil
}

// A claimPlace is where a claim stands: the index of its row, and its own there.
type claimPlace struct{ row, claim int }

// problem keeps the rows of a command from being recorded.
func (h *holding) problem(c *command, err error) {
	h.problems = append(h.problems, held{c.rows, h.sheet.LocateIn(c.rows, faultOf(err))})
}

// disagree makes problems of two rows that give one member two values. Each names
// the other.
func (h *holding) disagree(d claim.Disagreement, claims []*claim.Claim, places []claimPlace) {
	label := labelOf(claims[d.First].Spec, d.Member)
	pair := [2]int{d.First, d.Second}
	for i, n := range pair {
		row, other := places[n].row, places[pair[1-i]].row
		err := errDisagree.With(label, wordsIn(claims[n], d.Member), wordsIn(claims[pair[1-i]], d.Member), lineOf(h.sheet, other))
		h.problems = append(h.problems, held{[]int{row}, h.sheet.LocateIn([]int{row}, err.At(pointerTo(d.Member)))})
	}
}

// pointerTo is the JSON pointer of a member, or of the day.
func pointerTo(member string) string {
	if member == claim.Day {
		return "/" + claim.Day
	}
	return "/data/" + member
}

// lineOf names a row of a file.
func lineOf(sheet *imports.Sheet, row int) fault.Text {
	r := &sheet.Rows[row]
	line := vi.Integer(r.Line)
	if r.Sheet == "" {
		return fault.Text{English: "line " + line, Vietnamese: "dòng " + line}
	}
	return fault.Text{English: "line " + line + " of sheet " + r.Sheet, Vietnamese: "dòng " + line + " của sheet “" + r.Sheet + "”"}
}

// noteJoined notes the rows that are about the fact of an earlier row.
func (h *holding) noteJoined(c *command) {
	for _, row := range c.rows[1:] {
		mark := h.sheet.LocateIn([]int{row}, noteJoined.With(lineOf(h.sheet, c.rows[0])))
		h.notes = append(h.notes, mark)
	}
}

// hold finds out what a claim means to the ledger.
func (h *holding) hold(c *command, g *claim.Gathered, places []claimPlace) error {
	match := g.Match
	switch {
	case g.Rival >= 0:
		same := positionsOf([]claim.Standing{*match.Same})
		h.problem(c, askWhichRow.With(same, lineOf(h.sheet, places[g.Rival].row)))
	case match.Several != nil:
		h.problem(c, askWhich.With(len(match.Several), positionsOf(match.Several)))
	case match.OtherDay != nil && h.how.OtherDay == "":
		other := match.OtherDay
		c.about = other // an answer is held to this fact as it stood when the question was asked
		h.problem(c, askOtherDay.With(other.By.Position, vi.StatedDay(other.Valid), vi.StatedDay(c.claim.Valid)).At("/"+claim.Day))
	case match.OtherDay != nil && h.how.OtherDay == otherDayCorrection:
		return h.holdAgainstFact(c, match.OtherDay)
	case match.Same != nil:
		return h.holdAgainstFact(c, match.Same)
	default:
		return h.holdNew(c, g, places)
	}
	return nil
}

// positionsOf names some facts by their records.
func positionsOf(list []claim.Standing) string {
	var parts []string
	for _, s := range list {
		parts = append(parts, "@"+vi.Integer(s.By.Position)+" ("+vi.StatedDay(s.Valid)+")")
	}
	return strings.Join(parts, ", ")
}

// holdNew makes the command of a fact of its own.
func (h *holding) holdNew(c *command, g *claim.Gathered, places []claimPlace) error {
	if len(c.claim.Lacks) > 0 {
		for _, i := range g.From {
			at := places[i]
			for _, m := range h.sheet.Rows[at.row].Lacking(at.claim) {
				h.problems = append(h.problems, held{[]int{at.row}, m})
			}
		}
		return nil
	}
	if err := c.claim.Whole(c.claim.Data); err != nil {
		h.problem(c, err)
		return nil
	}
	d := c.claim.Draft.Clone()
	var err error
	if imports.IsDerived(d.Key) {
		if d.Key, err = register.RowKey(h.sheet.Form, d, ledger.ID{}); err != nil {
			return err
		}
		// What was once recorded in these words says something else by now, so these
		// words are a command of their own again.
		if made := h.ledger.Find(ledger.IDOf(d.Key)); made != nil {
			if last := h.newestAbout(made); last != made {
				d.Key, err = register.RowKey(h.sheet.Form, d, last.ID)
			}
		}
		if err != nil {
			return err
		}
	}
	c.draft = d
	return nil
}

// newestAbout is the last record about the fact that a record is about.
func (h *holding) newestAbout(r *ledger.Record) *ledger.Record {
	root := ledger.RootOf(r, h.ledger.Find)
	for _, s := range h.facts.In(r.Stream) {
		if s.Root == root {
			return s.Newest
		}
	}
	return r
}

// holdAgainstFact compares a claim with the fact that it is about.
func (h *holding) holdAgainstFact(c *command, s *claim.Standing) error {
	compared, err := c.claim.Compare(s.Fact)
	if err != nil {
		h.problem(c, err)
		return nil
	}
	c.about, c.compared = s, compared
	if len(compared.Changes) == 0 && s.Retraction == nil {
		c.known = s.By
		if compared.OtherPaper {
			h.notes = append(h.notes, h.sheet.LocateIn(c.rows, noteOtherPaper.With(s.By.Position).At("/source/document")))
		}
		return nil
	}
	if err := c.claim.Whole(compared.Data); err != nil {
		h.problem(c, c.citeKept(err))
		return nil
	}
	if h.how.Reason == "" {
		h.problem(c, askOf(c))
		return nil
	}
	d := c.claim.Correct(s, compared, ledger.Target{Reason: h.how.Reason, Note: h.how.Note})
	// The key names the newest record about the fact, so that going back and forth is
	// told apart from sending the same twice, also where a correction was taken back.
	if d.Key = c.claim.Key + "/of/" + s.Newest.ID.String(); imports.IsDerived(d.Key) {
		if d.Key, err = register.RowKey(h.sheet.Form, d, s.Newest.ID); err != nil {
			return err
		}
	}
	c.draft = d
	return nil
}

// askOf asks for the reason of a correction, or of bringing a fact back.
func askOf(c *command) error {
	s := c.about
	if s.Retraction != nil {
		return askRetracted.With(s.By.Position, s.Retraction.Position, vi.Instant(s.Retraction.Recorded), vi.Reason(s.Retraction.Corrects.Reason))
	}
	ask := askReason.With(s.By.Position, vi.Instant(s.By.Recorded), changesText(c))
	if first := c.compared.Changes[0].Member; first != "" {
		ask = ask.At(pointerTo(first))
	}
	return ask
}

// citeKept adds, to a fault of the fact that a claim would make, the members that
// the claim does not name and that the fault may come from, with their record.
func (c *command) citeKept(err error) error {
	f, ok := fault.Of(err)
	if !ok || c.compared == nil || c.about == nil {
		return err
	}
	about, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(f.Field, "/data/"), "/"), "/")
	var cited []string
	for _, name := range c.compared.Kept {
		if name == about || c.claim.Names(about) && alikeMembers(c.claim.Spec, name, about) {
			cited = append(cited, "“"+labelOf(c.claim.Spec, name)+"” = "+factWords(c.about.Fact, name))
		}
	}
	if len(cited) == 0 {
		return err
	}
	list := strings.Join(cited, ", ")
	at := "@" + vi.Integer(c.about.By.Position)
	return f.Adding(fault.Text{English: "the row does not name " + list + ", which stands by record " + at,
		Vietnamese: "dòng không nêu " + list + ", đang theo bản ghi " + at})
}

// alikeMembers tells whether two members can clash: both are days, or numbers of one
// type.
func alikeMembers(spec *ledger.Spec, a, b string) bool {
	typeOf := func(name string) ledger.FieldType {
		f, ok := spec.FieldNamed(name)
		if name == claim.Day || ok && f.Type == ledger.TypeUntil {
			return ledger.TypeDay
		}
		return f.Type
	}
	return typeOf(a) == typeOf(b) && typeOf(a) != ledger.TypeText
}
