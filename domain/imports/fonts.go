package imports

import (
	"slices"
	"strings"
)

// oldText is a text of a file as it is written in Unicode, and how sure that is.
type oldText struct {
	text  string // in Unicode
	from  Font   // Unicode where nothing was converted
	other string // what the text says otherwise, where that is in doubt; else ""
	way   Font   // of other, if that is converted
	ok    bool   // false for text of a wrong code page, which says nothing
}

// A fontColumn is the cells of one column that name the same way of writing.
type fontColumn struct {
	grid   *Grid // nil for a text file, and for all cells of a file
	column int   // from 0; -1 for all cells of a file
	font   Font
}

// fontVotes are how many texts can only be read in each way of writing.
type fontVotes struct{ unicode, tcvn3, vni int }

// fontEvidence is what the texts of a file say about how they are written. A
// typeface alone says little: people put .VnTime on Unicode text, and programs drop
// typefaces.
type fontEvidence struct {
	votes map[fontColumn]*fontVotes
	form  *Form // its headings are Unicode, whatever stands below them; nil for none
}

// weigh takes a text as evidence for its column and for the file.
func (e *fontEvidence) weigh(g *Grid, column int, s string, font Font) {
	if isASCII(s) {
		return
	}
	var vote fontVotes
	u, t, v := readAs(s, Unicode), readAs(s, TCVN3), readAs(s, VNI)
	switch {
	case modern(s), e.isHeading(s), u.bad == 0 && u.good > 0 && !t.fits() && !v.fits():
		vote.unicode = 1
	case u.bad > 0 && t.fits() && !v.fits() && t.size >= enoughLetters:
		vote.tcvn3 = 1
	case u.bad > 0 && v.fits() && !t.fits() && v.size >= enoughLetters:
		vote.vni = 1
	default:
		return
	}
	if e.votes == nil {
		e.votes = map[fontColumn]*fontVotes{}
	}
	for _, at := range []fontColumn{{g, column, font}, {nil, -1, font}} {
		sum := e.votes[at]
		if sum == nil {
			sum = new(fontVotes)
			e.votes[at] = sum
		}
		sum.unicode += vote.unicode
		sum.tcvn3 += vote.tcvn3
		sum.vni += vote.vni
	}
}

// enoughLetters is how many letters of words must come out right for a text to speak
// for itself.
const enoughLetters = 4

// isHeading reports whether a text is a heading of the form as it stands.
func (e *fontEvidence) isHeading(s string) bool {
	if e.form == nil {
		return false
	}
	c, _, ok := e.form.column(s)
	return ok && slices.ContainsFunc(c.Spellings(), func(heading string) bool { return strings.HasPrefix(strings.ToLower(s), strings.ToLower(heading)) })
}

// of is the evidence about a cell: that of its column, or else of its file, among
// cells that name the same way of writing.
func (e *fontEvidence) of(g *Grid, column int, font Font) fontVotes {
	for _, at := range []fontColumn{{g, column, font}, {nil, -1, font}} {
		if sum := e.votes[at]; sum != nil {
			return *sum
		}
	}
	return fontVotes{}
}

// read gives a text in Unicode: by its own words, or where they can be read in two
// ways by the texts of its column and file, then by its typeface.
func (e *fontEvidence) read(g *Grid, column int, s string, font Font) oldText {
	if modern(s) || isASCII(s) || e.isHeading(s) {
		if font == TCVN3Capitals && isASCII(s) {
			s = strings.ToUpper(s)
		}
		return oldText{text: s, ok: true}
	}
	u, t, v := readAs(s, Unicode), readAs(s, TCVN3), readAs(s, VNI)
	kept := oldText{text: s, ok: u.bad == 0 || !legacy(s)}
	old := oldText{text: t.text, from: TCVN3, ok: true}
	if v.fits() && (!t.fits() || font == VNI || e.of(g, column, font).vni > 0) || !v.fits() && !t.fits() && font == VNI {
		old = oldText{text: v.text, from: VNI, ok: true}
	}
	if font == TCVN3Capitals && old.from == TCVN3 {
		old.text = strings.ToUpper(old.text)
	}
	votes := e.of(g, column, font)
	oldVotes := votes.tcvn3 + votes.vni
	switch {
	case !t.fits() && !v.fits():
		// No way of writing makes words of it: a name of another language, mostly.
		if r := map[Font]reading{TCVN3: t, TCVN3Capitals: t, VNI: v}[font]; font != Unicode && r.bad < u.bad {
			return old
		}
		return kept
	case t.fits() && v.fits() && font == Unicode && oldVotes == 0 && u.bad > 0:
		return old.doubted(oldText{text: v.text, from: VNI}) // it can be read in both
	case u.bad > 0 && (max(t.size, v.size) >= enoughLetters || font != Unicode || oldVotes > 0):
		return old
	case u.bad > 0:
		return kept.doubted(old)
	case oldVotes > 0 && votes.unicode == 0:
		return old
	case votes.unicode > 0 && oldVotes == 0, font == Unicode && oldVotes == 0:
		return kept
	}
	return kept.doubted(old)
}

// doubted is a text that can also be read as another.
func (o oldText) doubted(other oldText) oldText {
	o.other, o.way = other.text, other.from
	return o
}

// A conversion is what became of the text of one cell.
type conversion struct {
	before string
	oldText
}

// cellAt is one cell of a file.
type cellAt struct {
	grid         *Grid
	line, column int // column from 0
}

// convertedGrids gives grids with their texts in Unicode, and what became of those
// that were not, or may not be, in Unicode. Grids are replaced, not changed.
func convertedGrids(form *Form, grids []*Grid) ([]*Grid, map[cellAt]conversion) {
	e := fontEvidence{form: form}
	for _, g := range grids {
		for _, row := range g.Rows {
			for i, c := range row.Cells {
				if c.Kind == TextCell && c.Err == nil {
					e.weigh(g, i, c.Text, c.Font)
				}
			}
		}
	}
	changed := map[cellAt]conversion{}
	out := make([]*Grid, len(grids))
	for n, g := range grids {
		copied := *g
		copied.Rows = append([]GridRow(nil), g.Rows...)
		for k, row := range copied.Rows {
			own := false // the cells of the row are copied
			for i, c := range row.Cells {
				if c.Kind != TextCell || c.Err != nil || isASCII(c.Text) && c.Font != TCVN3Capitals {
					continue
				}
				read := e.read(g, i, c.Text, c.Font)
				if read.from == Unicode && read.other == "" && read.ok && read.text == c.Text {
					continue
				}
				if !own {
					copied.Rows[k].Cells, own = append([]Cell(nil), row.Cells...), true
				}
				changed[cellAt{&copied, row.Line, i}] = conversion{c.Text, read}
				copied.Rows[k].Cells[i].Text = read.text
			}
		}
		out[n] = &copied
	}
	return out, changed
}
