package web

import (
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// Mistakes in the question to an explanation, beyond its point.
var (
	errPage = fault.Declare("page-of-list", fault.Malformed,
		"%q is not the number of a page (a whole number from 1)", "%q không phải là số trang (số nguyên từ 1 trở lên)")
	errReason = fault.Declare("page-reason", fault.Malformed,
		"there is no reason %q in the list", "không có lý do %q trong danh sách")
	errLong = fault.Declare("page-long", fault.Malformed,
		"the text has %d letters; at most %d are looked for", "ô này có %d ký tự; chỉ tìm được nhiều nhất %d ký tự")
)

const (
	whyPage    = 20  // of each of the two lists
	mostOffers = 8   // co-operatives that may have been meant
	mostTyped  = 120 // letters a search takes
)

// whyNames are the page's own parameters: who is asked after, what the two lists
// are narrowed to, and their pages.
var whyNames = []string{"htx", "q", "reason", "page", "page_out"}

// whyView is a figure with its sources.
type whyView struct {
	Filled                bool
	Ask                   askView
	Value, Code, Meaning  string
	Rule, Version, Source string
	Formula               []string // one line each
	Parts                 []partView
	Notes                 []string
	Asked                 []askedView
	Links                 []link
	Filter                narrowView
	In, Out               sideView
	OfPapers              bool // counts papers of agencies, not co-operatives
	Papers                []paperView
	Missing               []string // agencies whose paper did not come
}

// A paperView is a paper an agency handed in.
type paperView struct {
	Unit, Paper, Day string
	Late             bool
	Record           link
}

// partView is a term of a figure made of others.
type partView struct{ Sign, Name, Number, To string }

// askedView is a target that asks for the figure.
type askedView struct{ ID, Text, Cited, To string }

// sideView is a list of subjects: the counted, or the others.
type sideView struct {
	Title, Empty  string
	Groups        []preset // by reason, with counts
	Amounts       bool     // entries add different amounts
	Reasons       bool
	Rows          []entryView
	Shown         string
	Earlier, More string
}

// entryView is a subject with its amount, or the reason for none.
type entryView struct {
	Name, To, Seat, Adds, Reason, Note string
	Facts                              []factView
}

// why explains one figure at a point.
func (s *Site) why(a *Asked) (Page, error) {
	code := a.Param("code")
	f := s.newFrame(a, "Vì sao?")
	f.choosePlace()
	f.choosePeriod()
	f.dropHidden("page", "page_out", "reason")
	v := &whyView{Code: code, Ask: newAskView(a, "Vì sao HTX tôi không được tính?")}
	v.Filter = whyFilter(a)
	f.own = append(slices.Clone(v.Filter.Fields), v.Ask.Field)
	if d, err := indicator.Find(code); err == nil {
		v.OfPapers = d.OfPapers()
		f.Title = "Vì sao? " + d.Name
	}
	if f.err == nil {
		f.tooLong("q", "htx")
	}
	if f.err != nil {
		return f.render("why.html", v)
	}
	e, err := s.explain(f, v)
	if err != nil {
		f.Offers = []link{{"mọi chỉ tiêu", a.addressOf("/vi-sao")}}
		return f.refuse("why.html", err, v)
	}
	if err := s.fillWhy(f, v, e); err != nil {
		v.Filled = false
		return f.refuse("why.html", err, v)
	}
	return f.render("why.html", v)
}

// explain is the explanation a page is asked for, of the co-operative that was
// typed out in its box, if one was.
func (s *Site) explain(f *frame, v *whyView) (*answers.Explanation, error) {
	q := f.asked.query()
	q.Codes = []string{v.Code}
	p, err := f.asked.Head.Resolve(q)
	if err != nil {
		return nil, err
	}
	return s.Answers.Explain(f.asked.ctx(), p, p.Definitions[0], s.coopMeant(f, &v.Ask, p))
}

// fillWhy says an explanation in words.
func (s *Site) fillWhy(f *frame, v *whyView, e *answers.Explanation) error {
	a, d := f.asked, e.Figure.Definition
	f.showPoint(e.Point)
	if err := f.listChanges(e.Point, d); err != nil {
		return err
	}
	asked := ""
	if e.WhyNot != nil {
		asked = e.WhyNot.Coop.Key
	}
	f.Twins = tables("", pinnedAddress("/api/v1/explain/"+url.PathEscape(d.Code), e.Point, "why_not", asked))
	v.Value, v.Meaning, v.Rule = vi.Figure(e.Figure), vi.MeaningOf(d), vi.Rule(d)
	v.Version = strconv.Itoa(d.Version)
	v.Source = "danh mục chỉ tiêu của chương trình (docs/indicators.md)"
	if d.Schemed {
		v.Source += "; xếp loại theo " + vi.Scheme(e.Point.Scheme)
	}
	v.Formula, v.Parts = formulaLines(e.Figure), s.whyParts(a, e)
	for _, note := range []string{vi.Coverage(e.Figure), vi.CarriedOver(e.Figure), vi.LatePapers(e.Figure)} {
		if note != "" {
			v.Notes = append(v.Notes, note)
		}
	}
	v.Asked = s.targetsOf(a, e.Point, d)
	s.listPapers(v, a, e.Point, d)
	v.Links = []link{{"Diễn biến theo thời gian", a.addressOf("/dien-bien/" + url.PathEscape(d.Code))}}
	if !d.IsComposed() {
		v.Links = append(v.Links, link{"So sánh hai mốc", a.addressOf("/so-sanh", "code", d.Code)})
	}
	w := s.whyWords(a, e)
	if e.WhyNot != nil {
		v.Ask.fillAnswer(w, e)
	}
	if err := v.fillSides(w, e); err != nil {
		return err
	}
	v.Filled = true
	return nil
}

// formulaLines is the arithmetic of a figure, with its numbers.
func formulaLines(x *indicator.Figure) []string {
	d, counted := x.Definition, vi.Integer(len(x.In))
	value := vi.Figure(x)
	switch {
	case len(x.Parts) > 0:
		return nil
	case x.NoData:
		return []string{"Chưa có số liệu: không có gì để tính. Chưa có số liệu không phải là 0."}
	case d.Ratio && d.Unit == indicator.Dong:
		per := "HTX"
		if strings.HasPrefix(d.Code, "income.") {
			per = "lao động"
		}
		return []string{vi.Integer(x.Num) + " đồng ÷ " + vi.Integer(x.Den) + " " + per + " = " + value,
			"Tử số là tổng của " + counted + " HTX được tính."}
	case d.Ratio:
		left := int64(0)
		for _, c := range x.Out {
			left += c.Den
		}
		return []string{vi.Integer(x.Num) + " ÷ " + vi.Integer(x.Den) + " = " + value,
			"Mẫu số " + vi.Integer(x.Den) + " = " + vi.Integer(x.Den-left) + " HTX được tính + " + vi.Integer(left) + " HTX không được tính nhưng vẫn nằm trong mẫu số."}
	case int64(len(x.In)) == x.Num:
		// Each subject adds one: the sum is a count, and is called so.
		return []string{value + " = đếm " + counted + " " + subjectWord(d) + " được tính dưới đây, mỗi " + subjectWord(d) + " là 1."}
	}
	return []string{value + " = tổng của " + counted + " " + subjectWord(d) + " được tính dưới đây."}
}

// subjectWord is the word for the subjects of a figure.
func subjectWord(d *indicator.Definition) string {
	switch d.Over {
	case register.ProductSubject:
		return "sản phẩm"
	case register.TrainingSubject:
		return "lớp"
	case register.FairSubject:
		return "hội chợ"
	case register.ConferenceSubject:
		return "hội nghị"
	}
	if d.Unit == indicator.Models {
		return "lần công nhận"
	}
	return "HTX"
}

// whyParts are the terms of a figure made of others, each with the way
// to its own explanation.
func (s *Site) whyParts(a *Asked, e *answers.Explanation) (list []partView) {
	signs := map[int64]string{1: "+", -1: "−", 0: "="}
	terms := map[string]indicator.Term{}
	for _, t := range indicator.MovementTerms() {
		terms[t.Name] = t
	}
	for i, part := range e.Figure.Parts {
		v := partView{Sign: "", Name: vi.Part(part.Name), Number: vi.Integer(part.Num)}
		// The parts of a figure of papers are counts of papers: they have no figure of their own.
		if t, ok := terms[part.Name]; ok && !e.Figure.Definition.OfPapers() {
			if v.Sign = signs[t.Sign]; i == 0 {
				v.Sign = ""
			}
			v.To = a.addressOf("/vi-sao/" + t.Of.Code)
			// The opening is the close of the day before the period, on the map of this page.
			if t.Opening {
				v.To = a.addressOf("/vi-sao/"+t.Of.Code, "as_of", (e.Point.Period.First - 1).String(), "map", e.Point.Map.String(), "period", "")
			}
		}
		list = append(list, v)
	}
	return list
}

// targetsOf are the targets of the plan of a point that ask for a figure; none where
// there is no plan.
func (s *Site) targetsOf(a *Asked, at *answers.Point, d *indicator.Definition) (list []askedView) {
	p := s.planAt(a, at)
	if p == nil {
		return nil
	}
	for _, t := range p.Targets {
		if t.Indicator == d.Code || slices.Contains(t.Also, d.Code) {
			list = append(list, askedView{t.ID, t.Text, t.Cited + ", " + p.Head().Number, a.addressOf("/") + "#" + t.ID})
		}
	}
	return list
}

// listPapers fills in the papers behind a figure of papers, and the agencies without a paper.
func (s *Site) listPapers(v *whyView, a *Asked, at *answers.Point, d *indicator.Definition) {
	if !d.OfPapers() {
		return
	}
	p := s.planAt(a, at)
	if p == nil {
		return // the figure says that there is no data
	}
	for _, t := range p.Targets {
		if t.Indicator != d.Code {
			continue
		}
		for _, x := range p.DeliveriesOf(t.ID, "") {
			e := x.Event.(*plan.Delivered)
			v.Papers = append(v.Papers, paperView{e.Unit, e.Deliverable, x.Valid.Vi(), t.Due.Late(x),
				a.linkToRecord(x.By.Position)})
		}
		v.Missing = indicator.AgenciesWithoutReport(d.Code, p)
	}
}

// planAt is the plan of a question: the plan the question names, if that is
// there, or else the newest; nil where there is none.
func (s *Site) planAt(a *Asked, p *answers.Point) *plan.Plan {
	plans := s.Answers.Plans(p.Size, p.Valid)
	for _, x := range plans {
		if key := a.get("plan"); x.Key == key && key != "" {
			return x
		}
	}
	return plan.Newest(plans, p.Valid)
}

// fillSides fills in the two lists, narrowed as was asked.
func (v *whyView) fillSides(w wording, e *answers.Explanation) error {
	a, x := w.asked, e.Figure
	what := subjectWord(x.Definition)
	v.In = sideView{Title: "Được tính: " + vi.Integer(len(x.In)) + " " + what, Empty: "Không có " + what + " nào được tính.", Amounts: addsAmounts(x)}
	v.Out = sideView{Title: "Không được tính: " + vi.Integer(len(x.Out)) + " " + what, Empty: "Không có " + what + " nào bị loại ra.", Reasons: true}
	v.Out.Groups = reasonGroups(a, x.Out)
	out := x.Out
	if why := a.get("reason"); why != "" {
		if !slices.Contains(indicator.Reasons(), indicator.Reason(why)) {
			return errReason.With(why).At("reason")
		}
		out = slices.DeleteFunc(slices.Clone(out), func(c indicator.Contribution) bool { return string(c.Why) != why })
		v.Out.Empty = "Không có " + what + " nào không được tính vì lý do này."
	}
	if err := v.In.fill(w, x.In, "page"); err != nil {
		return err
	}
	return v.Out.fill(w, out, "page_out")
}

// addsAmounts reports whether entries add anything else than one each.
func addsAmounts(x *indicator.Figure) bool {
	return slices.ContainsFunc(x.In, func(c indicator.Contribution) bool { return c.Num != 1 })
}

// reasonGroups are the reasons of a list with counts, the commonest first.
func reasonGroups(a *Asked, out []indicator.Contribution) (list []preset) {
	n := map[indicator.Reason]int{}
	for _, c := range out {
		n[c.Why]++
	}
	reasons := make([]indicator.Reason, 0, len(n))
	for why := range n {
		reasons = append(reasons, why)
	}
	slices.SortFunc(reasons, func(x, y indicator.Reason) int {
		if n[x] != n[y] {
			return n[y] - n[x]
		}
		return strings.Compare(string(x), string(y))
	})
	chosen := a.get("reason")
	// A single reason needs no choice, but a chosen reason needs a way back.
	if len(reasons) > 1 || chosen != "" {
		list = append(list, preset{link{"mọi lý do: " + vi.Integer(len(out)), a.withChanged("reason", "", "page_out", "")}, chosen == ""})
	}
	for _, why := range reasons {
		list = append(list, preset{link{why.Vi() + ": " + vi.Integer(n[why]), a.withChanged("reason", string(why), "page_out", "")}, chosen == string(why)})
	}
	return list
}

// fill shows one page of a list, in the order of names.
func (x *sideView) fill(w wording, all []indicator.Contribution, param string) error {
	want := spelling.Plain(w.asked.get("q"))
	type named struct {
		indicator.Contribution
		name string
	}
	var list []named
	for _, c := range all {
		n := named{c, shown.SubjectName(c.Subject, w.point.Valid)}
		if want == "" || strings.Contains(spelling.Plain(n.name+" "+c.Subject.Key), want) {
			list = append(list, n)
		}
	}
	// In Vietnamese order of name, as people look names up.
	directory.Order(list, func(n named) (string, string) { return n.name, n.Subject.Key })
	from, to, err := x.cutPage(w.asked, param, len(list))
	if err != nil {
		return err
	}
	if len(list) == 0 && want != "" {
		x.Empty = "Không có gì khớp với “" + w.asked.get("q") + "” ở phía này."
	}
	for _, n := range list[from:to] {
		x.Rows = append(x.Rows, w.entryInWords(n.Contribution, n.name))
	}
	return nil
}

// cutPage tells which part of a list of so many is shown, and how to go on.
func (x *sideView) cutPage(a *Asked, param string, total int) (from, to int, err error) {
	page, err := a.pageNumber(param)
	if err != nil {
		return 0, 0, err
	}
	last := max((total+whyPage-1)/whyPage, 1)
	page = min(page, last)
	from, to = (page-1)*whyPage, min(page*whyPage, total)
	if total > 0 {
		x.Shown = "Đang xem " + vi.Integer(from+1) + "–" + vi.Integer(to) + " trong " + vi.Integer(total)
	}
	if page > 1 {
		x.Earlier = a.withChanged(param, strconv.Itoa(page-1))
	}
	if page < last {
		x.More = a.withChanged(param, strconv.Itoa(page+1))
	}
	return from, to, nil
}

// pageNumber is the number of a page that was typed; none is the first.
func (a *Asked) pageNumber(param string) (int, error) {
	typed := a.get(param)
	if typed == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0, errPage.With(typed).At(param)
	}
	return n, nil
}

