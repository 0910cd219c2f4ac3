package shown

import (
	"htxledger/domain/assessment"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// Checks are contradictions among the records, at a point.
type Checks struct {
	Point    point   `json:"point"`
	Problems []check `json:"problems"`
	Page     *Page   `json:"page,omitempty"`
}

// A check is a contradiction among records. Checks are reported, never repaired.
type check struct {
	Code     string   `json:"code"`
	Severity string   `json:"severity" enum:"error warning notice"`
	Subject  string   `json:"subject"` // a stream, or the code of a figure
	Vi       string   `json:"vi"`
	En       string   `json:"en"`
	Records  []string `json:"records"` // the ids of those that contradict
}

// fromProblems is the JSON of contradictions.
func fromProblems(p *answers.Problems, page *Page) Checks {
	return Checks{Page: page, Point: fromPoint(p.Point), Problems: mapList(p.Problems, func(x assessment.Problem) check {
		return check{x.Code, string(x.Severity), x.Subject, x.Vi, x.En, mapList(x.By, idOf)}
	})}
}

var severities = map[assessment.Severity]string{
	assessment.Error: "lỗi", assessment.Warning: "cảnh báo", assessment.Notice: "lưu ý",
}

// problemTable is a row for each contradiction.
func problemTable(x *answers.Problems) *Table {
	t := NewTable("Kiểm tra", "Những điều chưa khớp trong sổ",
		column("code", "Mã"), column("severity", "Mức"), column("subject", "Về"),
		column("text", "Nội dung"), programColumn("english", "English"), column("records", "Bản ghi")).At(x.Point)
	for _, p := range x.Problems {
		var by []*ledger.Record
		for _, f := range p.By {
			by = append(by, f.By)
		}
		t.Add(WordsCell(p.Code), NamedCode(string(p.Severity), severities[p.Severity]), WordsCell(p.Subject), WordsCell(p.Vi), WordsCell(p.En), positionsCell(by))
	}
	return t
}
