package web

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/statement"
	"htxledger/projections/answers"
)

// auditPage is where an auditor begins.
type auditPage struct {
	Filled, Empty bool
	Origin        string
	Size, Root    string
	Keys          []string
	Chain         []keyLine
	Recovered     string   // in words that the ledger went on after a loss, or ""
	Losses        []string // each loss in words
	Checkpoints   []checkpointLine
	More          int // signed checkpoints beyond the list
	Note          string
	Statements    []statementLine
	File          string // of the evidence in the commands
	Consistency   consistencyForm
	Replay        replayForm
	Replays       []replayLine
	Check         checkForm
}

// checkpointLine is a signed checkpoint, held to the ledger as it is now.
type checkpointLine struct {
	Size, Root, By string
	Holds          bool
	Why            string
	Lost           string // that a recovery gave it up, or ""
	Note           string // address of the signed text
}

// keyLine is a key of the ledger's chain: which record announced it, with
// whose consent, and whether it was voided.
type keyLine struct{ ID, Said string }

func showChain(chain []audit.ChainKey) []keyLine {
	var list []keyLine
	for _, k := range chain {
		list = append(list, keyLine{k.ID, k.Vietnamese()})
	}
	return list
}

// showLosses says in words that a ledger went on after losses, and each of them.
func showLosses(list []audit.Recovery) (in string, each []string) {
	for _, r := range list {
		each = append(each, r.Vietnamese())
	}
	return audit.RecoveredVietnamese(list), each
}

// statementLine is a statement and what became of it.
type statementLine struct {
	Key, Title, To, Valid, Issued, By, Size string
	Verdict                                 lineVerdict
	Withdrawn                               string
	Retracted                               string // as older programs let anybody do
	Broken                                  bool   // the issuer may not stand for the figures
	Evidence                                string // "" for one that proves nothing any more
}

// lineVerdict is the verdict on a stated figure: a shape, a word and a tone.
type lineVerdict struct{ Class, Symbol, Word string }

var lineVerdicts = map[answers.LineVerdict][2]string{
	answers.Matches: {"met", "●"}, answers.NowDifferent: {"near", "◐"},
	answers.Differs: {"missed", "▽"}, answers.Undetermined: {"no-data", "?"},
}

func showLineVerdict(v answers.LineVerdict) lineVerdict {
	look := lineVerdicts[v]
	return lineVerdict{look[0], look[1], v.Vi()}
}

// listedCheckpoints is how many are listed on the first audit page.
const listedCheckpoints = 20

// audit is the page where an auditor begins.
func (s *Site) audit(a *Asked) (Page, error) { return s.auditWith(a, nil) }

// AuditPage is the first page of the auditor with what was wrong with something
// that was posted there, whose fields keep what was typed.
func (s *Site) AuditPage(a *Asked, wrong error) (Page, error) { return s.auditWith(a, wrong) }

// auditWith is the auditor's first page, with the mistake of a posted form, or nil.
// A mistake is shown at its field; any other error is the page's own.
func (s *Site) auditWith(a *Asked, wrong error) (Page, error) {
	f := s.newFrame(a, "Kiểm toán")
	f.Lead = "Mọi con số đã công bố đều tính lại và kiểm được, kể cả bởi người không tin máy chủ này."
	f.Clocks = nil
	v := &auditPage{}
	head := a.Head.Size()
	v.Replay, v.Check = newReplayForm(a), newCheckForm(a)
	v.Consistency = newConsistencyForm(a, 0, head)
	f.own = append(v.Replay.Fields, v.Check.Keys, v.Check.File)
	// An error that is not about the form is a fault of the server: no page hides it.
	if wrong != nil && !f.addWrong(wrong) {
		return Page{}, wrong
	}
	// An empty ledger has no tree, and no figure to hold to one.
	if head == 0 {
		v.Empty = true
		return f.render("audit.html", v)
	}
	if err := s.fillAudit(a, v, head); err != nil {
		return Page{}, err
	}
	f.Twins = []link{{"Báo cáo đã chốt (.xlsx)", "/api/v1/statements?format=xlsx"}, {"Báo cáo đã chốt (JSON)", "/api/v1/statements"}}
	if v.Note != "" {
		f.Twins = append(f.Twins, link{"điểm kiểm tra mới nhất", "/api/v1/checkpoint"})
	}
	return f.render("audit.html", v)
}

