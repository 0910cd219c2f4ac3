package sheets

import (
	"context"
	"encoding/xml"
	"strings"

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
	r, err := newReader(ctx, b, progress)
	if err != nil {
		return nil, err
	}
	w := &imports.Workbook{}
	for _, e := range r.frame.sheets {
		g, err := r.grid(e)
		if err != nil {
			return nil, err
		}
		w.Grids = append(w.Grids, g)
	}
	r.markLists(w.Grids)
	if err := r.workOut(w.Grids); err != nil {
		return nil, err
	}
	w.Template = takeTemplate(w)
	return w, nil
}

// newReader checks a workbook, and reads its list of sheets, styles and shared texts.
func newReader(ctx context.Context, b []byte, progress func(done, total int)) (*reader, error) {
	c, err := open(ctx, b)
	if err != nil {
		return nil, err
	}
	r := &reader{container: c, progress: progress, room: MaxCells, roomKept: maxKept, roomTexts: maxTexts, roomFormulas: maxFormulaText}
	if r.texts, err = c.sharedTexts(); err != nil {
		return nil, err
	}
	if r.looks, err = c.looksOf(); err != nil {
		return nil, err
	}
	for _, e := range c.frame.sheets {
		r.total += c.rows[strings.ToLower(e.part)]
	}
	r.findHidden()
	return r, nil
}

// A reader reads the sheets of one workbook, one after the other.
type reader struct {
	*container
	texts       []string // shared texts; those to which no cell refers are left out
	looks       []look   // by the number of a style
	room        int      // cells that hold something and that the workbook may still have
	roomKept    int      // cells, blanks included, that may still be kept
	roomTexts   int      // bytes of texts of cells that may still be kept
	done, total int      // rows
	progress    func(done, total int)
	hidden      []hiddenSheet

	formulas     []formulaCell
	moreFormulas bool // than are kept
	roomFormulas int  // bytes of formulas that may still be kept
}

// rowRead tells of progress.
func (r *reader) rowRead() {
	if r.done++; r.progress != nil {
		r.progress(r.done, r.total)
	}
}

// sharedTexts are the texts that cells refer to by their number. Texts without a
// cell stay empty, for a part may hold far more of them than a workbook may say.
func (c *container) sharedTexts() ([]string, error) {
	if c.parts[strings.ToLower(textsPart)] == nil {
		return nil, nil
	}
	var texts []string
	// Comments may cut one text into millions of pieces: each is copied once.
	var text []byte
	kept := 0
	err := c.each(textsPart, func(at []xml.Name, t xml.Token) error {
		switch t := t.(type) {
		case xml.CharData:
			if len(at) > 2 && isTextOf(at[2:]) && c.used.holds(len(texts)) {
				if kept += len(t); kept > maxTexts {
					return ErrTexts.With(maxTexts)
				}
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

// maxFormat is how many bytes the code of a number format may have; Excel takes 255
// characters. Each number that is shown by it costs as much.
const maxFormat = 1 << 10

// looksOf are the looks of the styles that cells may have, by their numbers. A
// workbook without styles has none, and its cells the look of numbers.
func (c *container) looksOf() ([]look, error) {
	if c.parts[stylesPart] == nil {
		return nil, nil
	}
	type format struct{ number, font int }
	var list []format
	codes, fonts := map[int]string{}, []imports.Font(nil)
	err := c.each(stylesPart, func(at []xml.Name, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || len(at) < 3 {
			return nil
		}
		switch group := at[1].Local; {
		case len(at) == 3 && group == "numFmts" && e.Name.Local == "numFmt":
			code := attribute(e, "formatCode")
			if len(code) > maxFormat {
				return errAttribute
			}
			codes[numberIn(e, "numFmtId")] = code
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
	looks := make([]look, max(1, len(list)))
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
