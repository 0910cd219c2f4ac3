package sheets

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Without gives a workbook back without some rows, named by sheet and line, as
// if they had been cleared: what is left stays on its lines, so that it can be
// found again in the first file. Formulas become the values that they had, for
// what they were worked out from may be gone. b is a workbook that Read accepts.
func Without(ctx context.Context, b []byte, rows map[string][]int) ([]byte, error) {
	c, err := open(ctx, b)
	if err != nil {
		return nil, err
	}
	w := newRewriting(c, b)
	for _, s := range c.frame.sheets {
		gone := map[int]bool{}
		for _, line := range rows[s.name] {
			gone[line] = true
		}
		if err := w.cut(s.part, rowsAndFormulas(gone)); err != nil {
			return nil, err
		}
	}
	// The part that lists the cells with formulas, of which there are none now.
	for low := range c.parts {
		if strings.HasSuffix(low, "/"+calcChain) {
			w.dropped[low] = true
		}
	}
	if len(w.dropped) > 0 {
		for _, part := range []string{contentsPart, workbookRels} {
			err := w.cut(part, func(_ []string, t tag) bool {
				return strings.HasSuffix(strings.ToLower(attribute(t.StartElement, "PartName")+attribute(t.StartElement, "Target")), calcChain)
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return w.write()
}

const calcChain = "calcchain.xml"

// cut takes elements out of a part.
func (w *rewriting) cut(part string, chosen func(path []string, t tag) bool) error {
	b, err := w.read(part)
	if err != nil {
		return err
	}
	var edits []edit
	var from tag
	depth := 0 // of the element that is being cut
	err = tags(w.ctx, b, func(path []string, t tag) error {
		switch {
		case depth > 0 || !chosen(path, t):
		case t.empty():
			edits = append(edits, edit{from: t.from, to: t.to})
		default:
			from, depth = t, len(path)
		}
		return nil
	}, func(path []string, _, end int64) error {
		if depth > 0 && len(path) == depth {
			edits = append(edits, edit{from: from.from, to: end})
			depth = 0
		}
		return nil
	})
	if err != nil {
		return ErrPart.With(part, 0).Because(err)
	}
	low := strings.ToLower(part)
	w.edits[low] = append(w.edits[low], edits...)
	return nil
}

// rowsAndFormulas chooses rows and every formula.
func rowsAndFormulas(gone map[int]bool) func([]string, tag) bool {
	line := 0
	return func(path []string, t tag) bool {
		switch {
		case slices.Equal(path, []string{"worksheet", "sheetData", "row"}):
			line++
			if n, err := strconv.Atoi(attribute(t.StartElement, "r")); err == nil {
				line = n
			}
			return gone[line]
		case len(path) == 5 && path[1] == "sheetData" && path[4] == "f":
			return true
		}
		return false
	}
}