// fillAudit fills in the page for a ledger of head records. Every statement is
// counted again, which is the cost of the page.
func (s *Site) fillAudit(a *Asked, v *auditPage, head ledger.Position) error {
	v.Filled, v.Size, v.Origin, v.File = true, vi.Integer(head), s.Answers.Origin(), "bao-cao.evidence"
	if s.Notary != nil {
		if err := s.fillCheckpoints(a, v, head); err != nil {
			return err
		}
	}
	for _, x := range slices.Backward(s.Statements.List(head)) {
		c, err := s.Statements.Verify(a.ctx(), x.Key, head)
		if err != nil {
			return err
		}
		v.Statements = append(v.Statements, showStatement(a, c))
	}
	// The commands on the page name a file that exists: the newest with evidence.
	if i := slices.IndexFunc(v.Statements, func(l statementLine) bool { return l.Evidence != "" }); i >= 0 {
		v.File = v.Statements[i].Key + ".evidence"
	}
	v.Replays = s.replayLines(a)
	return nil
}

// fillCheckpoints holds the signed checkpoints to the tree of the store.
func (s *Site) fillCheckpoints(a *Asked, v *auditPage, head ledger.Position) error {
	if err := s.Notary.ReadThrough(a.ctx(), head); err != nil {
		return err
	}
	root, err := s.Notary.View.Root(head)
	if err != nil {
		return err
	}
	v.Root = root.String()
	signed, err := s.Notary.ListSigned()
	if err != nil {
		return err
	}
	if v.Keys, err = s.Notary.Verifiers(); err != nil {
		v.Keys = nil // the keys may rightly be out of the server's reach
	}
	v.Chain = showChain(audit.Chain(s.Notary.View, signed, v.Keys))
	v.Recovered, v.Losses = showLosses(s.Notary.View.RecoveriesBefore(head))
	lost, err := s.Notary.Lost()
	if err != nil {
		return err
	}
	checks := audit.CheckSigned(s.Notary.View, append(lost, signed...), v.Keys, true)
	for _, x := range slices.Backward(checks) {
		if len(v.Checkpoints) == listedCheckpoints {
			v.More++
			continue
		}
		line := checkpointLine{
			Size: vi.Integer(x.Size), Root: x.Root.String(), By: signersInWords(x.Note), Holds: x.Err == nil,
			Note: "/api/v1/checkpoint?size=" + positionDigits(ledger.Position(x.Size)),
		}
		if x.Err != nil {
			line.Why = vi.Fault(x.Err)
		}
		if x.Lost != nil {
			line.Holds, line.Lost = false, "các bản ghi này đã mất, theo bản ghi @"+positionDigits(ledger.Position(x.Lost.Position))
		}
		v.Checkpoints = append(v.Checkpoints, line)
	}
	// The oldest signed size is the best start of a consistency proof: it covers the most.
	if n := len(signed); n > 0 {
		v.Note = string(signed[n-1].Note)
		if first := ledger.Position(signed[0].Size); first < head {
			v.Consistency = newConsistencyForm(a, first, head)
		}
	}
	return nil
}

// showStatement is a statement, counted again, as a line of the list.
func showStatement(a *Asked, c *answers.StatementCheck) statementLine {
	l := statementLine{
		Key: c.Key, Title: c.Issued.Title, To: a.addressOf("/kiem-toan/bao-cao/" + c.Key), Valid: vi.Day(c.Issued.Valid),
		Issued: vi.Instant(c.Fact.Root.Recorded), By: actorWords(c.Fact.By.Actor), Size: vi.Integer(c.Issued.Size),
		Verdict: showLineVerdict(c.Verdict), Evidence: evidenceOf(c.Key),
	}
	if c.Withdrawal != nil {
		l.Withdrawn = "đã thu hồi từ ngày " + c.Withdrawal.Valid.Vi()
	}
	// A retracted statement proves nothing, so there is no evidence to offer.
	if c.Retraction != nil {
		l.Retracted, l.Evidence = "đã bị rút lại lúc "+vi.Instant(c.Retraction.Recorded), ""
	}
	l.Broken = c.Duties != nil
	return l
}

