package sheets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"htxledger/domain/imports"
)

// What marks look like, and whose they are: marks of an earlier round are taken
// away before new ones are made.
const (
	markAuthor  = "htxledger"
	markColour  = "FFC7CE"
	markSign    = "[htxledger] Lỗi: " // what the comments begin with
	maxComments = 2000                // cells with a comment of their own; all are in the list
	maxListed   = 5000                // mistakes in the list
	maxSaid     = 2000                // bytes of a comment
)

// Marked gives a workbook back with its mistakes: each faulty cell coloured, with
// a comment that says what is wrong, and a sheet “Lỗi” that lists all of them. All
// else stays byte for byte. b is a workbook that Read accepts.
func Marked(ctx context.Context, b []byte, problems []imports.Mark) ([]byte, error) {
	r, err := newReader(ctx, b, nil)
	if err != nil {
		return nil, err
	}
	m := &marker{rewriting: newRewriting(r.container, b)}
	m.base, _, _ = strings.Cut(m.sheetRelation(), "/worksheet")
	if m.styles, err = m.readStyles(); err != nil {
		return nil, err
	}
	wanted, err := m.gather(r, problems)
	if err != nil {
		return nil, err
	}
	for i := range r.frame.sheets {
		if err := m.markSheet(i, wanted[i]); err != nil {
			return nil, err
		}
	}
	if err := m.list(problems); err != nil {
		return nil, err
	}
	if err := m.writeStyles(); err != nil {
		return nil, err
	}
	return m.write()
}

// A marker marks one workbook.
type marker struct {
	*rewriting
	base   string // what the types of relationships begin with
	styles *styleSheet
	listed int      // the sheet of an earlier round's list, from 0; -1 for none
	silent []string // sheets in which not every mistake has a comment
}

// sheetRelation is the type of the relationship to a sheet.
func (m *marker) sheetRelation() string {
	relations, err := m.relationsOf(workbookPart)
	if err == nil {
		for _, r := range relations {
			if strings.HasSuffix(r.kind, "/worksheet") {
				return r.kind
			}
		}
	}
	return "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
}

// A place is a cell by its row and column, from 1.
type place struct{ row, column int }

func (p place) name() string { return at(p.column, p.row) }

// A cellMark is what becomes of one cell.
type cellMark struct {
	said  string // what is wrong with it; "" where only an old mark is taken away
	comes bool   // it is to be coloured
}

// gather gathers what is wrong with each cell, by sheet; a mistake of a whole row is
// put at its first cell. Cells that the list of an earlier round names lose their
// colour.
func (m *marker) gather(r *reader, problems []imports.Mark) ([]map[place]cellMark, error) {
	index := map[string]int{}
	list := make([]map[place]cellMark, len(r.frame.sheets))
	m.listed = -1
	for i := len(list) - 1; i >= 0; i-- {
		index[r.frame.sheets[i].name], list[i] = i, map[place]cellMark{}
	}
	old, err := m.oldList(r)
	if err != nil {
		return nil, err
	}
	for _, spot := range old {
		if i, ok := index[spot.Sheet]; ok {
			list[i][placeOf(spot)] = cellMark{}
		}
	}
	for _, p := range problems {
		i, ok := index[p.Sheet]
		if !ok || p.Row == 0 {
			continue
		}
		where := placeOf(p.Spot)
		c := list[i][where]
		c.said, c.comes = strings.TrimPrefix(c.said+"\n"+p.MessageVi, "\n"), true
		list[i][where] = c
	}
	return list, nil
}

// placeOf is the cell of a spot, or the first of its row.
func placeOf(s imports.Spot) place {
	if column, row, ok := reference(s.Cell); ok {
		return place{row, column}
	}
	return place{max(1, s.Row), 1}
}

