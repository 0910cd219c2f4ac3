package imports

import (
	"slices"
	"strings"

	"htxledger/domain/ledger"
)

// fewDataCells is how many cells of columns that are recorded a row of data fills, at
// least: with so many a row is never a title or a remark below the table.
const fewDataCells = 3

// dataCells counts the filled cells of a row in columns that are recorded.
func (r *reader) dataCells(row *GridRow) int {
	n := 0
	for i, c := range row.Cells {
		if r.isRecorded(i) && !c.Blank() {
			n++
		}
	}
	return n
}

// isRecorded reports whether a column, from 0, is recorded.
func (r *reader) isRecorded(i int) bool {
	return i < len(r.layout.columns) && r.layout.columns[i] != nil && r.layout.columns[i].Type != Remark
}

// identified tells whether a row names what it is about. Words in a column of
// keys or codes do not: titles of groups stand there too.
func (r *reader) identified(row GridRow) bool {
	return slices.ContainsFunc(r.identity, func(i int) bool {
		c := row.cell(i)
		switch r.layout.columns[i].Type {
		case Key, TaxCode:
			return isKeyText(c)
		}
		return !c.Blank()
	})
}

// hasKey tells whether a row names its subject by a key or a code.
func (r *reader) hasKey(row *GridRow) bool {
	return slices.ContainsFunc(r.identity, func(i int) bool {
		t := r.layout.columns[i].Type
		return (t == Key || t == TaxCode) && isKeyText(row.cell(i))
	})
}

// namesKey tells whether a row has a key or a code that can be one, in which no letter
// is a capital alone, as in titles.
func (r *reader) namesKey(row *GridRow) bool {
	return slices.ContainsFunc(r.identity, func(i int) bool {
		t := r.layout.columns[i].Type
		text := strings.TrimSpace(row.cell(i).Text)
		return (t == Key || t == TaxCode) && ledger.IsKey(text) && strings.ContainsAny(text, "abcdefghijklmnopqrstuvwxyz0123456789")
	})
}

// isKeyText tells keys and codes, also those with a mistake in them, from words.
func isKeyText(c Cell) bool {
	return strings.ContainsAny(c.Text, "0123456789") || ledger.IsKey(strings.TrimSpace(c.Text)) && !isRoman(fold(c.Text)) && !isSumWord(fold(c.Text))
}

// words are the texts of a row, for a sentence.
func (row GridRow) words() string {
	var list []string
	for _, c := range row.Cells {
		if !c.Blank() {
			list = append(list, strings.TrimSpace(c.Shown()))
		}
	}
	return strings.Join(list, " ")
}

// isSample knows the row of our own forms that shows how to fill them in: every cell
// of it is as the form was handed out. Somebody who typed over the row left its mark.
func (r *reader) isSample(row *GridRow) bool {
	i, ok := r.layout.at["line"]
	if !ok || fold(row.cell(i).Text) != sampleMark {
		return false
	}
	for i, c := range row.Cells {
		if !c.Blank() && i < len(r.layout.columns) && r.layout.columns[i] != nil && !r.layout.columns[i].isSample(c.Shown()) {
			return false
		}
	}
	return true
}

// unfilled knows a row of our own form in which nothing was added to what was
// filled in before.
func (r *reader) unfilled(row *GridRow) bool {
	if r.template == nil || r.template.Sheet != r.grid.Name {
		return false
	}
	any := false
	for i, c := range row.Cells {
		column := r.layout.columns[i]
		if c.Blank() || column == nil || column.Name == "line" {
			continue
		}
		if !slices.Contains(r.template.Prefilled, column.Name) {
			return false
		}
		any = true
	}
	return any
}

// counts tells whether a row has a number or a day where the form reads one. A day
// where the form reads none is that of a signature.
func (r *reader) counts(row *GridRow) bool {
	for i, c := range row.Cells {
		if !r.isRecorded(i) || c.Blank() || c.Kind == TextCell {
			continue
		}
		if t := r.layout.columns[i].Type; c.Kind != DayCell || t == Day || t == LastDay || t == FirstOut {
			return true
		}
	}
	return false
}

// fitsColumns tells whether a cell of a row is, or may be meant to be, what its column
// reads, other than text: names of those who sign are not.
func (r *reader) fitsColumns(row *GridRow) bool {
	for i, c := range row.Cells {
		if !r.isRecorded(i) || c.Blank() || c.Kind == DayCell && !r.layout.columns[i].Type.isDay() {
			continue
		}
		column := r.layout.columns[i]
		if column.Type == Text {
			continue
		}
		if _, err := r.layout.typedValue(column, r.layout.units[i], c); err == nil || c.Kind == NumberCell || isDash(c.Text) || strings.ContainsAny(c.Text, "0123456789") {
			return true
		}
	}
	return false
}

// isSumWord reports whether folded words are what a row of sums begins with.
func isSumWord(words string) bool {
	return slices.Contains([]string{"tong", "cong", "tong cong", "tong so", "cong tong", "tong cong toan tinh"}, words)
}

// saysSum reports whether the first words of a row, after its number, say nothing
// but that it is one of sums.
func saysSum(row *GridRow) bool {
	for _, c := range row.Cells {
		if words := fold(c.Text); c.Kind == TextCell && words != "" && !isRoman(words) {
			return isSumWord(words)
		}
	}
	return false
}

