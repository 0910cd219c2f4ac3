package sheets

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Without gives a workbook back without some rows, named by sheet and line, as
// if they had been cleared: what is left stays on its lines, so that it can be
// found again in the first file. Formulas become the values that they had, for
// what they were worked out from may be gone. b is a workbook that Read accepts.
func Without(b []byte, rows map[string][]int) ([]byte, error) {
	c, err := open(context.Background(), b)
	if err != nil {
		return nil, err
	}
	gone := map[string]map[int]bool{}
	for _, s := range c.frame.sheets {
		set := map[int]bool{}
		for _, line := range rows[s.name] {
			set[line] = true
		}
		gone[strings.ToLower(s.part)] = set
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, ErrArchive.With("zip").Because(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		if err := copyPart(w, f, gone[strings.ToLower(f.Name)]); err != nil {
			return nil, fmt.Errorf("copy %s: %w", f.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// calcChain is the part that lists the cells with formulas, which are none now.
const calcChain = "calcchain.xml"

// copyPart copies one part; of a sheet (gone is not nil) without some rows.
func copyPart(w *zip.Writer, f *zip.File, gone map[int]bool) error {
	name := strings.ToLower(f.Name)
	var cut func(path []string, e xml.StartElement) bool
	switch {
	case strings.HasSuffix(name, "/"+calcChain):
		return nil
	case name == "[content_types].xml", name == "xl/_rels/workbook.xml.rels":
		cut = func(_ []string, e xml.StartElement) bool {
			return strings.HasSuffix(strings.ToLower(attribute(e, "PartName")+attribute(e, "Target")), calcChain)
		}
	case gone != nil:
		cut = cutRows(gone)
	default:
		return w.Copy(f)
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if b, err = without(b, cut); err != nil {
		return ErrPart.With(f.Name, 0).Because(err)
	}
	part, err := w.Create(f.Name)
	if err != nil {
		return err
	}
	_, err = part.Write(b)
	return err
}

// cutRows cuts rows and every formula.
func cutRows(gone map[int]bool) func([]string, xml.StartElement) bool {
	line := 0
	return func(path []string, e xml.StartElement) bool {
		switch {
		case slices.Equal(path, []string{"worksheet", "sheetData"}) && e.Name.Local == "row":
			line++
			if n, err := strconv.Atoi(attribute(e, "r")); err == nil {
				line = n
			}
			return gone[line]
		case len(path) == 4 && path[1] == "sheetData" && e.Name.Local == "f":
			return true
		}
		return false
	}
}

// without gives XML back without the elements that cut names, and else byte for
// byte.
func without(b []byte, cut func(path []string, e xml.StartElement) bool) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	var out bytes.Buffer
	var path []string
	kept := int64(0) // up to where b is in out
	for {
		at := d.InputOffset()
		t, err := d.Token()
		if err == io.EOF {
			out.Write(b[kept:])
			return out.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if !cut(path, t) {
				path = append(path, t.Name.Local)
				continue
			}
			out.Write(b[kept:at])
			if err := d.Skip(); err != nil {
				return nil, err
			}
			kept = d.InputOffset()
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}
