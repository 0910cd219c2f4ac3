package web

import (
	"slices"

	"htxledger/api/vi"
	"htxledger/domain/audit"
)

// CheckNames are the text fields of the form with which an evidence file is
// sent to be checked; the file itself is CheckFile.
const (
	CheckKeys = "keys"
	CheckFile = "file"
)

type checkForm struct {
	Action     string
	Keys, File *field
}

func newCheckForm(a *Asked) checkForm {
	return checkForm{
		"/kiem-toan/doi-chieu",
		&field{Name: CheckKeys, Label: "Khóa công khai mà bạn tin", Value: a.get(CheckKeys), Placeholder: "TÊN+MÃ+BASE64",
			Hint: "Lấy từ giấy hoặc từ người đã trao khóa cho bạn, không lấy từ máy chủ này. Để trống thì dùng khóa của chính máy chủ."},
		&field{Name: CheckFile, Label: "Tệp bằng chứng (.evidence)", Kind: "file", Hint: "Tối đa 32 MB. Tệp không được lưu lại."},
	}
}

// A Check is the server's findings about an evidence file.
type Check struct {
	Report  *audit.Report
	OwnKeys bool // the keys were the server's own, which shows little
}

// checkSteps are the steps of a verification in order.
var checkSteps = []string{
	audit.StepFile, audit.StepCheckpoint, audit.StepRoot, audit.StepRecords, audit.StepSignature, audit.StepEarlier, audit.StepWitnesses,
	audit.StepStatement, audit.StepDefinitions, audit.StepFigures, audit.StepIssuer,
}

type checkPage struct {
	OK       bool
	Sentence string
	OwnKeys  bool
	Steps    []checkStep
	Facts    []pair
	Chain    []keyLine
	Losses   []string // each loss after which the ledger went on
	Lines    []checkLine
	Caveats  []string
	Form     checkForm
}

type checkStep struct {
	Name    string
	Verdict lineVerdict
}

type checkLine struct {
	Name, Code, Stated, Counted string
	Verdict                     lineVerdict
}

// CheckedPage is the page of the findings about an evidence file.
func (s *Site) CheckedPage(a *Asked, c Check) (Page, error) {
	f := s.newFrame(a, "Kết quả kiểm tra tệp bằng chứng")
	f.Clocks = nil
	r := c.Report
	v := &checkPage{OK: r.OK, Sentence: r.Vietnamese, OwnKeys: c.OwnKeys, Form: newCheckForm(a)}
	for _, step := range checkSteps {
		if x, taken := takenStep(r, step); taken {
			v.Steps = append(v.Steps, x)
		}
	}
	if r.Statement != "" {
		v.Facts = pairsWithValue(pair{"Báo cáo", r.Title}, pair{"Khóa của báo cáo", r.Statement}, pair{"Người phát hành", r.Issuer})
	}
	v.Facts = append(v.Facts, pairsWithValue(pair{"Sổ cái", r.Origin}, pair{"Bản ghi trong tệp", vi.Integer(r.Records)},
		pair{"Cỡ sổ đã ký", vi.Integer(r.Size)}, pair{"Gốc Merkle", r.Root}, pair{"Khóa đã ký", r.Key})...)
	v.Chain = showChain(r.Keys)
	_, v.Losses = showLosses(r.Recovered)
	for _, l := range r.Lines {
		v.Lines = append(v.Lines, showChecked(l))
	}
	for _, x := range r.Unchecked {
		v.Caveats = append(v.Caveats, x.Vietnamese)
	}
	return f.render("audit-check.html", v)
}

// takenStep is a step that held or failed; after the failed step there are
// none.
func takenStep(r *audit.Report, step string) (checkStep, bool) {
	x := checkStep{Name: audit.StepName(step)}
	switch {
	case slices.Contains(r.Passed, step):
		x.Verdict = lineVerdict{"met", "●", "đúng"}
	case r.Failed == step:
		x.Verdict = lineVerdict{"missed", "▽", "SAI"}
	default:
		return x, false
	}
	return x, true
}

// showChecked is a figure of an evidence file as a line: stated, counted, verdict.
func showChecked(l audit.Line) checkLine {
	x := checkLine{Name: nameOfIndicator(l.Indicator), Code: l.Indicator, Stated: statedInWords(l.Stated), Counted: vi.NoData}
	switch {
	case l.Counted == nil:
		x.Verdict = lineVerdict{"no-data", "?", "không xác định được"}
	case l.Same:
		x.Verdict = lineVerdict{"met", "●", "khớp"}
	default:
		x.Verdict = lineVerdict{"missed", "▽", "lệch"}
	}
	if l.Counted != nil {
		x.Counted = statedInWords(*l.Counted)
	}
	return x
}
