package web

import (
	"net/url"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// askView is the box that asks after a co-operative, the possible meanings, and the
// answer.
type askView struct {
	Action string
	Field  *field
	Hidden []pair
	// Offers are co-operatives that may be meant; OffersText says so.
	Offers     []offerView
	OffersText string
	// Of one that was typed out:
	Answered bool
	Name, To string
	Verdict  string // one sentence
	Counted  bool
	Entries  []entryView
}

type offerView struct{ Name, To, Note string }

func newAskView(a *Asked, label string) askView {
	return askView{
		Action: a.Path, Hidden: a.pointFields("q", "reason"),
		Field: &field{Name: "htx", Label: label, Value: a.get("htx"), Kind: "search", Hint: "Tên (không cần dấu), mã số thuế hoặc mã HTX."},
	}
}

// coopMeant is the key of the co-operative typed out in the box; "" where
// nothing was, or where several may be meant: then the box offers them.
func (s *Site) coopMeant(f *frame, v *askView, p *answers.Point) string {
	typed := f.asked.get("htx")
	if typed == "" {
		return ""
	}
	found := s.Directory.Find(p, typed, mostOffers)
	// One exact match needs no choice.
	if only := found.Only(); only != nil {
		return only.Subject.Key
	}
	v.Offers, v.OffersText = offersOf(f.asked, p, found, func(key string) string { return f.asked.withChanged("htx", key, "page", "", "page_out", "") })
	return ""
}

// offersOf are co-operatives that may be meant, in words.
func offersOf(a *Asked, p *answers.Point, found *directory.Found, to func(key string) string) (list []offerView, text string) {
	for _, m := range found.Matches {
		o := offerView{Name: m.State.Name, To: to(m.Subject.Key), Note: m.PlaceName}
		// Of a record that names it before its founding is entered, only the key is known.
		if o.Name == "" {
			o.Name = m.Subject.Key
		}
		add := func(more string) {
			if o.Note != "" {
				o.Note += ", "
			}
			o.Note += more
		}
		if m.State.TaxCode != "" {
			add("mã số thuế " + m.State.TaxCode)
		}
		switch {
		case !m.Founded.IsZero():
			add("thành lập ngày " + vi.Day(m.Founded))
		case m.Status != directory.Operating:
			add(vi.Status(m.Status))
		}
		if m.Former != "" {
			add("trước đây là " + m.Former)
		}
		list = append(list, o)
	}
	switch n := vi.Integer(found.Total); {
	case len(list) == 0:
		text = "Không có HTX nào tên hoặc mã như “" + a.get("htx") + "” trong " + vi.Integer(p.Size) + " bản ghi đầu. Hãy thử ít chữ hơn, hoặc mã số thuế."
	case found.Near:
		text = "Không có HTX nào khớp hẳn với “" + a.get("htx") + "”. Có phải là một trong các HTX này?"
	case found.Total == 1:
		text = "Có phải là HTX này?"
	case found.Total > len(list):
		text = n + " HTX khớp với “" + a.get("htx") + "”; đây là " + vi.Integer(len(list)) + " HTX đầu. Hãy chọn, hoặc gõ thêm."
	default:
		text = n + " HTX khớp với “" + a.get("htx") + "”. Hãy chọn một."
	}
	return list, text
}

// fillAnswer fills in the outcome of the file that the page asks for.
func (v *askView) fillAnswer(w wording, e *answers.Explanation) {
	x := e.WhyNot
	entries, counted := entriesOf(e)
	v.Answered, v.Counted = true, counted
	v.Name, v.To = shown.SubjectName(x.Coop, e.Point.Valid), w.asked.addressOf("/htx/"+x.Coop.Key)
	switch over := e.Figure.Definition.Over; {
	case counted:
		v.Verdict = "được tính"
	case len(entries) > 0:
		v.Verdict = "không được tính"
	case over == register.ProductSubject:
		v.Verdict = "không được tính: chưa có sản phẩm nào được phân hạng"
	default:
		v.Verdict = "không liên quan: chỉ tiêu này không tính theo HTX"
	}
	for _, c := range entries {
		v.Entries = append(v.Entries, w.entryInWords(c, shown.SubjectName(c.Subject, e.Point.Valid)))
	}
}

// entriesOf are the entries of the one that was asked after: its own, and of a
// figure counted over products those under its name.
func entriesOf(e *answers.Explanation) (list []indicator.Contribution, counted bool) {
	if e.Figure.Definition.Over != register.ProductSubject {
		return e.WhyNot.Entries, e.WhyNot.Counted
	}
	mine := map[string]bool{}
	for _, h := range e.WhyNot.Coop.Coop.Products {
		mine[h.Facts[0].Root.Stream.Key] = true
	}
	// The first side is what is counted: an entry there counts the co-operative in.
	for i, side := range [][]indicator.Contribution{e.Figure.In, e.Figure.Out} {
		for _, c := range side {
			if mine[c.Subject.Key] {
				list, counted = append(list, c), counted || i == 0
			}
		}
	}
	return list, counted
}

// A wording puts entries and facts into words, as of a point.
type wording struct {
	site       *Site
	asked      *Asked
	point      *answers.Point
	definition *indicator.Definition
	names      vi.Names
	placeName  func(seat string) string
}

func (s *Site) whyWords(a *Asked, e *answers.Explanation) wording {
	return wording{s, a, e.Point, e.Figure.Definition, s.recordNames(e.Point), e.PlaceName}
}

// entryInWords is a contribution in words.
func (w wording) entryInWords(c indicator.Contribution, name string) entryView {
	v := entryView{Name: name, Seat: w.placeName(c.Seat), Adds: entryAmount(w.definition, c.Entry), Reason: c.Why.Vi()}
	if c.Subject.Kind == register.CoopSubject {
		v.To = w.asked.addressOf("/htx/" + url.PathEscape(c.Subject.Key))
	}
	switch {
	case c.Why != "" && c.Den > 0 && w.definition.Ratio:
		// Not counted, but divided by: readers take this for a contradiction if it is not said.
		v.Note = "vẫn nằm trong mẫu số"
	case c.Carried > 0:
		v.Note = "lấy theo năm trước"
	}
	for _, f := range c.By {
		v.Facts = append(v.Facts, w.factInWords(f))
	}
	return v
}

// factView is a record in force, and its history of corrections.
type factView struct {
	Position, To    string
	Kind, Said      string
	Holds, Recorded string
	Late            string // when a record is late, where it is; else ""
	Role            string
	Document, Hash  string
	Sheet           string
	Reason          string      // of a correction
	Chain           []chainView // the corrected records, newest first
}

// chainView is an earlier word of the same fact.
type chainView struct{ Position, To, Said, Holds, Recorded string }

// factInWords is a fact with its source and the records that it corrects.
func (w wording) factInWords(f *ledger.Fact) factView {
	r := f.By
	v := factView{
		Position: "@" + positionDigits(r.Position), To: w.asked.addressOf("/so/" + positionDigits(r.Position)), Kind: vi.Kind(f.Root.Kind),
		Said: vi.Event(f.Event, w.names), Holds: vi.StatedDay(f.Valid), Recorded: vi.Instant(r.Recorded), Late: whyLate(f.Root),
	}
	if r.Actor != nil {
		v.Role = vi.Role(r.Actor.Role)
	}
	if src := r.Source; src != nil {
		v.Document, v.Hash = vi.Source(src), src.SHA256
	}
	if r.Corrects != nil {
		v.Reason = vi.Reason(r.Corrects.Reason)
		if r.Corrects.Note != "" {
			v.Reason += ": " + r.Corrects.Note
		}
	}
	// A record beyond the known prefix has no words here: the chain ends before it.
	for at := r; at.Corrects != nil; {
		if at = w.site.Answers.Find(at.Corrects.ID); at == nil {
			break
		}
		v.Chain = append(v.Chain, w.earlierWord(at))
	}
	return v
}

// earlierWord is an earlier word of a fact.
func (w wording) earlierWord(r *ledger.Record) chainView {
	v := chainView{
		Position: "@" + positionDigits(r.Position), To: w.asked.addressOf("/so/" + positionDigits(r.Position)), Said: vi.Said(r, w.names),
		Holds: vi.StatedDay(r.Valid), Recorded: vi.Instant(r.Recorded),
	}
	if r.Event != nil {
		v.Said = vi.Event(r.Event, w.names)
	}
	return v
}
