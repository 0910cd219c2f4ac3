package answers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"

	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
	"htxledger/domain/statement"
)

// What a statement can be refused for at this door, beyond the family's rules.
var (
	errStatementFuture = fault.Declare("statement-future", fault.Rejected,
		"a statement as of %s cannot be issued before that day", "chưa thể phát hành báo cáo xác nhận tính đến ngày %s khi chưa tới ngày đó")
	ErrNoStatement = fault.Declare("statement-not-found", fault.NotFound,
		"there is no statement %s", "không có báo cáo xác nhận %s")
	errOtherRoot = fault.Declare("statement-other-root", fault.Unverified,
		"the first %d records of this ledger are not those that the statement is about",
		"%d bản ghi đầu của sổ cái này không phải là những bản ghi mà báo cáo xác nhận nói tới")
)

// Roots gives the Merkle root of a prefix, read back from the store: an
// audit.View does.
type Roots interface {
	Root(n ledger.Position) (merkle.Hash, error)
}

// Statements drafts statements and counts those that were issued again, as known
// at the sizes that it is asked for. It is safe for concurrent use.
type Statements struct {
	service *Service
	roots   Roots

	// counting is held by whoever counts a statement again, so that nothing is
	// counted twice. That may read from a store that is slow or away: nobody who
	// only lists waits for it.
	counting chan struct{} // of one place

	mu      sync.Mutex // of what follows
	scanned ledger.Position
	issued  []issuedAt                // in order of issue, up to scanned
	duties  map[ledger.Position]error // by the record of a statement, why its issuer may not stand for it
	checked map[string]*StatementCheck
	head    ledger.Position // of checked
}

// issuedAt is the first record of a statement.
type issuedAt struct {
	key string
	at  ledger.Position
}

// NewStatements lists and counts the statements of a service's ledger.
func NewStatements(s *Service, roots Roots) *Statements {
	return &Statements{
		service: s, roots: roots, counting: make(chan struct{}, 1), checked: map[string]*StatementCheck{}, duties: map[ledger.Position]error{},
	}
}

// An Issue is what somebody stands for, besides the question.
type Issue struct {
	Title  string
	Key    string // of the statement; "" is the day and the size
	Actor  *ledger.Actor
	Source *ledger.Source
}

// Draft makes the command that issues a statement: the figures of a point with
// everything that an exact recount needs, and the root of the prefix. Nothing is
// recorded.
//
// It refuses a day that has not come, and an actor whose role may not issue.
// Whether the account may stand for these figures is decided where the command
// is recorded, which counts them again (recorder.Recorder).
//
// A point of which the question named no known-at, with the key of a statement that
// is there, is put at the size of that statement and drafted for its version, so
// that a repeated command is the command that was recorded, or is refused for its
// other words.
func (s *Statements) Draft(p *Point, in Issue) (*ledger.Draft, error) {
	issuedOn, duties := calendar.OnDay(p.head.Today()), int64(statement.DutiesOfMoving)
	if in.Key != "" && p.Known.IsNow() {
		if old := s.find(in.Key, p.head.size); old != nil {
			issuedOn, duties = old.Fact.Valid, old.Issued.Duties
			var err error
			// the same words sent again must make the same bytes, also after the ledger has grown
			if p, err = p.With(AtSize(ledger.Position(old.Issued.Size))); err != nil {
				return nil, err
			}
		}
	}
	if p.Future {
		return nil, errStatementFuture.With(p.Valid.Vi()).At("as-of")
	}
	if err := statement.CheckIssuer(in.Actor); err != nil {
		return nil, err
	}
	e, err := s.state(p, in.Title, duties)
	if err != nil {
		return nil, err
	}
	key := in.Key
	if key == "" {
		key = fmt.Sprintf("%s-%s-%d", p.PlaceCode, p.Valid, p.Size)
	}
	d := &ledger.Draft{
		Key: "statement/" + key, Stream: ledger.StreamOf("statement", key), Kind: e.EventKind(),
		Valid: issuedOn, Actor: in.Actor, Source: in.Source,
	}
	if d.Data, err = canonical.Marshal(e); err != nil {
		return nil, err
	}
	return d, d.Check()
}

