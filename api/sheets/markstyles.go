package sheets

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A styleSheet is the part of styles of a workbook that is marked, with the styles
// that the marks add to it. Styles that were there stay byte for byte.
type styleSheet struct {
	body    []byte
	prefix  string            // of the names of its elements
	groups  map[string]*group // by their names
	formats []string          // the styles of cells, each as it stands in the part
	had     int               // styles that were there
	fills   []bool            // whether each is the colour of marks
	tint    int               // the fill of marks
	tints   map[int]int       // coloured styles, by the style that they colour
	heading int               // style of the headings of the list; 0 until it is wanted
	text    int               // style of its texts; 0 until it is wanted
}

// A group is one list of the part: fonts, fills, the styles of cells.
type group struct {
	tag
	end  int64 // where its closing tag stands
	had  int
	more []string // that are added
}

// styleGroups are the groups in the order of the part (ECMA-376 part 1, 18.8.39).
var styleGroups = []string{"numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst"}

const (
	plainFormat = `numFmtId="0" fontId="0" fillId="0" borderId="0"`
	plainStyles = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="%s"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf ` + plainFormat + `/></cellStyleXfs><cellXfs count="%d">%s</cellXfs></styleSheet>`
)

// readStyles reads the styles of a workbook. Where it has none its cells may name
// some all the same, and all of those are the plain one.
func (m *marker) readStyles() (*styleSheet, error) {
	if !m.has(stylesPart) {
		n := m.countStyles()
		m.put(stylesPart, fmt.Appendf(nil, plainStyles, m.frame.space, n, strings.Repeat("<xf "+plainFormat+`/>`, n)))
		err := m.declare(stylesPart, "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml")
		if err == nil {
			_, err = m.relate(workbookPart, m.base+"/styles", stylesPart)
		}
		if err != nil {
			return nil, err
		}
	}
	b, err := m.read(stylesPart)
	if err != nil {
		return nil, err
	}
	y := &styleSheet{body: b, groups: map[string]*group{}, tint: -1, tints: map[int]int{}}
	var from tag
	err = tags(m.ctx, b, func(path []string, t tag) error {
		switch len(path) {
		case 1:
			y.prefix = t.prefix()
			return nil
		case 2:
			y.groups[path[1]] = &group{tag: t}
			return nil
		case 3:
			y.groups[path[1]].had++
		}
		switch {
		case len(path) == 3 && path[1] == "fills":
			y.fills = append(y.fills, false)
		case path[1] == "fills" && path[len(path)-1] == "fgColor":
			y.fills[len(y.fills)-1] = strings.HasSuffix(attribute(t.StartElement, "rgb"), markColour)
		case len(path) == 3 && path[1] == "cellXfs" && t.empty():
			y.formats = append(y.formats, t.raw)
		case len(path) == 3 && path[1] == "cellXfs":
			from = t
		}
		return nil
	}, func(path []string, end, to int64) error {
		if len(path) == 2 {
			y.groups[path[1]].end = end
		}
		if len(path) == 3 && path[1] == "cellXfs" && from.raw != "" {
			y.formats, from = append(y.formats, string(b[from.from:to])), tag{}
		}
		return nil
	})
	y.had = len(y.formats)
	for len(y.formats) == 0 {
		y.add(y.element("xf", plainFormat, "")) // cells without a style have this one
	}
	if err != nil {
		return nil, ErrPart.With(stylesPart, 0).Because(err)
	}
	return y, nil
}

// element is an element in the words of the part.
func (y *styleSheet) element(name, attributes, within string) string {
	return strings.TrimSuffix("<"+y.prefix+name+" "+attributes, " ") + ">" + within + "</" + y.prefix + name + ">"
}

// addTo adds an element to a group, and gives its number.
func (y *styleSheet) addTo(name, element string) int {
	g := y.groups[name]
	if g == nil {
		g = &group{}
		y.groups[name] = g
	}
	g.more = append(g.more, element)
	return g.had + len(g.more) - 1
}

// countStyles is how many styles a workbook without styles needs, for its cells to have
// each that they name.
func (m *marker) countStyles() int {
	most := 0
	for _, e := range m.frame.sheets {
		b, err := m.read(e.part)
		if err != nil {
			continue
		}
		_ = tags(m.ctx, b, func(path []string, t tag) error {
			most = max(most, numberIn(t.StartElement, "s"), numberIn(t.StartElement, "style"))
			return nil
		}, nil)
	}
	return min(most, maxStyles) + 1
}

// maxStyles is how many styles Excel takes.
const maxStyles = 64_000

// add adds a style.
func (y *styleSheet) add(format string) int {
	y.formats = append(y.formats, format)
	return y.addTo("cellXfs", format)
}

// tintStyle is the style that is another with the colour of marks.
func (y *styleSheet) tintStyle(base int) int {
	if style, ok := y.tints[base]; ok {
		return style
	}
	if y.tint < 0 {
		y.tint = slices.Index(y.fills, true)
	}
	if y.tint < 0 {
		colour := y.element("patternFill", `patternType="solid"`, y.element("fgColor", `rgb="FF`+markColour+`"`, "")+y.element("bgColor", `indexed="64"`, ""))
		y.tint = y.addTo("fills", y.element("fill", "", colour))
	}
	y.tints[base] = y.add(withFill(y.formats[base], y.tint))
	return y.tints[base]
}

// plain is the style that a coloured one was made of: the first that is the same in
// all but the colour; a style of its own if there is none, without a colour.
func (y *styleSheet) plain(style int) int {
	if style >= y.had {
		return min(style, len(y.formats)-1)
	}
	fill, err := strconv.Atoi(attributeOf(y.formats[style], "fillId"))
	if err != nil || fill < 0 || fill >= len(y.fills) || !y.fills[fill] {
		return style
	}
	bare := withFill(y.formats[style], 0)
	for i, f := range y.formats {
		if i != style && withFill(f, 0) == bare {
			if n, err := strconv.Atoi(attributeOf(f, "fillId")); err != nil || n < 0 || n >= len(y.fills) || !y.fills[n] {
				return i
			}
		}
	}
	return y.add(bare)
}

// withFill is a style with another fill.
func withFill(format string, fill int) string {
	end := strings.IndexByte(format, '>') + 1
	t := tag{raw: format[:end]}
	t.raw = t.withAttribute("fillId", strconv.Itoa(fill))
	return t.withAttribute("applyFill", "1") + format[end:]
}

// attributeOf is an attribute of the tag with which a text begins.
func attributeOf(format, name string) string {
	from, to, ok := attributeSpan(format[:strings.IndexByte(format, '>')+1], name)
	if !ok {
		return ""
	}
	return format[from:to]
}

// listStyles are the styles of the headings and of the texts of the list.
func (y *styleSheet) listStyles() (heading, text int) {
	if y.text == 0 {
		format := func(font int) string {
			return y.element("xf", fmt.Sprintf(`numFmtId="0" fontId="%d" fillId="0" borderId="0" applyFont="1" applyAlignment="1"`, font), y.element("alignment", `vertical="top" wrapText="1"`, ""))
		}
		y.text = y.add(format(0))
		y.heading = y.add(format(y.addTo("fonts", y.element("font", "", y.element("b", "", "")+y.element("sz", `val="11"`, "")+y.element("name", `val="Calibri"`, "")))))
	}
	return y.heading, y.text
}

// writeStyles writes the part with the styles that were added.
func (m *marker) writeStyles() error {
	y := m.styles
	var edits []edit
	for i, name := range styleGroups {
		g := y.groups[name]
		switch {
		case g == nil || len(g.more) == 0:
		case g.raw == "": // the part has no such group: it stands before those behind it
			at, err := y.before(styleGroups[i+1:])
			if err != nil {
				return err
			}
			edits = append(edits, edit{at, at, y.element(name, fmt.Sprintf(`count="%d"`, len(g.more)), strings.Join(g.more, ""))})
		case g.empty():
			open := strings.TrimSuffix(g.withAttribute("count", strconv.Itoa(len(g.more))), "/>") + ">"
			edits = append(edits, edit{g.from, g.to, open + strings.Join(g.more, "") + "</" + y.prefix + name + ">"})
		default:
			edits = append(edits, edit{g.from, g.to, g.withAttribute("count", strconv.Itoa(g.had+len(g.more)))}, edit{g.end, g.end, strings.Join(g.more, "")})
		}
	}
	m.put(stylesPart, editPart(y.body, edits))
	return nil
}

// before is where a group stands before all of some others.
func (y *styleSheet) before(others []string) (int64, error) {
	for _, name := range others {
		if g := y.groups[name]; g != nil && g.raw != "" {
			return g.from, nil
		}
	}
	at := int64(strings.LastIndex(string(y.body), "</"))
	if at < 0 {
		return 0, errReference // an element without an end tag holds no styles
	}
	return at, nil
}
