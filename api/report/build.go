package report

import (
	"cmp"
	"context"
	"math/big"
	"net/url"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// Reasons to refuse a report.
var (
	ErrStatement = fault.Declare("report-statement", fault.Unverified,
		"statement %s does not hold, or could not be checked: no report is made of it",
		"báo cáo xác nhận %s bị lệch hoặc không kiểm tra được nên không lập báo cáo từ đó")
	ErrStatementPoint = fault.Declare("report-statement-point", fault.Malformed,
		"the report of a statement holds where the statement does: %s cannot be named beside it",
		"báo cáo theo một báo cáo xác nhận lấy đúng mốc của nó: không nêu thêm %s")
)

// An Asked is the caller's knowledge beside the ledger. Every field may be
// empty; an empty part of the report has dots to be written over.
type Asked struct {
	Agency    string   // the office that reports
	Above     string   // the office above it
	Symbol    string   // behind BC-: of the office and the section
	Signer    string   // the title of who signs
	To        []string // who it goes to
	Address   string   // of a server that shows the same report, as https://so.example
	Statement string   // the key of a statement whose point is reported
}

// A Desk makes reports. A Desk is safe for concurrent use.
type Desk struct {
	Answers    *answers.Service
	Statements *answers.Statements
	Roots      answers.Roots
}

// Report makes the report of a plan at the point of a query, or at that of a
// statement, whose figures must then come out as stated, as known at the head.
func (d Desk) Report(ctx context.Context, h *answers.Head, q answers.Query, a Asked) (*Document, error) {
	p, stated, err := d.resolve(ctx, h, q, a.Statement)
	if err != nil {
		return nil, err
	}
	t, err := d.Answers.Targets(p)
	if err != nil {
		return nil, err
	}
	// Judging a plan takes no context: a caller who left must not wait for the rest.
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	root, err := d.Roots.Root(t.Point.Size)
	if err != nil {
		return nil, err
	}
	return New(t, stated, Ledger{d.Answers.Origin(), root.String()}, a)
}

// resolve is the point a report is asked for at: that of the query, or, where a
// statement is named, that of the statement.
func (d Desk) resolve(ctx context.Context, h *answers.Head, q answers.Query, key string) (*answers.Point, *Stated, error) {
	if key == "" {
		p, err := h.Resolve(q)
		return p, nil, err
	}
	// The point is the statement's: another one beside it could only contradict.
	if set := pointOf(q); set != "" {
		return nil, nil, ErrStatementPoint.With(set).At("statement")
	}
	c, err := d.Statements.Verify(ctx, key, h.Size())
	if err != nil {
		return nil, nil, err
	}
	if c.Verdict != answers.Matches && c.Verdict != answers.NowDifferent || c.Retraction != nil {
		return nil, nil, ErrStatement.With(key).At("statement")
	}
	if _, err := audit.QuestionOf(c.Issued); err != nil {
		return nil, nil, err
	}
	stated := c.Point()
	stated.Plan = q.Plan
	p, err := h.Exactly(stated)
	return p, &Stated{Key: key, Title: c.Issued.Title, Verdict: c.Verdict, Withdrawn: c.Withdrawal != nil, Position: int64(c.Fact.By.Position)}, err
}

// pointOf names the parts of a query a statement has of its own.
func pointOf(q answers.Query) string {
	var set []string
	for _, x := range []struct{ name, value string }{
		{"as-of", q.AsOf}, {"known-at", q.Known}, {"place", q.Place}, {"map", q.Map}, {"period", q.Period}, {"scheme", q.Scheme},
	} {
		if x.value != "" {
			set = append(set, x.name)
		}
	}
	return strings.Join(set, ", ")
}

// New makes a report of a plan that was judged.
func New(t *answers.Targets, stated *Stated, l Ledger, a Asked) (*Document, error) {
	d := &Document{
		who: reportingAgency(a.Agency), Point: t.Point, Targets: t, Stated: stated, Ledger: l, AsOf: asOf(t), Type: "BÁO CÁO",
		About: "Kết quả thực hiện " + planName(t.Plan),
	}
	if t.Point.Synthetic {
		d.Synthetic = vi.Synthetic
	}
	d.Masthead = masthead(t, a)
	d.Signature = signature(a)
	d.Footer = d.footer()
	var err error
	d.Code, err = d.code(a.Address)
	if err != nil {
		return nil, err
	}
	d.Body = d.body()
	d.Annexes = d.annexes()
	d.Flat = flatTable(t)
	d.Sources = d.sources()
	return d, nil
}

// reportingAgency says who reports, where that is known.
func reportingAgency(agency string) string {
	if agency == "" {
		return ""
	}
	return agency + " báo cáo "
}

// dots are written over by hand.
const dots = "…………"

func masthead(t *answers.Targets, a Asked) Masthead {
	m := Masthead{Above: strings.ToUpper(a.Above), Agency: strings.ToUpper(a.Agency)}
	if m.Agency == "" {
		m.Agency = strings.Repeat(dots, 3)
	}
	m.Number = "Số: " + dots + "/BC-" + cmp.Or(a.Symbol, dots)
	m.Day = cmp.Or(bareName(t.PlanPlace), dots) + ", ngày …… tháng …… năm ………"
	return m
}

// bareName is the name of a province or city as it stands before a day.
func bareName(place string) string {
	for _, level := range []string{"Tỉnh ", "Thành phố "} {
		place = strings.TrimPrefix(place, level)
	}
	return place
}

func signature(a Asked) Signature {
	s := Signature{To: a.To, Signer: strings.ToUpper(a.Signer), Note: "(Chữ ký, dấu, họ và tên)"}
	if s.Signer == "" {
		s.Signer = "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ"
	}
	if len(s.To) == 0 {
		s.To = []string{dots, "Lưu: VT"}
	}
	return s
}

// asOf is the sentence that says where a report holds, and on which day it was
// judged where that is another.
func asOf(t *answers.Targets) string {
	said := vi.AsOf(t.Point)
	if on := vi.JudgedOn(t); on != "" {
		said += ". " + on
	}
	return said
}

// planName names a plan as offices do: Kế hoạch số 371/KH-UBND ngày 14/06/2023 của
// UBND tỉnh Đắk Nông. The issuer is taken from the source of the record,
// and left out where the source names none.
func planName(p *plan.Plan) string {
	h := p.Head()
	name := "Kế hoạch số " + h.Number
	if said := vi.StatedDay(h.Issued); said != "" {
		name += " " + said
	}
	if s := p.Adoption.By.Source; s != nil && s.Issuer != "" {
		name += " của " + s.Issuer
	}
	return name
}

func (d *Document) footer() string {
	said := d.AsOf + ". Sổ " + d.Ledger.Origin + ", gốc " + ShortRoot(d.Ledger.Root)
	if d.Stated != nil {
		said += "; báo cáo xác nhận " + d.Stated.Key
	}
	if d.Synthetic != "" {
		said += ". CÓ SỐ LIỆU MÔ PHỎNG"
	}
	return said
}

// ShortRoot is the beginning of a root, to be compared by eye.
func ShortRoot(root string) string { return root[:min(len(root), 12)] + "…" }

// code says how to come back to the numbers: an address, or a command and the
// three lines of the checkpoint that it must agree with.
func (d *Document) code(address string) (Code, error) {
	c := Code{Told: "Quét mã để xem lại đúng báo cáo này trên sổ."}
	q := d.Query()
	switch {
	case address != "":
		c.Text = strings.TrimRight(address, "/") + "/bao-cao?" + q.Encode()
	case d.Stated != nil:
		c.Text = "htxledger statement verify " + d.Stated.Key
		c.Told = "Mã chứa lệnh kiểm tra báo cáo xác nhận " + d.Stated.Key + " và gốc của sổ tại cỡ sổ đó."
	default:
		c.Text = "htxledger report"
		// In this order the command is the same each time: the picture of it stays the same.
		for _, name := range []string{"plan", "as_of", "known_at", "place", "map", "period", "scheme"} {
			if v := q.Get(name); v != "" {
				c.Text += " --" + strings.ReplaceAll(name, "_", "-") + " " + v
			}
		}
		c.Told = "Mã chứa lệnh lập lại đúng báo cáo này và gốc của sổ tại cỡ sổ đó."
	}
	// Without a server to ask, the code itself carries what the numbers must agree with.
	if address == "" {
		c.Text += "\n" + d.Ledger.Origin + "\n" + strconv.FormatInt(int64(d.Point.Size), 10) + "\n" + d.Ledger.Root
	}
	var err error
	c.QR, err = encodeQR(c.Text)
	return c, err
}

// Query asks for this very report, under the names that pages give.
func (d *Document) Query() url.Values {
	q := url.Values{}
	if d.Stated != nil {
		q.Set("plan", d.Targets.Plan.Key)
		q.Set("statement", d.Stated.Key)
		return q
	}
	for name, v := range map[string]string{
		"plan": d.Targets.Plan.Key, "as_of": d.Point.Valid.String(), "known_at": ledger.KnownSize(d.Point.Size).String(),
		"place": d.Point.Place, "map": d.Point.NamedMap(), "period": d.Point.NamedPeriod(), "scheme": d.Point.NamedScheme(),
	} {
		if v != "" {
			q.Set(name, v)
		}
	}
	return q
}

// percent is how much of a goal is reached, printed so that it is 100 only where
// the goal is, and on the right side of the tolerance.
func percent(g plan.Goal, m plan.Measured, tolerance int64) (vi.Quantity, bool) {
	hundred := big.NewRat(100, 1)
	of := func(v *big.Rat, low int64) *big.Rat {
		return new(big.Rat).Quo(new(big.Rat).Mul(v, hundred), new(big.Rat).SetInt64(low))
	}
	switch v := g.Value(m); {
	case v == nil:
		return vi.Quantity{}, false
	case g.Rule == plan.Done:
		part := of(new(big.Rat).SetInt64(m.Num), m.Den)
		return vi.Quantity{Value: part, Decimals: plan.Decimals(part, 1, hundred), Unit: "%"}, true
	case g.Low == nil || g.High != nil || *g.Low <= 0:
		// Of a range, or of nothing, there is no percentage.
		return vi.Quantity{}, false
	default:
		// Rounding must not cross the line at which the verdict turns.
		var thresholds []*big.Rat
		for _, t := range g.Thresholds(tolerance) {
			thresholds = append(thresholds, of(t, *g.Low))
		}
		part := of(v, *g.Low)
		return vi.Quantity{Value: part, Decimals: plan.Decimals(part, 1, thresholds...), Unit: "%"}, true
	}
}

// cutText is the beginning of a text, cut between words.
func cutText(text string, most int) string {
	text = strings.TrimPrefix(strings.Join(strings.Fields(text), " "), "- ")
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	head := string(runes[:most])
	if at := strings.LastIndexByte(head, ' '); at > 0 {
		head = head[:at]
	}
	return head + " …"
}

// inScheme is the scheme a line was counted in, or "".
func inScheme(t *answers.Targets, l assessment.Line) string {
	if l.Judged == nil || l.Judged.Figure == nil || !l.Judged.Figure.Definition.Schemed {
		return ""
	}
	return t.SchemeOf(l.Judged.Figure.Definition.Code)
}

// sourceOf is the code of what a line was counted by, and the scheme where there
// is one.
func sourceOf(t *answers.Targets, l assessment.Line) string {
	if l.Judged == nil || l.Judged.Figure == nil {
		return ""
	}
	return "nguồn: " + joinParts(", ", l.Judged.Figure.Definition.Code, inScheme(t, l))
}

// toleranceOf is how far "khoảng" reached in a line, and who chose it; "" where
// the line has no such word.
func toleranceOf(l assessment.Line) string {
	if l.Target.Rule != plan.About || l.Judged == nil {
		return ""
	}
	said := vi.Tolerance(l.Tolerance.Permyriad)
	if by := l.Tolerance.By; by != nil {
		said += " (chọn ở bản ghi @" + positionText(by.By.Position) + ")"
	}
	return said
}