// state fills a statement's data.
func (s *Statements) state(p *Point, title string, duties int64) (*statement.Issued, error) {
	root, err := s.roots.Root(p.Size)
	if err != nil {
		return nil, err
	}
	figures, err := s.service.history.Figures(p.Size, p.Question, p.Definitions...)
	if err != nil {
		return nil, atField("place", err)
	}
	e := &statement.Issued{
		Title: title, Size: int64(p.Size), Valid: p.Valid, Map: p.Map, Place: p.PlaceCode,
		Period: periodName(p), Scheme: p.Scheme, Definitions: map[string]int64{}, Root: root.String(), Duties: duties,
	}
	for _, f := range figures {
		e.Figures = append(e.Figures, audit.State(f))
		e.Definitions[f.Definition.Code] = int64(f.Definition.Version)
	}
	return e, e.Check()
}

// periodName is the one form of a period in a statement.
func periodName(p *Point) string {
	if p.PeriodName == calendar.CalendarYear || p.PeriodName == calendar.StatisticalYear {
		return p.PeriodName
	}
	return p.Period.First.String()
}

// A LineVerdict says what became of one stated figure.
type LineVerdict string

// The verdicts. Undetermined is never a match.
const (
	Matches      LineVerdict = "match"
	Differs      LineVerdict = "mismatch"
	NowDifferent LineVerdict = "now-different"
	Undetermined LineVerdict = "undetermined"
)

var verdictWords = map[LineVerdict]string{
	Matches: "khớp", Differs: "lệch", NowDifferent: "nay sẽ khác", Undetermined: "không xác định được",
}

// Vi is the verdict as a Vietnamese reader sees it.
func (v LineVerdict) Vi() string { return verdictWords[v] }

// worse orders verdicts for a whole statement: a plain mismatch first.
func (v LineVerdict) worse(w LineVerdict) bool {
	rank := map[LineVerdict]int{Matches: 0, NowDifferent: 1, Undetermined: 2, Differs: 3}
	return rank[v] > rank[w]
}

// A Change is a record that moved a figure after the statement was issued.
type Change struct {
	Record        *ledger.Record
	Before, After *indicator.Figure
}

// A StatementLine is one stated figure, as it is counted again at the
// statement's own point and at the size of the check.
type StatementLine struct {
	Stated  statement.Figure
	Version int64
	Verdict LineVerdict
	Then    *indicator.Figure // at the statement's size; nil if it could not be counted
	Now     *indicator.Figure // at the size of the check; nil if it could not be counted
	Changes []Change          // since the statement's size, oldest first
	Why     error             // for mismatch and undetermined
}

// A StatementCheck is a statement and what became of its figures.
type StatementCheck struct {
	Key        string
	Fact       *ledger.Fact // that states the figures
	Issued     *statement.Issued
	Withdrawal *ledger.Fact // nil if it was not withdrawn
	// Retraction took the statement back, as older programs let anybody do; nil
	// where nothing did. It is shown, and proves nothing any more.
	Retraction *ledger.Record
	Head       ledger.Position // the size up to which records are looked at
	Lines      []StatementLine
	Verdict    LineVerdict // the worst of the lines
	Root       error       // why the prefix is not the one stated, or nil
	// Duties is why the issuer may not stand for the figures by the rule that the
	// statement was issued under (audit.CheckDuties), or nil.
	Duties error
}

// Point is where the statement states its figures.
func (c *StatementCheck) Point() Exact {
	s := c.Issued
	return Exact{Size: ledger.Position(s.Size), Valid: s.Valid, Map: s.Map, Place: s.Place, Period: s.Period, Scheme: s.Scheme}
}

// Stands reports whether the statement was neither withdrawn nor taken back.
func (c *StatementCheck) Stands() bool { return c.Withdrawal == nil && c.Retraction == nil }