func evidenceOf(key string) string {
	return addressWith("/api/v1/evidence", map[string][]string{"statement": {key}})
}

// rules are the rules of duties, in words for readers.
var rules = map[int64]string{
	statement.DutiesOfRecording: "người phát hành không được là người đã ghi bản ghi được tính vào số liệu",
	statement.DutiesOfMoving:    "người phát hành không được là người đã ghi bản ghi nào mà thiếu nó thì số liệu sẽ khác",
}

// statementPage is a statement, line by line.
type statementPage struct {
	Filled           bool
	Line             statementLine
	Facts            []pair
	RootWrong        string
	WithdrawnWhy     string
	WithdrawnBy      string
	WithdrawnAt      link
	RetractedBy      string
	RetractedAt      link
	Broken           string // why the issuer may not stand for the figures
	Lines            []statedLine
	Command, Covered string
}

// statedLine is a figure as stated and as it is counted now.
type statedLine struct {
	Name, Code, To      string
	Stated, Now, Change string
	Verdict             lineVerdict
	Why                 string
	Changes             []changeLine
}

type changeLine struct{ Position, To, Said, Before, After string }

// statementOf is the page of a statement.
func (s *Site) statementOf(a *Asked) (Page, error) {
	f := s.newFrame(a, "Báo cáo đã chốt")
	f.Clocks = nil
	v := &statementPage{}
	if f.err != nil {
		return f.render("audit-statement.html", v)
	}
	c, err := s.Statements.Verify(a.ctx(), a.Param("key"), a.Head.Size())
	if err != nil {
		f.Offers = []link{{"các báo cáo đã chốt", a.addressOf("/kiem-toan") + "#bao-cao"}}
		return f.refuse("audit-statement.html", err, v)
	}
	p, err := a.Head.ResolvePrefix(answers.Query{})
	if err != nil {
		return Page{}, err
	}
	f.Title = c.Issued.Title
	f.Twins = []link{{"Excel (.xlsx)", "/api/v1/statements/" + c.Key + "?format=xlsx"}, {"JSON", "/api/v1/statements/" + c.Key}}
	v.Filled, v.Line = true, showStatement(a, c)
	names := s.recordNames(p)
	v.describe(s, a, c, names)
	for _, line := range c.Lines {
		v.Lines = append(v.Lines, showStated(a, c, line, names))
	}
	return f.render("audit-statement.html", v)
}

// describe fills in the facts of a statement beside its figures: the point, the
// issuer, its withdrawal, and the checkpoint over it.
func (v *statementPage) describe(s *Site, a *Asked, c *answers.StatementCheck, names vi.Names) {
	at, period := c.Fact.By.Position, c.Issued.Period
	// The period is stored by name; readers want its two days.
	if x, err := calendar.PeriodEnding(period, c.Issued.Valid); err == nil {
		period = vi.Period(x)
	}
	v.Facts = pairsWithValue(
		pair{"Khóa của báo cáo", c.Key}, pair{"Số liệu tại ngày", vi.Day(c.Issued.Valid)}, pair{"Tính từ", vi.Integer(c.Issued.Size) + " bản ghi đầu"},
		pair{"Địa bàn", names.About(ledger.StreamOf("place", c.Issued.Place))}, pair{"Kỳ", period}, pair{"Thang xếp loại", vi.Scheme(c.Issued.Scheme)},
		pair{"Phát hành", v.Line.Issued + " (giờ Việt Nam), ở bản ghi @" + positionDigits(at)}, pair{"Người phát hành", v.Line.By},
		pair{"Bất kiêm nhiệm", "quy tắc số " + vi.Integer(c.Issued.Rule()) + ": " + rules[c.Issued.Rule()]},
		pair{"Gốc Merkle đã nêu", c.Issued.Root},
	)
	if c.Root != nil {
		v.RootWrong = vi.Fault(c.Root)
	}
	if w := c.Withdrawal; w != nil {
		if e, ok := w.Event.(*statement.Withdrawn); ok {
			v.WithdrawnWhy = e.Reason
		}
		v.WithdrawnBy = actorWords(w.By.Actor)
		v.WithdrawnAt = a.linkToRecord(w.By.Position)
	}
	if r := c.Retraction; r != nil {
		v.RetractedBy, v.RetractedAt = actorWords(r.Actor), a.linkToRecord(r.Position)
	}
	if c.Duties != nil {
		v.Broken = vi.Fault(c.Duties)
	}
	// at is the position of the record: a checkpoint covers it from the size at+1 on.
	if s.Notary != nil && c.Retraction == nil {
		if signed, ok := s.Notary.FindCovering(at + 1); ok {
			v.Covered = vi.Integer(signed.Size)
		}
	}
	v.Command = "htxverify " + c.Key + ".evidence --key so-htx.pub"
}