// oldList are the cells that the list of an earlier round names.
func (m *marker) oldList(r *reader) ([]imports.Spot, error) {
	var spots []imports.Spot
	for i, e := range r.frame.sheets {
		if !strings.HasPrefix(e.name, imports.ErrorSheet) {
			continue
		}
		g, err := r.grid(e)
		if err != nil {
			return nil, err
		}
		if textAt(g, 0, 0) != imports.ErrorTitle {
			continue
		}
		m.listed = i
		for n := range g.Rows {
			where := textAt(g, n, 2)
			line, _ := strconv.Atoi(strings.TrimPrefix(where, "dòng "))
			if _, _, ok := reference(where); ok || line > 0 {
				spots = append(spots, imports.Spot{Sheet: textAt(g, n, 1), Row: line, Cell: where})
			}
		}
	}
	return spots, nil
}

// A sheetMarking marks one sheet.
type sheetMarking struct {
	*marker
	part    string
	cells   map[place]cellMark
	order   []place // places of cells, by row and column
	next    int     // the first of order that is not yet passed
	edits   []edit
	columns [MaxColumns + 1]int // styles of columns
	prefix  string              // of the names of the sheet's elements
	row     int                 // that is read
	column  int
	inRow   tag
}

// beyond is a number of a row or a column beyond the last.
const beyond = 1 << 21

// markSheet colours the cells of a sheet and writes their comments. The list of an
// earlier round is not looked at: it is written anew.
func (m *marker) markSheet(i int, cells map[place]cellMark) error {
	if i == m.listed {
		return nil
	}
	s := &sheetMarking{marker: m, part: m.frame.sheets[i].part, cells: cells}
	b, err := s.read(s.part)
	if err != nil {
		return err
	}
	s.deselect(b)
	notes, err := s.notesOf(b)
	if err != nil {
		return err
	}
	if notes != nil {
		for _, p := range notes.ours() {
			if _, ok := cells[p]; !ok {
				cells[p] = cellMark{}
			}
		}
	}
	for p := range cells {
		s.order = append(s.order, p)
	}
	slices.SortFunc(s.order, func(a, b place) int { return cmp.Or(a.row-b.row, a.column-b.column) })
	if len(s.order) > 0 {
		if err := s.colour(b); err != nil {
			return ErrPart.With(s.part, 0).Because(err)
		}
		if !s.comment(notes, b) {
			m.silent = append(m.silent, m.frame.sheets[i].name)
		}
	}
	low := strings.ToLower(s.part)
	m.edits[low] = append(m.edits[low], s.edits...)
	return nil
}

// deselect takes a sheet out of those that are selected together: what is typed into
// one of them is typed into all.
func (s *sheetMarking) deselect(b []byte) {
	// of what comes behind the rows nothing is wanted, and of the walk no error
	_ = tags(s.ctx, b, func(path []string, t tag) error {
		if path[len(path)-1] == "sheetView" && attribute(t.StartElement, "tabSelected") != "" {
			s.edits = append(s.edits, edit{t.from, t.to, t.withAttribute("tabSelected", "0")})
		}
		if len(path) > 1 && path[1] == "sheetData" {
			return errEnough
		}
		return nil
	}, nil)
}

var errEnough = errors.New("the rest is not looked at")

// colour gives the cells their colours, and adds missing cells.
func (s *sheetMarking) colour(b []byte) error {
	return tags(s.ctx, b, func(path []string, t tag) error {
		switch {
		case len(path) == 3 && path[1] == "cols":
			for c := max(1, numberIn(t.StartElement, "min")); c <= min(MaxColumns, numberIn(t.StartElement, "max")); c++ {
				s.columns[c] = max(0, numberIn(t.StartElement, "style"))
			}
		case len(path) == 2 && path[1] == "sheetData":
			if s.prefix = t.prefix(); t.empty() {
				s.row = beyond
				name := s.prefix + "sheetData"
				s.edits = append(s.edits, edit{t.from, t.to, "<" + name + ">" + s.rowsBefore() + "</" + name + ">"})
			}
		case len(path) == 3 && path[1] == "sheetData":
			s.startRow(t)
		case len(path) == 4 && path[1] == "sheetData" && path[3] == "c":
			s.startCell(t)
		}
		return nil
	}, func(path []string, from, _ int64) error {
		switch {
		case len(path) == 3 && path[1] == "sheetData" && !s.inRow.empty():
			s.insert(from, s.cellsBefore(beyond))
		case len(path) == 2 && path[1] == "sheetData" && s.row < beyond:
			s.row = beyond
			s.insert(from, s.rowsBefore())
		}
		return nil
	})
}

