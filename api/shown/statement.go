package shown

import (
	"cmp"
	"errors"
	"maps"
	"math/big"
	"slices"

	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/statement"
	"htxledger/projections/answers"
)

// Statements are all that were issued, in that order, as they stand at a size.
type Statements struct {
	Size       int64           `json:"size"`
	Statements []statementHead `json:"statements"`
	Page       *Page           `json:"page,omitempty"`
}

// A statementHead is a statement and its fate as a whole.
type statementHead struct {
	Key       string      `json:"key"`
	Title     string      `json:"title"`
	Valid     string      `json:"valid"`
	MapDay    string      `json:"map_day"`
	Place     string      `json:"place"`
	Period    string      `json:"period"`
	Scheme    string      `json:"scheme"`
	Size      int64       `json:"size"` // the figures follow from the first so many records
	Root      string      `json:"root"` // of those
	Issued    Record      `json:"issued"`
	Duties    duties      `json:"duties"`
	Withdrawn *withdrawal `json:"withdrawn,omitempty"`
	// Retracted is the record that took the statement back, as older programs let
	// anybody do: it proves nothing any more.
	Retracted *retraction `json:"retracted,omitempty"`
	Verdict   string      `json:"verdict" enum:"match now-different undetermined mismatch"` // the worst of its figures
	VerdictVi string      `json:"verdict_vi"`
	// Checkpoint covers the statement's own record, so that evidence can be made.
	Checkpoint *checkpoint `json:"checkpoint,omitempty"`
}

// duties is the rule of duties a statement was issued under, and whether the
// issuer may stand for its figures by that rule.
type duties struct {
	Rule  int64  `json:"rule" doc:"1: nobody issues what they recorded; 2: nobody issues figures that would be others without their records"`
	OK    bool   `json:"ok"`
	Code  string `json:"code,omitempty" doc:"why not"`
	Why   string `json:"why,omitempty"`
	WhyVi string `json:"why_vi,omitempty"`
}

// Describe is for the contract.
func (duties) Describe() string {
	return "The rule of duties that a statement was issued under, and whether its issuer may stand for the figures by " +
		"that rule."
}

// A withdrawal is the record by which a statement was withdrawn.
type withdrawal struct {
	Position int64  `json:"position"`
	Valid    string `json:"valid"`
	By       string `json:"by,omitempty" doc:"account and role"`
	Reason   string `json:"reason"`
}

// A retraction is the record by which a statement was taken back.
type retraction struct {
	Position int64  `json:"position"`
	Recorded string `json:"recorded"`
	By       string `json:"by,omitempty" doc:"account and role"`
	Reason   string `json:"reason"`
	Note     string `json:"note,omitempty"`
}

// Describe is for the contract.
func (retraction) Describe() string {
	return "The record by which an older program let a statement be taken back. It proves nothing any more."
}

// A Statement is a statement with each of its figures counted again: at its
// own size, and at the size of the ledger now.
type Statement struct {
	At        int64           `json:"at"` // the size of the ledger now
	Statement statementHead   `json:"statement"`
	Lines     []statementLine `json:"lines"`
}

// A statementLine is a stated figure.
type statementLine struct {
	Stated    stated   `json:"stated"`
	Verdict   string   `json:"verdict" enum:"match now-different undetermined mismatch"`
	VerdictVi string   `json:"verdict_vi"`
	Then      *Figure  `json:"then,omitempty"` // counted again at the statement's size; absent if it could not be
	Now       *Figure  `json:"now,omitempty"`  // counted at the size of the ledger now
	Changes   []change `json:"changes"`        // the records that moved it since, oldest first
	Why       string   `json:"why,omitempty"`  // for mismatch and undetermined
	WhyVi     string   `json:"why_vi,omitempty"`
	Code      string   `json:"code,omitempty"` // of the same
}

// A stated is a figure in the words of its statement.
type stated struct {
	Code        string    `json:"code"`
	Version     int64     `json:"version"`
	Value       string    `json:"value,omitempty"`
	Numerator   string    `json:"numerator,omitempty"`
	Denominator string    `json:"denominator,omitempty"`
	Unit        string    `json:"unit"`
	Coverage    *coverage `json:"coverage,omitempty"`
	Carried     int64     `json:"carried,omitempty"`
	Parts       []part    `json:"parts,omitempty"`
}

// A change is a record that moved a figure.
type change struct {
	Record Record `json:"record"`
	Before Figure `json:"before"`
	After  Figure `json:"after"`
}

// fromStatements are statements counted again. by finds the
// checkpoint that covers each; it may be nil.
func fromStatements(size ledger.Position, all []*answers.StatementCheck, by answers.Checkpoints, page *Page) Statements {
	return Statements{Page: page, Size: int64(size), Statements: mapList(all, func(c *answers.StatementCheck) statementHead { return fromStatementHead(c, by) })}
}

// fromStatement is a statement counted again.
func fromStatement(c *answers.StatementCheck, by answers.Checkpoints) Statement {
	return Statement{int64(c.Head), fromStatementHead(c, by), mapList(c.Lines, fromStatementLine)}
}

