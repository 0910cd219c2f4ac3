package main

import (
	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/projections/answers"
)

// triangleReply is a revision triangle: rows are days, columns states of knowledge.
func triangleReply(t *answers.Triangle) reply {
	return reply{
		point:  t.Point,
		Answer: shown.ShowTriangle(t),
		text: func(p *page) {
			p.line("%s (%s)", t.Definition.Name, t.Definition.Unit)
			p.line("Mỗi dòng là một ngày số liệu, mỗi cột là hồ sơ ghi nhận đến cuối ngày đó.")
			p.gap()
			columns := []column{left("Tại ngày")}
			for _, c := range t.Columns {
				columns = append(columns, right(vi.Day(c.Day)))
			}
			out := newTable(columns...)
			for _, row := range t.Rows {
				cells := []string{vi.Day(row.Valid)}
				for _, f := range row.Cells {
					if f == nil {
						cells = append(cells, "")
						continue
					}
					cells = append(cells, vi.Value(f))
				}
				out.add(cells...)
			}
			p.table(out)
			p.gap()
			p.line("%s", vi.Revision(t.Definition, t.Revision))
		},
	}
}