// insert puts a text before a place, unless it is empty.
func (s *sheetMarking) insert(at int64, text string) {
	if text != "" {
		s.edits = append(s.edits, edit{at, at, text})
	}
}

// startRow makes the rows that are missing before one.
func (s *sheetMarking) startRow(t tag) {
	line := s.row + 1
	if n := numberIn(t.StartElement, "r"); n > 0 {
		line = n
	}
	s.row = line
	s.insert(t.from, s.rowsBefore())
	s.inRow, s.column = t, 0
	if t.empty() {
		if cells := s.cellsBefore(beyond); cells != "" {
			s.edits = append(s.edits, edit{t.from, t.to, strings.TrimSuffix(t.raw, "/>") + ">" + cells + "</" + s.prefix + "row>"})
		}
	}
}

// startCell colours a cell, and adds the missing cells before it.
func (s *sheetMarking) startCell(t tag) {
	column := s.column + 1
	if c, _, ok := reference(attribute(t.StartElement, "r")); ok {
		column = c
	}
	s.column = column
	s.insert(t.from, s.cellsBefore(column))
	if s.next < len(s.order) && s.order[s.next] == (place{s.row, column}) {
		base := max(0, numberIn(t.StartElement, "s"))
		if style := s.style(s.order[s.next], base); style != base {
			s.edits = append(s.edits, edit{t.from, t.to, t.withAttribute("s", strconv.Itoa(style))})
		}
		s.next++
	}
}

// style is the style that a cell gets in place of another.
func (s *sheetMarking) style(p place, base int) int {
	base = s.styles.plain(base)
	if s.cells[p].comes {
		return s.styles.tintStyle(base)
	}
	return base
}

// cellsBefore are the cells to be coloured that the row has not, up to a column.
func (s *sheetMarking) cellsBefore(column int) string {
	var b strings.Builder
	for s.next < len(s.order) && s.order[s.next].row == s.row && s.order[s.next].column < column {
		base := 0
		if c := s.order[s.next].column; c <= MaxColumns {
			base = s.columns[c]
		}
		if truth(attribute(s.inRow.StartElement, "customFormat")) {
			base = max(0, numberIn(s.inRow.StartElement, "s"))
		}
		b.WriteString(s.cell(base))
	}
	return b.String()
}

// cell is the next cell to be coloured, as one that the sheet has not.
func (s *sheetMarking) cell(base int) string {
	p := s.order[s.next]
	s.next++
	if !s.cells[p].comes {
		return "" // it lost its mark with itself
	}
	return fmt.Sprintf(`<%sc r="%s" s="%d"/>`, s.prefix, p.name(), s.style(p, base))
}

// rowsBefore are the rows with cells to be coloured that the sheet has not, up to the
// row that is read.
func (s *sheetMarking) rowsBefore() string {
	var b strings.Builder
	for s.next < len(s.order) && s.order[s.next].row < s.row {
		line, cells := s.order[s.next].row, ""
		for s.next < len(s.order) && s.order[s.next].row == line {
			cells += s.cell(s.columns[min(MaxColumns, s.order[s.next].column)])
		}
		if cells != "" {
			fmt.Fprintf(&b, `<%srow r="%d">%s</%srow>`, s.prefix, line, cells, s.prefix)
		}
	}
	return b.String()
}

// list writes the sheet of all mistakes, in the place of that of an earlier round.
func (m *marker) list(problems []imports.Mark) error {
	part := ""
	if m.listed >= 0 {
		part = m.frame.sheets[m.listed].part
	} else {
		part = m.free("xl/worksheets/sheet%d.xml")
		if err := m.addSheet(part); err != nil {
			return err
		}
	}
	m.put(part, m.listPart(problems))
	return m.openAtList()
}

