package imports

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"

	"htxledger/api/sheets"
	"htxledger/domain/imports"
)

// Marked is the workbook with its mistakes marked.
func (r *Review) Marked(ctx context.Context) ([]byte, error) {
	return sheets.Marked(ctx, r.Bytes, r.Problems)
}

// Rest is what valid_rows leaves out of a file, as a file of the same form: a
// workbook with its mistakes marked, or the lines of a text file under its
// headings. Rows stay on the lines of the first workbook.
func (r *Review) Rest(ctx context.Context) ([]byte, error) {
	return restOf(ctx, r.Name, r.Bytes, r.doneRows(), r.Problems)
}

// HasRest reports whether rows are left out that Rest gives back.
func (r *Review) HasRest() bool {
	return r.How.ValidRows && len(r.Problems) > 0 && r.acceptable() == nil
}

// Markable reports whether Marked gives anything back.
func (r *Review) Markable() bool { return len(r.Problems) > 0 && KindOf(r.Name) == workbook }

// rowOf is the spot of a whole row.
func rowOf(s imports.Spot) imports.Spot { return imports.Spot{Sheet: s.Sheet, Row: s.Row} }

// doneRows are the rows that Rest does not give back: those without a problem,
// and those of sums, which are about all rows.
func (r *Review) doneRows() []imports.Spot {
	wrong := map[imports.Spot]bool{}
	for _, m := range r.Problems {
		wrong[rowOf(m.Spot)] = true
	}
	var list []imports.Spot
	for _, row := range r.Sheet.Rows {
		if at := (imports.Spot{Sheet: row.Sheet, Row: row.Line}); !wrong[at] {
			list = append(list, at)
		}
	}
	for _, m := range r.Sheet.Notes {
		if errors.Is(m, imports.NoteTotal) {
			list = append(list, rowOf(m.Spot))
		}
	}
	return list
}

// restOf is a file without the rows that are done.
func restOf(ctx context.Context, name string, b []byte, done []imports.Spot, wrong []imports.Mark) ([]byte, error) {
	if KindOf(name) != workbook {
		return withoutLines(b, done, KindOf(name) == table), nil
	}
	gone := map[string][]int{}
	for _, s := range done {
		gone[s.Sheet] = append(gone[s.Sheet], s.Row)
	}
	rest, err := sheets.Without(ctx, b, gone)
	if err != nil {
		return nil, err
	}
	return sheets.Marked(ctx, rest, wrong)
}

// withoutLines takes lines out of a text. A row of a table may go over several
// lines, where a quoted cell holds line ends: it ends where its quotes do.
func withoutLines(b []byte, done []imports.Spot, quoted bool) []byte {
	gone := map[int]bool{}
	for _, s := range done {
		gone[s.Row] = true
	}
	var out bytes.Buffer
	line, open, drop := 0, false, false
	for part := range bytes.Lines(b) {
		line++
		if !open {
			drop = gone[line]
		}
		if !drop {
			out.Write(part)
		}
		if quoted && bytes.Count(part, []byte(`"`))%2 == 1 {
			open = !open
		}
	}
	return out.Bytes()
}

// RestName is the name of the file that Rest gives.
func RestName(name string) string { return nameBeside(name, "con-lai") }

// MarkedName is the name of the file that Marked gives.
func MarkedName(name string) string { return nameBeside(name, "loi") }

func nameBeside(name, word string) string {
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + word + ext
}