// List is every statement issued among the first so many records, in order of
// issue, unchecked: also those that were withdrawn, or taken back by a retraction.
func (s *Statements) List(size ledger.Position) []*StatementCheck {
	var all []*StatementCheck
	for _, x := range s.issuedUpTo(size) {
		if c := s.find(x.key, size); c != nil {
			all = append(all, c)
		}
	}
	return all
}

// issuedUpTo are the statements issued among the first so many records. It reads
// each record once, and forgets checks of a smaller size.
func (s *Statements) issuedUpTo(size ledger.Position) []issuedAt {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ; s.scanned < size; s.scanned++ {
		r := s.service.history.Record(s.scanned)
		_, ok := r.Event.(*statement.Issued)
		if ok && !r.IsCorrection() && !slices.ContainsFunc(s.issued, func(x issuedAt) bool { return x.key == r.Stream.Key }) {
			s.issued = append(s.issued, issuedAt{r.Stream.Key, r.Position})
		}
	}
	// checks speak of the records up to the head: at a larger head each is made anew
	if size > s.head {
		clear(s.checked)
		s.head = size
	}
	n := sort.Search(len(s.issued), func(i int) bool { return s.issued[i].at >= size })
	return s.issued[:n:n]
}

// find is a statement as known at a size, or nil. Of one that was taken back,
// its first record says what it stated.
func (s *Statements) find(key string, head ledger.Position) *StatementCheck {
	c := &StatementCheck{Key: key, Head: head}
	records := s.service.history.Stream(ledger.StreamOf("statement", key), head)
	for _, f := range ledger.Effective(records) {
		switch e := f.Event.(type) {
		case *statement.Issued:
			if c.Fact == nil {
				c.Fact, c.Issued = f, e
			}
		case *statement.Withdrawn:
			c.Withdrawal = f
		}
	}
	for _, r := range records {
		e, ok := r.Event.(*statement.Issued)
		// only where no fact stands any more: the first record still says what was stated
		if c.Fact != nil || !ok || r.IsCorrection() {
			continue
		}
		c.Fact, c.Issued = &ledger.Fact{Root: r, By: r, Valid: r.Valid, Event: e}, e
		c.Retraction = ledger.RetractionOf(r, records)
	}
	if c.Fact == nil {
		return nil
	}
	return c
}

