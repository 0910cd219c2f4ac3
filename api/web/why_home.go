package web

import (
	"net/url"
	"strings"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// whyHomeView is the first page of the explanations: by co-operative or by figure.
type whyHomeView struct {
	Ask    askView
	Answer *standingView // of the co-operative typed out
	Name   string
	To     string
	// Figures are the plan's figures, Catalogue the others.
	Figures   []figureRow
	Catalogue []figureRow
}

// figureRow is a figure with its value and its targets.
type figureRow struct{ Name, To, Value, Meaning, Targets string }

// standingView is the contribution of a co-operative to the figures, on two sides.
type standingView struct {
	Sides []standSide
}

type standSide struct {
	Title, Empty, Column string
	Rows                 []standRow
}

type standRow struct{ Name, To, Targets, Words, Note string }

// whyHome asks which figure or which co-operative.
func (s *Site) whyHome(a *Asked) (Page, error) {
	f := s.newFrame(a, "Vì sao?")
	f.Lead = "Mỗi con số gồm những HTX nào, không gồm HTX nào, vì sao, theo hồ sơ nào."
	f.choosePlace()
	f.choosePeriod()
	v := &whyHomeView{Ask: newAskView(a, "HTX này được tính ở đâu, không được tính ở đâu, vì sao?")}
	f.own = []*field{v.Ask.Field}
	if f.err == nil {
		f.tooLong("htx")
	}
	if f.err != nil {
		return f.render("why-home.html", v)
	}
	p, err := a.resolve()
	if err != nil {
		return f.refuse("why-home.html", err, v)
	}
	list, err := s.Answers.Indicators(p)
	if err != nil {
		return f.refuse("why-home.html", err, v)
	}
	f.showPoint(list.Point)
	f.Twins = tables("Mọi chỉ tiêu", pinnedAddress("/api/v1/indicators", list.Point))
	if key := s.coopMeant(f, &v.Ask, p); key != "" {
		if err := s.showStanding(f, v, p, key); err != nil {
			return f.refuse("why-home.html", err, v)
		}
	}
	s.listFigures(a, v, list)
	return f.render("why-home.html", v)
}

// listFigures lists the figures to ask about, the plan's first.
func (s *Site) listFigures(a *Asked, v *whyHomeView, list *answers.Figures) {
	asked := map[string]string{}
	if p := s.planAt(a, list.Point); p != nil {
		for _, t := range p.Targets {
			for _, code := range append([]string{t.Indicator}, t.Also...) {
				if asked[code] != "" {
					asked[code] += ", "
				}
				asked[code] += t.ID
			}
		}
	}
	for _, x := range list.Figures {
		d := x.Definition
		row := figureRow{d.Name, a.addressOf("/vi-sao/" + url.PathEscape(d.Code)), vi.Figure(x), vi.MeaningOf(d), asked[d.Code]}
		if row.Targets != "" {
			v.Figures = append(v.Figures, row)
		} else {
			v.Catalogue = append(v.Catalogue, row)
		}
	}
}

// showStanding tells where a co-operative counts: over the targets of the plan, where
// there is one, and otherwise over the whole catalogue.
func (s *Site) showStanding(f *frame, v *whyHomeView, p *answers.Point, key string) error {
	x, t, err := s.Answers.StandingInPlan(f.asked.ctx(), p, key)
	if err == nil {
		f.Lead = ""
		if said := vi.JudgedOn(t); said != "" {
			f.Lead = "Theo kế hoạch " + t.Plan.Head().Number + ". " + said + "."
		}
	} else if x, err = s.Answers.StandingOf(f.asked.ctx(), p, key); err != nil {
		return err
	}
	v.Name, v.To = shown.SubjectName(x.Coop, x.Point.Valid), f.asked.addressOf("/htx/"+url.PathEscape(key))
	v.Answer = sortStanding(x, func(stood answers.Stood) string {
		code := url.PathEscape(stood.Figure.Definition.Code)
		// The plan judges at its own day and scheme; the link must ask at the same.
		if stood.Targets == nil {
			return f.asked.addressOf("/vi-sao/"+code, "htx", key)
		}
		return f.asked.addressOf("/vi-sao/"+code, "htx", key, "as_of", vi.Day(stood.Point.Valid), "scheme", stood.Point.Scheme)
	})
	return nil
}

// sortStanding sorts figures into figures with the co-operative and figures without.
func sortStanding(x *answers.Standing, to func(answers.Stood) string) *standingView {
	in := standSide{Column: "Tính", Empty: "Không được tính vào chỉ tiêu nào."}
	out := standSide{Column: "Vì sao không", Empty: "Được tính vào mọi chỉ tiêu."}
	for _, stood := range x.List {
		d := stood.Figure.Definition
		row := standRow{Name: d.Name, To: to(stood), Targets: strings.Join(stood.Targets, ", ")}
		if stood.Counts() {
			row.Words, row.Note = amountAdded(stood.Figure)
			in.Rows = append(in.Rows, row)
			continue
		}
		row.Words = stood.Figure.Out[0].Why.Vi()
		if stood.Figure.Den > 0 && d.Ratio {
			row.Note = "vẫn nằm trong mẫu số"
		}
		out.Rows = append(out.Rows, row)
	}
	in.Title = "Được tính vào " + vi.Integer(len(in.Rows)) + " chỉ tiêu"
	out.Title = "Không được tính vào " + vi.Integer(len(out.Rows)) + " chỉ tiêu"
	return &standingView{[]standSide{in, out}}
}

// amountAdded is the contribution of a co-operative to a figure, and a note where the ground is to
// be looked at twice.
func amountAdded(x *indicator.Figure) (words, note string) {
	words = entryAmount(x.Definition, indicator.Entry{Num: x.Num, Den: x.Den})
	if x.Definition.Unit != indicator.Dong && !x.Definition.Ratio {
		words += " " + string(x.Definition.Unit)
	}
	if x.Carried > 0 {
		note = "lấy theo năm trước"
	}
	return words, note
}
