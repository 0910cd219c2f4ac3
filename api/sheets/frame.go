package sheets

import (
	"encoding/xml"
	"errors"
	"path"
	"strings"

	"htxledger/domain/imports"
)

// Parts of a workbook that stand where they always do.
const (
	workbookPart  = "xl/workbook.xml"
	workbookRels  = "xl/_rels/workbook.xml.rels"
	contentsPart  = "[Content_Types].xml"
	textsPart     = "xl/sharedStrings.xml"
	stylesPart    = "xl/styles.xml"
	sheetsFolder  = "xl/worksheets/"
	worksheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
)

// A frame is what a workbook says of itself: its sheets in order, which day its
// days are counted from, and whether its formulas wait to be worked out.
type frame struct {
	sheets   []sheetEntry
	space    string   // namespace of the workbook
	names    []string // what the defined names stand for, but for those of the program itself
	from1904 bool
	stale    bool // its writer left the formulas to be worked out by the next program
}

type sheetEntry struct {
	name, raw          string // for records, and as the file has it
	part               string
	hidden, veryHidden bool
}

// What a part can be wrong about; the walk adds which and where.
var (
	errNoSheets  = errors.New("no sheets")
	errReference = errors.New("a reference leads nowhere")
	errTwice     = errors.New("a sheet stands twice in the list")
	errOrder     = errors.New("rows or cells are out of order")
	errAttribute = errors.New("a malformed attribute")
)

// readFrame reads the list of sheets, which must be whole.
func (c *container) readFrame() error {
	f, ids, inName := &frame{}, []string(nil), false
	c.frame = f
	err := c.each(workbookPart, func(at []xml.Name, t xml.Token) error {
		if text, ok := t.(xml.CharData); ok && inName && len(at) == 3 {
			f.names[len(f.names)-1] += string(text)
		}
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case len(at) == 1:
			f.space = e.Name.Space
		case len(at) == 3 && at[1].Local == "sheets" && e.Name.Local == "sheet":
			state, raw := attribute(e, "state"), attribute(e, "name")
			f.sheets = append(f.sheets, sheetEntry{
				name: imports.RecordableName(raw), raw: raw, hidden: state == "hidden" || state == "veryHidden", veryHidden: state == "veryHidden",
			})
			ids = append(ids, relation(e))
		case len(at) == 3 && at[1].Local == "definedNames" && e.Name.Local == "definedName":
			// the areas to be printed and filtered are no use that somebody makes of a sheet
			if inName = !strings.HasPrefix(attribute(e, "name"), "_xlnm"); inName {
				f.names = append(f.names, "")
			}
		case len(at) == 2 && e.Name.Local == "workbookPr":
			f.from1904 = truth(attribute(e, "date1904"))
		case len(at) == 2 && e.Name.Local == "calcPr":
			f.stale = truth(attribute(e, "fullCalcOnLoad"))
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case len(f.sheets) > MaxSheets:
		return ErrSheets.With(len(f.sheets), MaxSheets)
	case len(f.sheets) == 0:
		return ErrPart.With(workbookPart, 0).Because(errNoSheets)
	}
	return c.resolve(ids)
}

// resolve finds the part of each sheet, and refuses a workbook that holds a sheet
// beside those that it lists: rows of that sheet would be lost without a word.
func (c *container) resolve(ids []string) error {
	relations, err := c.relationsOf(workbookPart)
	if err != nil {
		return err
	}
	listed := map[string]bool{}
	for i, id := range ids {
		r, ok := relations[id]
		if !ok {
			return ErrPart.With(workbookRels, 0).Because(errReference)
		}
		low := strings.ToLower(r.target)
		switch {
		case c.parts[low] == nil:
			return ErrArchive.With(r.target)
		case listed[low]:
			return ErrPart.With(workbookPart, 0).Because(errTwice)
		}
		listed[low], c.frame.sheets[i].part = true, r.target
	}
	for _, r := range relations {
		if strings.HasSuffix(r.kind, "/worksheet") && !listed[strings.ToLower(r.target)] {
			return ErrUnlisted.With(r.target)
		}
	}
	for low, f := range c.parts {
		if path.Dir(low)+"/" == sheetsFolder && strings.HasSuffix(low, ".xml") && !listed[low] {
			return ErrUnlisted.With(f.Name)
		}
	}
	return c.each(contentsPart, func(at []xml.Name, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		part := strings.TrimPrefix(attribute(e, "PartName"), "/")
		if ok && attribute(e, "ContentType") == worksheetType && c.parts[strings.ToLower(part)] != nil && !listed[strings.ToLower(part)] {
			return ErrUnlisted.With(part)
		}
		return nil
	})
}

// A relationship leads from one part of a workbook to another.
type relationship struct{ kind, target string }

// relsOf is the part that holds the relationships of a part.
func relsOf(part string) string { return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels") }

// relationsOf are the relationships of a part to other parts, by their ids.
func (c *container) relationsOf(part string) (map[string]relationship, error) {
	all := map[string]relationship{}
	return all, c.each(relsOf(part), func(at []xml.Name, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || len(at) != 2 || attribute(e, "TargetMode") == "External" {
			return nil
		}
		target := attribute(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(part), target)
		}
		all[attribute(e, "Id")] = relationship{kind: attribute(e, "Type"), target: strings.TrimPrefix(path.Clean(target), "/")}
		return nil
	})
}