// Verify counts every figure of a statement again, at its own point and at a size,
// and tells which records between the two would change it. The fast road answers;
// the slow one is an evidence file's (audit.Verify).
func (s *Statements) Verify(ctx context.Context, key string, size ledger.Position) (*StatementCheck, error) {
	done, err := s.startCounting(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	s.issuedUpTo(size)
	return s.verify(ctx, key, size)
}

// startCounting waits for the place of the one who counts.
func (s *Statements) startCounting(ctx context.Context) (done func(), err error) {
	select {
	case s.counting <- struct{}{}:
		return func() { <-s.counting }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// checkDuties is audit.CheckDuties of a statement. It rests on records that
// never change, so it is found out once.
func (s *Statements) checkDuties(ctx context.Context, c *StatementCheck) error {
	at := c.Fact.By.Position
	s.mu.Lock()
	why, known := s.duties[at]
	s.mu.Unlock()
	if known {
		return why
	}
	records := make([]*ledger.Record, min(ledger.Position(c.Issued.Size), c.Head))
	for i := range records {
		records[i] = s.service.history.Record(ledger.Position(i))
	}
	why = audit.CheckDuties(ctx, records, c.Issued, c.Fact.By.Actor)
	// a verdict that a cancelled question cut short must not be kept as the answer
	if ctx.Err() == nil {
		s.mu.Lock()
		s.duties[at] = why
		s.mu.Unlock()
	}
	return why
}

// known is the check of a statement at a head, or nil.
func (s *Statements) known(key string, head ledger.Position) *StatementCheck {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.head != head {
		return nil
	}
	return s.checked[key]
}

// keep keeps a check while its head is the head.
func (s *Statements) keep(c *StatementCheck) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.head == c.Head {
		s.checked[c.Key] = c
	}
}

// verify is Verify for a caller that is counting already; a check of the same head is given again.
func (s *Statements) verify(ctx context.Context, key string, head ledger.Position) (*StatementCheck, error) {
	if c := s.known(key, head); c != nil {
		return c, nil
	}
	c := s.find(key, head)
	if c == nil {
		return nil, ErrNoStatement.With(key)
	}
	root, err := s.roots.Root(ledger.Position(c.Issued.Size))
	if err != nil {
		return nil, err
	}
	if root.String() != c.Issued.Root {
		c.Root = errOtherRoot.With(c.Issued.Size)
	}
	question, wrong := audit.QuestionOf(c.Issued)
	c.Verdict = Matches
	for _, stated := range c.Issued.Figures {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		line := StatementLine{Stated: stated, Version: c.Issued.Definitions[stated.Indicator]}
		if line.Why = errors.Join(wrong, s.count(ctx, c, question, &line)); line.Verdict == "" || wrong != nil {
			line.Verdict = Undetermined
		}
		// over other records no figure can match, but a figure that differs is still shown
		if c.Root != nil && line.Verdict != Differs {
			line.Verdict, line.Why = Undetermined, c.Root
		}
		if line.Verdict.worse(c.Verdict) {
			c.Verdict = line.Verdict
		}
		c.Lines = append(c.Lines, line)
	}
	c.Duties = s.checkDuties(ctx, c)
	if err := ctx.Err(); err != nil {
		return nil, err // a line, or the duties, may be undecided for that
	}
	s.keep(c)
	return c, nil
}

// count gives a line its figures and its verdict. Without a verdict the error
// says what kept it from one.
func (s *Statements) count(ctx context.Context, c *StatementCheck, q indicator.Question, line *StatementLine) error {
	d, err := audit.DefinitionOf(line.Stated.Indicator, line.Version)
	if err != nil {
		return err
	}
	size := ledger.Position(c.Issued.Size)
	if line.Then, err = s.figure(size, q, d); err != nil {
		return err
	}
	if member, was, is, same := audit.Unequal(line.Stated, audit.State(line.Then)); !same {
		line.Verdict = Differs
		return audit.ErrFigure.With(line.Stated.Indicator, audit.Member(member), was, is)
	}
	if line.Now, err = s.figure(c.Head, q, d); err != nil {
		return err
	}
	if line.Now.Same(line.Then) {
		line.Verdict = Matches
		return nil
	}
	if line.Changes, err = s.changes(ctx, size, c.Head, q, d); err != nil {
		return err
	}
	line.Verdict = NowDifferent
	return nil
}

func (s *Statements) figure(n ledger.Position, q indicator.Question, d *indicator.Definition) (*indicator.Figure, error) {
	f, err := s.service.history.Figures(n, q, d)
	if err != nil {
		return nil, audit.ErrUndecided.With(d.Code).Because(err)
	}
	return f[0], nil
}

// changes are the records after a size that moved a figure, up to the head.
func (s *Statements) changes(ctx context.Context, size, head ledger.Position, q indicator.Question, d *indicator.Definition) ([]Change, error) {
	sizes, err := s.service.history.ChangedSizes(ctx, head, q, d)
	if err != nil {
		return nil, err
	}
	var list []Change
	before, err := s.figure(size, q, d)
	for _, n := range sizes {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		if n <= size {
			continue
		}
		change := Change{Record: s.service.history.Record(n - 1), Before: before}
		change.After, err = s.figure(n, q, d)
		before = change.After
		list = append(list, change)
	}
	return list, err
}

// FindMoved is the alarm: the statements that stand at a size and of which some figure
// is not what it was, or could not be decided, with the records that moved it.
func (s *Statements) FindMoved(ctx context.Context, size ledger.Position) ([]*StatementCheck, error) {
	done, err := s.startCounting(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	var moved []*StatementCheck
	for _, c := range s.List(size) {
		if !c.Stands() {
			continue
		}
		c, err := s.verify(ctx, c.Key, size)
		if err != nil {
			return nil, err
		}
		if c.Verdict != Matches {
			moved = append(moved, c)
		}
	}
	return moved, nil
}