// fromStatementHead is a statement and its fate as JSON, without its figures.
func fromStatementHead(c *answers.StatementCheck, by answers.Checkpoints) statementHead {
	s := c.Issued
	out := statementHead{
		Key: c.Key, Title: s.Title, Valid: s.Valid.String(), MapDay: s.Map.String(), Place: s.Place, Period: s.Period,
		Scheme: s.Scheme, Size: s.Size, Root: s.Root, Issued: fromRecord(c.Fact.By), Duties: dutiesOf(c), Verdict: string(c.Verdict), VerdictVi: c.Verdict.Vi(),
	}
	if w := c.Withdrawal; w != nil {
		out.Withdrawn = &withdrawal{int64(w.By.Position), w.Valid.String(), accountID(w.By.Actor), w.Event.(*statement.Withdrawn).Reason}
	}
	if r := c.Retraction; r != nil {
		out.Retracted = &retraction{int64(r.Position), r.Recorded.String(), accountID(r.Actor), r.Corrects.Reason, r.Corrects.Note}
	}
	if by != nil {
		// Evidence holds the record of the statement, which is one beyond the records it counts.
		if signed, ok := by.FindCovering(c.Fact.By.Position + 1); ok {
			out.Checkpoint = fromCheckpoint(&signed.Checkpoint)
		}
	}
	return out
}

// dutiesOf is the rule a statement was issued under and its verdict.
func dutiesOf(c *answers.StatementCheck) duties {
	out := duties{Rule: c.Issued.Rule(), OK: c.Duties == nil}
	if c.Duties != nil {
		out.Code, out.Why, out.WhyVi = codeAndWords(c.Duties)
	}
	return out
}

// accountID is an actor in short, or "".
func accountID(a *ledger.Actor) string {
	if a == nil {
		return ""
	}
	return a.ID + " (" + a.Role + ")"
}

// codeAndWords is the code of an error and its sentences.
func codeAndWords(err error) (code, english, vietnamese string) {
	if f, ok := fault.Of(err); ok {
		return f.Code, f.En(), f.Vi()
	}
	return "internal", err.Error(), err.Error()
}

// fromStatementLine is a stated figure, counted again then and now, as JSON.
func fromStatementLine(l answers.StatementLine) statementLine {
	out := statementLine{
		Stated: fromStated(l.Stated, l.Version), Verdict: string(l.Verdict), VerdictVi: l.Verdict.Vi(),
		Then: orNone(l.Then, fromFigure), Now: orNone(l.Now, fromFigure),
		Changes: mapList(l.Changes, func(c answers.Change) change {
			return change{fromRecord(c.Record), fromFigure(c.Before), fromFigure(c.After)}
		}),
	}
	if l.Why != nil {
		out.Code, out.Why, out.WhyVi = codeAndWords(l.Why)
	}
	return out
}

// fromStated is a figure in the words of its statement; version is the definition's.
func fromStated(f statement.Figure, version int64) stated {
	out := stated{
		Code: f.Indicator, Version: version, Value: f.Value, Numerator: optionalText(f.Numerator), Denominator: optionalText(f.Denominator), Unit: f.Unit,
	}
	if f.Expected != nil && f.Reported != nil {
		out.Coverage = &coverage{*f.Expected, *f.Reported}
	}
	if f.Carried != nil {
		out.Carried = *f.Carried
	}
	for _, p := range f.Parts {
		out.Parts = append(out.Parts, part{p.Name, numberText(p.Number)})
	}
	return out
}

// A checkpoint names a signed checkpoint: the note itself is at
// /api/v1/checkpoint?size=SIZE.
type checkpoint struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
}

// fromCheckpoint names a checkpoint; nil is none.
func fromCheckpoint(c *audit.Checkpoint) *checkpoint {
	if c == nil {
		return nil
	}
	return &checkpoint{c.Size, c.Root.String()}
}

// A SignedCheckpoint is a checkpoint with the text passed on.
type signedCheckpoint struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"`
	Note   string `json:"note"`
}

// FromSigned is a signed checkpoint.
func FromSigned(s audit.Signed) signedCheckpoint {
	return signedCheckpoint{s.Origin, s.Size, s.Root.String(), string(s.Note)}
}

// An InclusionProof proves that a record stands at a position among the first
// size records (RFC 6962 §2.1.1).
type InclusionProof struct {
	Position int64    `json:"position"`
	Size     int64    `json:"size"`
	LeafHash string   `json:"leaf_hash"`
	Root     string   `json:"root"`
	Hashes   []string `json:"hashes"`
	// Note is the signed checkpoint of exactly this size, where there is one.
	Note string `json:"note,omitempty"`
}

// FromInclusion is a proof, with the checkpoint of its size if one is signed.
func FromInclusion(p *audit.Inclusion, note []byte) InclusionProof {
	return InclusionProof{p.Position, p.Size, p.Leaf.String(), p.Root.String(), mapList(p.Hashes, audit.Hash.String), string(note)}
}