// isTotal knows a row of sums by its first words.
func isTotal(row *GridRow) bool {
	for _, c := range row.Cells {
		if c.Kind != TextCell || len(c.Text) > maxHeading {
			continue
		}
		words := fold(c.Text)
		if words == "" || isRoman(words) {
			continue
		}
		if isSumWord(words) {
			return true
		}
		for _, w := range []string{"tong cong ", "tong so ", "cong huyen ", "cong xa ", "cong thi xa ", "cong thanh pho ", "cong nhom ", "cong muc ", "cong phan ", "tong huyen ", "tong toan ", "cong toan "} {
			if strings.HasPrefix(words, w) {
				return true
			}
		}
		return isRoman(strings.TrimPrefix(words, "cong ")) && strings.HasPrefix(words, "cong ")
	}
	return false
}

func isRoman(s string) bool {
	return s != "" && strings.Trim(s, "ivx") == ""
}

// groupWords are the words that the title of a group begins with.
var groupWords = []string{"huyen ", "xa ", "thi xa ", "thanh pho ", "thi tran ", "phuong ", "nhom ", "phan ", "muc "}

// isGroup knows the title of a group of rows, by its index, that cannot be taken for
// a row of data: it names a place or a part of the table, or is merged across, and
// holds nothing else but sums of the rows that it is about.
func (r *reader) isGroup(i int) bool {
	row := &r.grid.Rows[i]
	label, ok := r.groupLabel(row)
	if !ok {
		return false
	}
	words := fold(row.cell(label).Text)
	if slices.ContainsFunc(groupWords, func(w string) bool { return strings.HasPrefix(words, w) }) {
		return true
	}
	a, merged := r.grid.merges.at(i, label+1)
	return merged && a.Right-a.Left >= 2 && a.Top == a.Bottom
}

// groupLabel is the column, from 0, of the title of a group, if a row can be one: a
// mark (I, A, 1.) may stand before it, and sums behind it.
func (r *reader) groupLabel(row *GridRow) (label int, ok bool) {
	label = -1
	for i, c := range row.Cells {
		switch {
		case c.Blank():
		case c.Kind == TextCell && label < 0 && isGroupMark(fold(c.Text)):
		case c.Kind == TextCell && label < 0:
			label = i
		case i < len(r.layout.columns) && r.layout.columns[i] != nil && r.layout.columns[i].summed() && c.Kind == NumberCell:
		default:
			return -1, false
		}
	}
	return label, label >= 0
}

// isGroupMark knows what numbers groups: a letter or a Roman number.
func isGroupMark(mark string) bool {
	return isRoman(mark) || len(mark) == 1 && mark[0] >= 'a' && mark[0] <= 'z'
}

// isTitle knows a row, by its index, of one text that is no name: it stands in a
// column that does not name co-operatives, or begins with the mark of a group.
func (r *reader) isTitle(i int) bool {
	row := &r.grid.Rows[i]
	c, at := row.first()
	if c.Kind != TextCell || row.filled() != 1 {
		return false
	}
	if mark, rest, ok := strings.Cut(strings.TrimSpace(c.Text), "."); ok && rest != "" && isGroupMark(fold(mark)) {
		return true
	}
	for _, name := range []string{"coop_name", "name", "owner"} {
		if n, ok := r.layout.at[name]; ok && n == at {
			return false
		}
	}
	return true
}

// remarkWords are the words that remarks below a table begin with.
var remarkWords = []string{"ghi chu", "nguon", "luu y", "noi nhan", "chu thich"}

// isRemark knows a row below a table that is a remark on it.
func (r *reader) isRemark(row *GridRow) bool {
	c, _ := row.first()
	words := fold(c.Text)
	return row.filled() == 1 && c.Kind == TextCell && (strings.HasPrefix(strings.TrimSpace(c.Text), "(") || strings.HasPrefix(strings.TrimSpace(c.Text), "*") ||
		slices.ContainsFunc(remarkWords, func(w string) bool { return strings.HasPrefix(words, w) }))
}

// signerWords are the words that the offices of those who sign begin with.
var signerWords = []string{
	"nguoi lap", "lap bieu", "nguoi tong hop", "ke toan", "thu truong", "giam doc", "chu tich", "truong phong", "truong ban", "chi cuc truong",
	"pho", "tm", "kt", "tl", "tuq", "ky ten", "ky va ghi", "ky ghi", "xac nhan", "nguoi kiem tra", "thu quy", "chu nhiem", "lanh dao", "can bo", "da ky", "ky dong dau",
}

// isSigned knows a row of those who sign a table: every cell is an office, the place
// and day of signing, or a day alone.
func isSigned(row GridRow) bool {
	texts := 0
	for _, c := range row.Cells {
		switch {
		case c.Blank(), c.Kind == DayCell:
			continue
		case c.Kind != TextCell || len(c.Text) > maxHeading || !isSignature(fold(c.Text)):
			return false
		}
		texts++
	}
	return texts > 0
}

// isSignature knows folded words of a signature: an office, or “Đắk Mil, ngày … tháng …”.
func isSignature(words string) bool {
	_, dated, ok := strings.Cut(" "+words, " ngay ")
	if ok && strings.Contains(" "+dated, " thang ") {
		return true
	}
	return slices.ContainsFunc(signerWords, func(w string) bool {
		return words == w || strings.HasPrefix(words, w+" ")
	})
}
