package web

import (
	"html/template"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/chart"
	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

// Of each cause the steps that weigh most are shown, and pages of all of them
// where the reader asks.
const (
	firstSteps = 20
	pageSteps  = 100
)

var errUnbalanced = fault.Declare("bridge-unbalanced", fault.Corrupt,
	"the steps of %s do not add up to its change", "các phần của %s không cộng lại bằng chênh lệch")

// A bridgeView is a figure at both points and every step between.
type bridgeView struct {
	Code, Name, Sentence, Mix string
	A, B                      link
	Wide, Narrow              template.HTML
	NoChart                   string // why none is drawn, or ""
	Equation, Rounding        string
	Total                     string // of the change
	TotalNum, TotalDen        string
	Ratio                     bool
	Causes                    []causeView
	Verdicts                  []verdictPair
	Series                    string // the figure over time, at B
}

// A causeView is a bar of the bridge with the steps behind the bar.
type causeView struct {
	ID, Cause, Printed, Num, Den string
	Count                        string
	Steps                        []stepView
	Shown                        string // which steps, where not all
	All, Back, On                string // ways to more of them, or ""
}

type stepView struct {
	Subject       link
	Day           string
	Effect        string
	Num, Den      string
	Mix           bool
	Records       []recordView
	WithoutRecord string
}

type recordView struct {
	At              link
	Said            string
	Valid, Recorded string
	Source          string
}

// newBridge shows the one figure of a comparison.
func newBridge(f *frame, to *Asked, both *answers.Differences, judged judgements) (*bridgeView, error) {
	d := &both.Differences[0]
	def := d.From.Definition
	// A bridge whose parts do not add up would be a false explanation: better none.
	if !addsUp(d) {
		return nil, errUnbalanced.With(def.Code)
	}
	f.Title = def.Name
	v := &bridgeView{
		Code: def.Code, Name: def.Name, Sentence: vi.Difference(d), Ratio: def.Ratio,
		A:        link{vi.Figure(d.From), pinnedAddress("/vi-sao/"+def.Code, both.From)},
		B:        link{vi.Figure(d.To), pinnedAddress("/vi-sao/"+def.Code, both.To)},
		Verdicts: judged.pairs(d), Series: to.addressOf("/dien-bien/" + def.Code),
	}
	sum := vi.SumOf(d)
	w := &bridgeWriter{f: f, to: to, both: both, d: d, sum: sum}
	cause, offset, err := w.page()
	if err != nil {
		return nil, err
	}
	for i, t := range d.Totals() {
		v.Causes = append(v.Causes, w.cause(i, t, cause, offset))
	}
	v.TotalNum, v.TotalDen = countOf(def, big.NewRat(d.To.Num-d.From.Num, 1)), signedNumber(big.NewRat(d.To.Den-d.From.Den, 1))
	v.draw(d, sum)
	return v, nil
}

// addsUp reports whether the steps come to the difference, in the numerator, the
// denominator and the value.
func addsUp(d *answers.Difference) bool {
	num, den, effect := new(big.Rat), new(big.Rat), new(big.Rat)
	for _, t := range d.Totals() {
		num.Add(num, t.Num)
		den.Add(den, t.Den)
		if t.Effect != nil {
			effect.Add(effect, t.Effect)
		}
	}
	change := d.Change()
	return num.Cmp(big.NewRat(d.To.Num-d.From.Num, 1)) == 0 &&
		(!d.From.Definition.Ratio || den.Cmp(big.NewRat(d.To.Den-d.From.Den, 1)) == 0) &&
		(change == nil || effect.Cmp(change) == 0)
}

// draw fills in the drawing and the sum in words.
func (v *bridgeView) draw(d *answers.Difference, sum *vi.Sum) {
	switch {
	case sum == nil && len(v.Causes) == 0:
		v.NoChart = "Chưa có số liệu ở ít nhất một mốc, và không có gì thay đổi giữa hai mốc."
		return
	case sum == nil:
		v.NoChart = "Chưa có số liệu ở ít nhất một mốc nên không có chênh lệch để chia; bảng dưới là thay đổi của tử số và mẫu số."
		return
	case len(v.Causes) == 0:
		v.NoChart = "Giữa hai mốc không có gì thay đổi chỉ tiêu này."
		return
	}
	b := &chart.Bridge{
		ID: "cau", Title: "Giải trình chênh lệch: " + v.Name, Desc: v.Sentence + " Số liệu đầy đủ ở bảng ngay dưới hình.",
		From: chart.Bar{Label: "Mốc A", Value: valueOf(d.From), Printed: sum.From},
		To:   chart.Bar{Label: "Mốc B", Value: valueOf(d.To), Printed: sum.To},
		Tick: sum.Tick, Broken: "Trục không bắt đầu từ 0.",
	}
	equation := []string{sum.From}
	for i, t := range d.Totals() {
		b.Steps = append(b.Steps, chart.Bar{Label: upper(vi.Cause(t.Cause)), Value: t.Effect, Printed: sum.Parts[i], Link: "#" + v.Causes[i].ID})
		equation = append(equation, apart(sum.Parts[i]))
	}
	if sum.Rounding != "" {
		equation = append(equation, apart(sum.Rounding)+" (làm tròn)")
	}
	v.Total, v.Rounding = sum.Change, sum.Rounding
	v.Equation = strings.Join(equation, " ") + " = " + sum.To
	v.Wide, v.Narrow = b.Wide(), b.Narrow()
}

// apart sets the sign of a part apart from its number, as in a sum.
func apart(part string) string {
	for _, sign := range []string{"+", "−"} {
		if rest, ok := strings.CutPrefix(part, sign); ok {
			return sign + " " + rest
		}
	}
	return "+ " + part
}

func upper(s string) string {
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// A bridgeWriter words the steps of a difference.
type bridgeWriter struct {
	f    *frame
	to   *Asked // for the links to other pages
	both *answers.Differences
	d    *answers.Difference
	sum  *vi.Sum // nil where an end has no data
}

// page is the cause of which the reader asked for all the steps, and from where.
func (w *bridgeWriter) page() (answers.Cause, int, error) {
	cause := answers.Cause(w.f.asked.get("cause"))
	if cause != "" {
		if err := ledger.OneOf("cause", cause, answers.Causes...); err != nil {
			return "", 0, err
		}
	}
	offset, err := w.f.asked.number("offset")
	return cause, offset, err
}

// cause is a bar with its steps: the heaviest first, or, of the cause asked for,
// a page of all from the offset on.
func (w *bridgeWriter) cause(i int, t answers.Total, asked answers.Cause, offset int) causeView {
	def := w.d.From.Definition
	c := causeView{
		ID: "nguyen-nhan-" + string(t.Cause), Cause: upper(vi.Cause(t.Cause)), Printed: vi.NoData,
		Num: countOf(def, t.Num), Den: signedNumber(t.Den), Count: vi.Integer(t.Steps),
	}
	if w.sum != nil {
		c.Printed = w.sum.Parts[i]
	}
	steps := w.steps(t.Cause)
	// Only the cause asked for is paged; the others show their beginning.
	first, last := 0, min(firstSteps, len(steps))
	if t.Cause == asked {
		first = min(offset, len(steps))
		last = min(first+pageSteps, len(steps))
	}
	page := func(at int) string {
		return w.f.asked.withChanged("cause", string(t.Cause), "offset", strconv.Itoa(at)) + "#" + c.ID
	}
	switch {
	case t.Cause != asked && last < len(steps):
		c.Shown, c.All = vi.Integer(last)+" phần lớn nhất trong "+c.Count, w.f.asked.withChanged("cause", string(t.Cause), "offset", "")+"#"+c.ID
	case t.Cause == asked:
		c.Shown = "phần " + vi.Integer(min(first+1, last)) + " đến " + vi.Integer(last) + " trong " + c.Count
		if first > 0 {
			c.Back = page(max(first-pageSteps, 0))
		}
		if last < len(steps) {
			c.On = page(last)
		}
	}
	for _, s := range steps[first:last] {
		c.Steps = append(c.Steps, w.step(s))
	}
	return c
}

// steps are the steps of a cause, the heaviest first.
func (w *bridgeWriter) steps(cause answers.Cause) []*answers.Step {
	type weighed struct {
		step   *answers.Step
		weight *big.Rat
	}
	var list []weighed
	for i := range w.d.Steps {
		s := &w.d.Steps[i]
		if s.Cause != cause {
			continue
		}
		// Without a value at both ends there is no effect; the numerator is the next best weight.
		by := s.Num
		if s.Effect != nil {
			by = s.Effect
		}
		list = append(list, weighed{s, new(big.Rat).Abs(by)})
	}
	slices.SortStableFunc(list, func(x, y weighed) int { return y.weight.Cmp(x.weight) })
	steps := make([]*answers.Step, len(list))
	for i, x := range list {
		steps[i] = x.step
	}
	return steps
}

// step is a step of a cause in words, with the records behind the step.
func (w *bridgeWriter) step(s *answers.Step) stepView {
	def := w.d.From.Definition
	v := stepView{
		Subject: w.subject(s), Day: vi.Day(s.Day), Effect: vi.NoData,
		Num: countOf(def, s.Num), Den: signedNumber(s.Den), Mix: def.Ratio && s.Mix,
	}
	if s.Effect != nil {
		v.Effect = w.sum.SignedChange(s.Effect)
	}
	names := w.names()
	for _, r := range s.Records {
		v.Records = append(v.Records, recordView{
			At:   w.to.linkToRecord(r.Position),
			Said: vi.Said(r, names), Valid: r.Valid.Vi(), Recorded: vi.Instant(r.Recorded), Source: vi.Source(r.Source),
		})
	}
	if len(s.Records) == 0 {
		v.WithoutRecord = withoutRecord(s.Cause)
	}
	return v
}

// withoutRecord says why a step rests on no record of its own.
func withoutRecord(c answers.Cause) string {
	switch c {
	case answers.Lapsed:
		return "không có bản ghi mới: hết hạn, hoặc sang kỳ mới theo ngày"
	case answers.Redrawn:
		return "cùng những bản ghi, trên bản đồ khác"
	}
	return "cùng những bản ghi, cách tính khác"
}

// subject names who made a step, with the page about them where there is one.
// Who came and went between the two sizes is named as the records of the step
// knew them.
func (w *bridgeWriter) subject(step *answers.Step) link {
	id := step.Subject
	l := link{Text: id.Key}
	sizes := []ledger.Position{w.both.To.Size, w.both.From.Size}
	for _, r := range step.Records {
		sizes = append(sizes, r.Position+1, r.Position)
	}
	// The newest name wins; a subject may be unknown at either end.
	for _, size := range sizes {
		if s := w.f.site.Answers.Subject(id, size); s != nil {
			l.Text = shown.SubjectName(s, w.both.To.Valid)
		}
		if l.Text != id.Key {
			break
		}
	}
	if id.Kind == register.CoopSubject {
		l.To = w.to.addressOf("/htx/" + id.Key)
	}
	return l
}

// names are the names known at the larger of the two sizes.
func (w *bridgeWriter) names() vi.Names {
	service, at := w.f.site.Answers, w.both.To
	if w.both.From.Size > at.Size {
		at = w.both.From
	}
	m := service.Map(at)
	return vi.Names{
		Coop: func(key string) string {
			if s := service.Subject(register.SubjectID{Kind: register.CoopSubject, Key: key}, at.Size); s != nil {
				return shown.SubjectName(s, at.Valid)
			}
			return ""
		},
		Place: m.Name, Find: service.Find,
	}
}

// countOf is a change of a numerator, in its own unit.
func countOf(d *indicator.Definition, v *big.Rat) string {
	if d.Unit == indicator.Dong && v.Sign() != 0 {
		return vi.SignedChange(d, v)
	}
	return signedNumber(v)
}

// signedNumber is a number with its sign; a part of one shows its quarters.
func signedNumber(v *big.Rat) string {
	decimals := 0
	if !v.IsInt() {
		decimals = 2
	}
	switch v.Sign() {
	case 0:
		return "0"
	case -1:
		return "−" + vi.Decimal(new(big.Rat).Neg(v), decimals)
	}
	return "+" + vi.Decimal(v, decimals)
}