// A ConsistencyProof proves that the first records of one size are the
// beginning of those of a larger one (RFC 6962 §2.1.2).
type ConsistencyProof struct {
	From    int64    `json:"from"`
	To      int64    `json:"to"`
	OldRoot string   `json:"old_root"`
	NewRoot string   `json:"new_root"`
	Hashes  []string `json:"hashes"`
	// Note is the signed checkpoint of the larger size, where there is one.
	Note string `json:"note,omitempty"`
}

// FromConsistency is a proof, with the checkpoint of its larger size if one is
// signed.
func FromConsistency(p *audit.Consistency, note []byte) ConsistencyProof {
	return ConsistencyProof{p.From, p.To, p.OldRoot.String(), p.NewRoot.String(), mapList(p.Hashes, audit.Hash.String), string(note)}
}

// A MovedStatement is a statement that stands and of which some figure is not
// what it was, or could not be decided: the alarm. It tells no numbers.
type MovedStatement struct {
	Key        string   `json:"key"`
	Verdict    string   `json:"verdict" enum:"match now-different undetermined mismatch"`
	VerdictVi  string   `json:"verdict_vi"`
	Indicators []string `json:"indicators"` // those that do not match
	Records    []int64  `json:"records"`    // positions of those that moved them, in order
	Codes      []string `json:"codes"`      // of the faults that kept a figure from matching
}

// FromMoved is the alarm.
func FromMoved(all []*answers.StatementCheck) []MovedStatement { return mapList(all, movedStatement) }

// movedStatement is a statement with the figures that have moved, for the alarm.
func movedStatement(c *answers.StatementCheck) MovedStatement {
	out := MovedStatement{Key: c.Key, Verdict: string(c.Verdict), VerdictVi: c.Verdict.Vi(), Indicators: []string{}}
	records := map[int64]bool{}
	codes := map[string]bool{}
	for _, l := range c.Lines {
		if l.Verdict == answers.Matches {
			continue
		}
		out.Indicators = append(out.Indicators, l.Stated.Indicator)
		for _, x := range l.Changes {
			records[int64(x.Record.Position)] = true
		}
		var f *fault.Fault
		if errors.As(l.Why, &f) {
			codes[f.Code] = true
		}
	}
	out.Records, out.Codes = inOrder(records), inOrder(codes)
	return out
}

func inOrder[K cmp.Ordered](set map[K]bool) []K {
	keys := slices.AppendSeq([]K{}, maps.Keys(set))
	slices.Sort(keys)
	return keys
}

// statementsTable is a row a statement.
func statementsTable(all []*answers.StatementCheck) *Table {
	t := NewTable("Báo cáo xác nhận", "Các báo cáo xác nhận",
		column("key", "Khóa"), column("title", "Tên"), column("valid", "Tại ngày"), column("size", "Cỡ sổ"),
		column("position", "Bản ghi"), column("verdict", "Đối chiếu"), column("withdrawn", "Đã thu hồi"),
		column("retracted", "Bị rút lại"), column("duties", "Quy tắc bất kiêm nhiệm"), column("duties_ok", "Đúng quy tắc"))
	for _, c := range all {
		t.Add(WordsCell(c.Key), WordsCell(c.Issued.Title), dayCell(c.Issued.Valid), WholeCell(c.Issued.Size), WholeCell(c.Fact.By.Position),
			NamedCode(string(c.Verdict), c.Verdict.Vi()), FlagCell(c.Withdrawal != nil),
			FlagCell(c.Retraction != nil), WholeCell(c.Issued.Rule()), FlagCell(c.Duties == nil))
	}
	return t
}

// statementTable has a row for each stated figure, with the figure as counted now.
func statementTable(c *answers.StatementCheck) *Table {
	t := NewTable("Đối chiếu", "Đối chiếu "+c.Issued.Title,
		column("statement", "Báo cáo"), column("code", "Mã"), column("version", "Phiên bản"),
		column("stated", "Đã nêu"), column("verdict", "Đối chiếu"), column("now", "Nay"), column("records", "Bản ghi làm thay đổi"))
	for _, l := range c.Lines {
		now, stated := Cell{}, statedCell(l.Stated.Value)
		if l.Now != nil {
			now = figureCells(l.Now)[0]
			if stated.Kind == Number {
				stated.Kind = cellKindOf(l.Now.Definition.Unit)
			}
		}
		var records []*ledger.Record
		for _, x := range l.Changes {
			records = append(records, x.Record)
		}
		t.Add(WordsCell(c.Key), WordsCell(l.Stated.Indicator), WholeCell(l.Version), stated, NamedCode(string(l.Verdict), l.Verdict.Vi()), now, positionsCell(records))
	}
	return t
}

// statedCell is a stated value, which is written as a ratio in lowest terms; "" is no data.
func statedCell(s string) Cell {
	v, ok := new(big.Rat).SetString(s)
	switch {
	case s == "":
		return Cell{Kind: NoData}
	case !ok:
		return WordsCell(s)
	}
	return Cell{Kind: Number, Program: s, Value: v}
}
