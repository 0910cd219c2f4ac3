package main

import (
	"context"
	"io"

	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// The days of the demo's story, and the figures that tell it.
const (
	reportDay = "30/11/2023" // the report of the plan was due the day before
	yearEnd   = "31/12/2023"
)

var storyCodes = []string{
	"coops.registered", "coops.established", "support.consolidated", "training.attendances.plan", "trade.conferences",
}

// showDemo prints the real and the made-up parts, the plan judged at the year's
// end, and the answer for the reporting day in two states of knowledge.
func (a *app) showDemo(ctx context.Context, seed uint64) error {
	r, err := a.openReading(ctx)
	if err != nil {
		return err
	}
	defer r.close()
	p := &page{width: a.lineWidth()}
	p.addProvenance(r, seed)
	at, err := r.head.Resolve(answers.Query{AsOf: yearEnd})
	if err != nil {
		return err
	}
	t, err := r.answers.Targets(at)
	if err != nil {
		return err
	}
	p.gap()
	p.targets(t)
	p.addPoint(t.Point)
	if err := p.addStory(r); err != nil {
		return err
	}
	_, err = io.WriteString(a.out, p.b.String())
	return err
}

// addProvenance counts the real and the made-up records.
func (p *page) addProvenance(r *reading, seed uint64) {
	var made, real, papers ledger.Position
	for at := range r.head.Size() {
		switch rec := r.projection.Record(at); {
		case rec.Synthetic():
			made++
		case rec.Stream.Family == "coop" || rec.Stream.Family == "support" || rec.Stream.Family == "certificate" || rec.Stream.Family == "ocop":
			real++
		default:
			papers++
		}
	}
	p.line("Sổ minh họa có %s bản ghi.", vi.Integer(r.head.Size()))
	p.line("- Thật: %s bản ghi về kế hoạch, bản đồ hành chính và ghi chú của người đọc; %s sự việc của HTX có nguồn công khai.",
		vi.Integer(papers), vi.Integer(real))
	p.line("- Mô phỏng (synthetic, seed %d): %s bản ghi, không phải số liệu thật.", seed, vi.Integer(made))
}

// A column of the story is a question about one day at one state of knowledge.
type telling struct {
	title string
	query answers.Query
}

var tellings = []telling{
	{reportDay + ", biết đến " + reportDay, answers.Query{AsOf: reportDay, Known: reportDay}},
	{reportDay + ", biết đến nay", answers.Query{AsOf: reportDay}},
	{yearEnd + ", biết đến nay", answers.Query{AsOf: yearEnd}},
}

// addStory sets the same figures side by side for two days and two states of
// knowledge.
func (p *page) addStory(r *reading) error {
	columns, said := []column{left("Mã"), wrap("Chỉ tiêu")}, [][]*indicator.Figure{}
	for _, x := range tellings {
		x.query.Codes = storyCodes
		at, err := r.head.Resolve(x.query)
		if err != nil {
			return err
		}
		f, err := r.answers.Indicators(at)
		if err != nil {
			return err
		}
		columns, said = append(columns, right(x.title)), append(said, f.Figures)
	}
	t := newTable(columns...)
	for i, code := range storyCodes {
		row := []string{code, said[0][i].Definition.Name}
		for _, figures := range said {
			row = append(row, vi.Figure(figures[i]))
		}
		t.add(row...)
	}
	p.gap()
	p.line("Cùng một ngày, biết thêm thì số khác; cùng những gì đã biết, sang ngày khác thì số khác:")
	p.table(t)
	p.line("Vì sao: htxledger vintages support.consolidated --as-of %s", reportDay)
	return nil
}