// tooLong blames fields in which more was typed than is looked for.
func (f *frame) tooLong(names ...string) {
	for _, name := range names {
		if n := len([]rune(f.asked.get(name))); n > mostTyped {
			f.addWrong(errLong.With(n, mostTyped).At(name))
		}
	}
}

// dropHidden leaves parameters out of the clocks' form: they mean nothing at
// another point.
func (f *frame) dropHidden(names ...string) {
	f.Clocks.Hidden = slices.DeleteFunc(f.Clocks.Hidden, func(p pair) bool { return slices.Contains(names, p.Name) })
}

// pointFields are the parameters of the point, for a form of the page's own, and
// some of its own.
func (a *Asked) pointFields(own ...string) (list []pair) {
	for _, name := range append(slices.Clone(answers.PointNames), own...) {
		if v := a.get(name); v != "" {
			list = append(list, pair{name, v})
		}
	}
	return list
}

func whyFilter(a *Asked) narrowView {
	return narrowView{
		Action: a.Path, Hidden: a.pointFields("htx", "reason"), Reset: a.withChanged("q", "", "page", "", "page_out", ""),
		Fields: []*field{{Name: "q", Label: "Tìm trong hai danh sách", Value: a.get("q"), Kind: "search", Hint: "Một phần của tên, không cần dấu."}},
	}
}

// entryAmount is the amount of an entry, in words.
func entryAmount(d *indicator.Definition, e indicator.Entry) string {
	num := vi.Integer(e.Num)
	if d.Unit == indicator.Dong {
		num = vi.Money(new(big.Rat).SetInt64(e.Num))
		if e.Den > 1 {
			return num + " / " + vi.Integer(e.Den) + " lao động"
		}
		return num
	}
	return num
}
