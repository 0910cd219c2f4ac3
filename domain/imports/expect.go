package imports

import "strings"

// expectations say in Vietnamese what a cell of each type holds.
var expectations = map[Type]string{
	Text: "chữ", Key: "mã: chữ cái không dấu, chữ số, dấu . _ : -", Keys: "các mã, cách nhau bằng dấu chấm phẩy",
	TaxCode: "mã số thuế 10 chữ số, hoặc 10 chữ số-3 chữ số", Whole: "số nguyên", Money: "số tiền, theo đơn vị ghi ở tiêu đề",
	Points: "số điểm, nhiều nhất hai chữ số thập phân", Day: "ngày dd/mm/yyyy (hoặc mm/yyyy, yyyy)",
	LastDay: "ngày cuối còn hiệu lực, dd/mm/yyyy", FirstOut: "ngày đầu tiên hết hiệu lực, dd/mm/yyyy", Year: "năm bốn chữ số",
	YesNo: "có hoặc không", Remark: "không ghi vào sổ",
}

// Expected says in Vietnamese what a cell of the column holds.
func (c *Column) Expected() string {
	if c.Type != Choice {
		return expectations[c.Type]
	}
	var words []string
	for _, w := range c.Words {
		words = append(words, w.Word)
	}
	text := "một trong: " + strings.Join(words, ", ")
	if c.Open {
		text += "; hoặc mã khác"
	}
	return text
}

// Expected says what would be right in the place of a problem; "" where it is
// about no column of the form.
func (s *Sheet) Expected(p Problem) string {
	form, err := FindForm(s.Form)
	if err != nil || p.Column == "" {
		return ""
	}
	m, ok := form.match([]string{p.Column}, Options{})
	if !ok || m.column == nil {
		m, ok = form.match(strings.Fields(p.Column), Options{})
	}
	if !ok || m.column == nil {
		return ""
	}
	return m.column.Expected()
}
