package sheets

import (
	"context"
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
)

// Read reads a workbook. b is the whole file; progress, if not nil, is told how
// many of all rows are read. The error says what the file as a whole is wrong
// about, in a fault of its own for each thing that people send by mistake.
//
// The sheets that our own forms carry for themselves (see Template) are taken
// for what they say and are not among the grids.
func Read(b []byte, progress func(done, total int)) (*imports.Workbook, error) {
	return ReadWithin(context.Background(), b, progress)
}

// ReadWithin is Read until ctx is done, which is looked at between rows; its
// error is then that of ctx.
func ReadWithin(ctx context.Context, b []byte, progress func(done, total int)) (*imports.Workbook, error) {
	c, err := open(b)
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, container: c, progress: progress, room: MaxCells, roomKept: maxKept}
	if r.frame, err = c.frameOf(); err != nil {
		return nil, err
	}
	if r.texts, err = c.sharedTexts(); err != nil {
		return nil, err
	}
	if r.looks, err = c.looksOf(); err != nil {
		return nil, err
	}
	for _, e := range r.sheets {
		r.total += c.rows[strings.ToLower(e.part)]
	}
	w := &imports.Workbook{}
	for _, e := range r.sheets {
		g, err := r.grid(e)
		if err != nil {
			return nil, err
		}
		w.Grids = append(w.Grids, g)
	}
	w.Template = takeTemplate(w)
	return w, nil
}

// options are how the library opens a workbook to write into it: within the
// limits, with values as they stand in the file.
func options() excelize.Options {
	return excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnzipped, UnzipXMLSizeLimit: MaxUnzipped}
}

// A reader reads the sheets of one workbook, one after the other.
type reader struct {
	ctx context.Context
	*container
	*frame
	texts       []string // shared texts
	looks       []look   // by the number of a style
	room        int      // cells that hold something and that the workbook may still have
	roomKept    int      // cells, blanks included, that may still be kept
	done, total int      // rows
	progress    func(done, total int)
}

// rowRead tells of progress.
func (r *reader) rowRead() {
	if r.done++; r.progress != nil {
		r.progress(r.done, r.total)
	}
}

// sharedTexts are the texts that cells refer to by their number.
func (c *container) sharedTexts() ([]string, error) {
	const part = "xl/sharedStrings.xml"
	if c.parts["xl/sharedstrings.xml"] == nil {
		return nil, nil
	}
	var texts []string
	// Comments may cut one text into millions of pieces: each is copied once.
	var text []byte
	err := c.each(part, func(at []xml.Name, t xml.Token) error {
		switch t := t.(type) {
		case xml.CharData:
			if len(at) > 2 && isTextOf(at[2:]) {
				text = append(text, t...)
			}
		case xml.EndElement:
			if len(at) == 2 && t.Name.Local == "si" {
				texts, text = append(texts, unescape(string(text))), text[:0]
			}
		}
		return nil
	})
	return texts, err
}

// isTextOf reports whether a path below a text item (si or is) leads to its text:
// t, or r/t of a run; what is said of pronunciation (rPh) is no text.
func isTextOf(path []xml.Name) bool {
	last := len(path) - 1
	return path[last].Local == "t" && (last == 0 || last == 1 && path[0].Local == "r")
}

// looksOf are the looks of the styles that cells may have, by their numbers. A
// workbook without styles has one, that of numbers.
func (c *container) looksOf() ([]look, error) {
	const part = "xl/styles.xml"
	if c.parts[part] == nil {
		return make([]look, 1), nil
	}
	type format struct{ number, font int }
	var list []format
	codes, fonts := map[int]string{}, []imports.Font(nil)
	err := c.each(part, func(at []xml.Name, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || len(at) < 3 {
			return nil
		}
		switch group := at[1].Local; {
		case len(at) == 3 && group == "numFmts" && e.Name.Local == "numFmt":
			codes[numberIn(e, "numFmtId")] = attribute(e, "formatCode")
		case len(at) == 3 && group == "fonts" && e.Name.Local == "font":
			fonts = append(fonts, imports.Unicode)
		case len(at) == 4 && group == "fonts" && at[2].Local == "font" && e.Name.Local == "name":
			fonts[len(fonts)-1] = imports.FontNamed(attribute(e, "val"))
		case len(at) == 3 && group == "cellXfs" && e.Name.Local == "xf":
			f := format{numberIn(e, "numFmtId"), numberIn(e, "fontId")}
			if apply := attribute(e, "applyFont"); apply != "" && !truth(apply) {
				f.font = -1
			}
			list = append(list, f)
		}
		return nil
	})
	looks := make([]look, len(list))
	byNumber := map[int]look{} // a format is read once, whatever number of styles has it
	for i, f := range list {
		k, known := byNumber[f.number]
		if !known {
			k = lookOf(f.number, codes[f.number])
			byNumber[f.number] = k
		}
		looks[i] = k
		if f.font >= 0 && f.font < len(fonts) {
			looks[i].font = fonts[f.font]
		}
	}
	return looks, err
}

// numberIn is a number in an attribute, or -1.
func numberIn(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(attribute(e, name))
	if err != nil {
		return -1
	}
	return n
}