// showStated is a figure of a statement beside the same figure counted now, with
// the records that moved it.
func showStated(a *Asked, c *answers.StatementCheck, line answers.StatementLine, names vi.Names) statedLine {
	out := statedLine{
		Name: nameOfIndicator(line.Stated.Indicator), Code: line.Stated.Indicator, Stated: statedInWords(line.Stated), Now: vi.NoData,
		Verdict: showLineVerdict(line.Verdict),
		To:      pinnedAddress("/vi-sao/"+line.Stated.Indicator, c.Point(), "map", c.Issued.Map.String()),
	}
	if line.Why != nil {
		out.Why = vi.Fault(line.Why)
	}
	if line.Now != nil {
		out.Now = vi.Figure(line.Now)
		if line.Then != nil {
			then, now, by := figureMove(line.Then, line.Now)
			// The pair is printed with more decimals where two would look alike; that is
			// only right while the stated value is the counted one.
			if out.Change = by; out.Stated == vi.Figure(line.Then) {
				out.Stated, out.Now = then, now
			}
		}
	}
	for _, x := range line.Changes {
		out.Changes = append(out.Changes, changeLine{
			Position: "@" + positionDigits(x.Record.Position), To: a.addressOf("/so/" + positionDigits(x.Record.Position)),
			Said: vi.Said(x.Record, names), Before: withCoverage(x.Before, x.After), After: withCoverage(x.After, x.Before),
		})
	}
	return out
}

// withCoverage is a figure in words, with who reported where only that tells it
// from another.
func withCoverage(x, other *indicator.Figure) string {
	said := vi.Figure(x)
	if said == vi.Figure(other) && vi.Coverage(x) != vi.Coverage(other) {
		said += " (" + vi.Coverage(x) + ")"
	}
	return said
}

// statedInWords is a stated figure as a reader reads it, in the unit of its
// definition; a figure of an unknown definition is printed as stated.
func statedInWords(x statement.Figure) string {
	d, err := indicator.Find(x.Indicator)
	switch {
	case x.Value == "" || x.Numerator == nil || x.Denominator == nil:
		return vi.NoData
	case err != nil || string(d.Unit) != x.Unit:
		// A definition that has since changed its unit would print another number.
		return x.Value + " " + x.Unit
	}
	return vi.Figure(&indicator.Figure{Definition: d, Num: *x.Numerator, Den: *x.Denominator})
}

// consistencyForm asks for a proof between two sizes.
type consistencyForm struct{ From, To *field }

// newConsistencyForm asks for two sizes. Empty fields are filled with first and
// head, and stay empty for 0.
func newConsistencyForm(a *Asked, first, head ledger.Position) consistencyForm {
	or := func(typed string, n ledger.Position) string {
		if typed == "" && n > 0 {
			return positionDigits(n)
		}
		return typed
	}
	return consistencyForm{
		From: &field{Name: "from", Label: "Cỡ sổ cũ", Hint: "Số bản ghi khi đó, như trên điểm kiểm tra bạn giữ.", Value: or(a.get("from"), first)},
		To:   &field{Name: "to", Label: "Cỡ sổ mới", Hint: "Để trống là toàn bộ sổ hiện nay.", Value: or(a.get("to"), head)},
	}
}