// listPart is the sheet of all mistakes.
func (m *marker) listPart(problems []imports.Mark) []byte {
	rows := [][]string{{imports.ErrorTitle}, {"Sửa các ô tô màu rồi gửi lại cả tệp; sheet này không cần xóa."}}
	if len(m.silent) > 0 {
		rows[1][0] += " Không ghi hết được lời nhắc vào ô ở sheet: " + strings.Join(m.silent, ", ") + "; xem bảng dưới."
	}
	rows = append(rows, []string{"STT", "Sheet", "Ô", "Cột", "Thấy", "Cần có", "Vấn đề và cách sửa", "Mã lỗi"})
	for i, p := range problems[:min(len(problems), maxListed)] {
		where := p.Cell
		if where == "" && p.Row > 0 {
			where = "dòng " + strconv.Itoa(p.Row)
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), p.Sheet, where, p.Column, p.Seen, p.Expected, p.MessageVi, p.Code})
	}
	if n := len(problems) - maxListed; n > 0 {
		rows = append(rows, []string{"", "", "", "", "", "", fmt.Sprintf("và %d lỗi nữa", n), ""})
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="%s"><cols>`, m.frame.space)
	for i, width := range []int{5, 18, 9, 24, 24, 32, 70, 20} {
		fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width)
	}
	b.WriteString(`</cols><sheetData>`)
	heading, wrapped := m.styles.listStyles()
	for i, row := range rows {
		style := wrapped
		switch i {
		case 0, 1:
			style = 0
		case 2:
			style = heading
		}
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, text := range row {
			// as text: what was typed into a cell never becomes a formula here
			fmt.Fprintf(&b, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at(j+1, i+1), style, escapeText(clipBytes(text, maxSaid)))
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return []byte(b.String())
}

// clipBytes cuts a text to so many bytes, between letters.
func clipBytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xC0 == 0x80 {
		most--
	}
	return s[:most] + "…"
}

// addSheet puts a new part into the list of sheets, under a name that is free.
func (m *marker) addSheet(part string) error {
	id, err := m.relate(workbookPart, m.base+"/worksheet", part)
	if err == nil {
		err = m.declare(part, worksheetType)
	}
	if err != nil {
		return err
	}
	b, err := m.read(workbookPart)
	if err != nil {
		return err
	}
	number, taken := 0, map[string]bool{}
	if err := tags(m.ctx, b, func(path []string, t tag) error {
		if path[len(path)-1] == "sheet" {
			number = max(number, numberIn(t.StartElement, "sheetId"))
			taken[strings.ToLower(attribute(t.StartElement, "name"))] = true
		}
		return nil
	}, nil); err != nil {
		return err
	}
	name := imports.ErrorSheet
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s (%d)", imports.ErrorSheet, n)
	}
	b, _, err = appendChild(m.ctx, b, []string{"sheets"}, func(prefix string) string {
		return fmt.Sprintf(`<%ssheet name="%s" sheetId="%d" xmlns:hr="%s" hr:id="%s"/>`, prefix, escapeXML(name), number+1, m.base, id)
	})
	m.put(workbookPart, b)
	return err
}

// openAtList makes the list the sheet at which the workbook opens.
func (m *marker) openAtList() error {
	at := m.listed
	if at < 0 {
		at = len(m.frame.sheets)
	}
	b, err := m.read(workbookPart)
	if err != nil {
		return err
	}
	var edits []edit
	err = tags(m.ctx, b, func(path []string, t tag) error {
		if path[len(path)-1] == "workbookView" {
			edits = append(edits, edit{t.from, t.to, t.withAttribute("activeTab", strconv.Itoa(at))})
		}
		return nil
	}, nil)
	m.put(workbookPart, editPart(b, edits))
	return err
}

// relative is the part that a relationship of a sheet leads to, by its id or, where
// that is "", by the end of its type; "" for none.
func (s *sheetMarking) relative(id, kind string) string {
	relations, err := s.relationsOf(s.part)
	if err != nil {
		return ""
	}
	for key, r := range relations {
		if (id == "" || key == id) && strings.HasSuffix(r.kind, "/"+kind) && s.parts[strings.ToLower(r.target)] != nil {
			return r.target
		}
	}
	return ""
}