// consistencyPage is a proof that the ledger only grew between two sizes.
type consistencyPage struct {
	Form             consistencyForm
	Filled, Holds    bool
	From, To         string
	OldRoot, NewRoot string
	OldBy, NewBy     string // who signed that root, or ""
	OldOther         bool   // what was signed is another root
	NewOther         bool
	Hashes           []string
	JSON             string
}

var consistencyNames = []string{"from", "to"}

// consistency is the page of a consistency proof.
func (s *Site) consistency(a *Asked) (Page, error) {
	f := s.newFrame(a, "Sổ chỉ dài thêm")
	f.Clocks = nil
	head := a.Head.Size()
	v := &consistencyPage{Form: newConsistencyForm(a, 0, head)}
	f.own = []*field{v.Form.From, v.Form.To}
	if f.err != nil || a.get("from") == "" || s.Notary == nil {
		return f.render("audit-consistency.html", v)
	}
	sizes := [2]ledger.Position{0, head}
	for i, x := range f.own {
		if x.Value == "" {
			continue
		}
		n, err := positionIn(x.Value, x.Name, int64(head))
		if err != nil {
			// Both fields are read before the page gives up, so that both mistakes show.
			f.addWrong(err)
			continue
		}
		sizes[i] = ledger.Position(n)
	}
	if f.err != nil {
		return f.render("audit-consistency.html", v)
	}
	if err := s.Notary.ReadThrough(a.ctx(), sizes[1]); err != nil {
		return Page{}, err
	}
	proof, err := s.Notary.View.Consistency(sizes[0], sizes[1])
	if err != nil {
		return f.refuse("audit-consistency.html", audit.ErrProofRange.With(sizes[0], sizes[1], head).At("from"), v)
	}
	v.fill(s, proof)
	f.Twins = []link{{"JSON", v.JSON}}
	return f.render("audit-consistency.html", v)
}

func (v *consistencyPage) fill(s *Site, p *audit.Consistency) {
	v.Filled, v.Holds = true, p.Check() == nil
	v.From, v.To, v.OldRoot, v.NewRoot = vi.Integer(p.From), vi.Integer(p.To), p.OldRoot.String(), p.NewRoot.String()
	v.OldBy, v.OldOther = s.signedAs(p.From, p.OldRoot)
	v.NewBy, v.NewOther = s.signedAs(p.To, p.NewRoot)
	for _, h := range p.Hashes {
		v.Hashes = append(v.Hashes, h.String())
	}
	v.JSON = "/api/v1/proofs/consistency?from=" + positionDigits(ledger.Position(p.From)) + "&to=" + positionDigits(ledger.Position(p.To))
}

// signedAs tells who signed a root at a size, or that what was signed there is
// another one.
func (s *Site) signedAs(size int64, root audit.Hash) (by string, other bool) {
	signed, ok := s.Notary.FindExact(ledger.Position(size))
	switch {
	case !ok:
		return "", false
	case signed.Root != root:
		return "", true
	}
	return signersInWords(signed.Note), false
}

// signersInWords are the signers of a note, by name and key id. A name may say
// anything; the page escapes it. Nothing is verified here.
func signersInWords(note []byte) string {
	_, lines, _ := strings.Cut(string(note), "\n\n")
	var list []string
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != "—" {
			continue
		}
		b, err := base64.StdEncoding.DecodeString(fields[2])
		if err != nil || len(b) < 4 {
			continue
		}
		word := "khóa "
		// A cosignature has a timestamp of 8 bytes before its 64: only witnesses cosign.
		if len(b) == 4+8+64 {
			word = "nhân chứng, khóa "
		}
		list = append(list, fields[1]+" ("+word+hex.EncodeToString(b[:4])+")")
	}
	return strings.Join(list, ", ")
}
