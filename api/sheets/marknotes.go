package sheets

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The notes of a sheet are its comments, in a part of their own, and their boxes, in
// a part of VML that other programs write in words of their own; so that part is
// handled as text.
type notes struct {
	part, boxes string // the parts; "" for none
	body        []byte
	vml         []byte
	prefix      string
	authors     group
	list        group
	notes       map[place]*note
}

// A note is one comment.
type note struct {
	tag
	end      int64 // behind it
	text     group // where its texts stand
	plain    tag   // a text that stands there alone, without a run around it
	plainEnd int64
	behind   int64 // behind its last text
	ours     []edit
	others   bool // somebody else said something there
	thread   bool // it stands for a thread of comments, which is another part
}

var (
	errNotes = errors.New("the comments of the sheet are not understood")
	boxNames = regexp.MustCompile(`_x0000_s(\d+)`)
	boxes    = regexp.MustCompile(`(?s)<((?:\w+:)?shape)\s[^>]*>.*?</(?:\w+:)?shape>`)
	boxRow   = regexp.MustCompile(`<(?:\w+:)?Row>\s*(\d+)\s*<`)
	boxCol   = regexp.MustCompile(`<(?:\w+:)?Column>\s*(\d+)\s*<`)
)

// notesOf reads the comments of a sheet; nil where they are not understood, and
// nothing is to be changed in them.
func (s *sheetMarking) notesOf(b []byte) (*notes, error) {
	n := &notes{notes: map[place]*note{}}
	n.part = s.relative("", "comments")
	legacy := ""
	if err := tags(s.ctx, b, func(path []string, t tag) error {
		if len(path) == 2 && path[1] == "legacyDrawing" {
			legacy = relation(t.StartElement)
		}
		return nil
	}, nil); err != nil {
		return nil, err
	}
	if legacy != "" {
		if n.boxes = s.relative(legacy, "vmlDrawing"); n.boxes == "" {
			return nil, nil
		}
	}
	var err error
	if n.boxes != "" {
		if n.vml, err = s.read(n.boxes); err != nil || bytes.LastIndex(n.vml, []byte("</xml>")) < 0 {
			return nil, s.ctx.Err()
		}
	}
	if n.part == "" {
		return n, nil
	}
	if n.body, err = s.read(n.part); err == nil {
		err = n.parse(s)
	}
	if err != nil || n.authors.raw == "" || n.list.raw == "" {
		return nil, s.ctx.Err()
	}
	return n, nil
}

// parse reads the part of comments.
func (n *notes) parse(s *sheetMarking) error {
	var authors []string
	var c *note
	var run tag
	said := ""
	// what other programs add beside the comments may have elements of the same names
	inComment := func(path []string) bool {
		return c != nil && len(path) >= 3 && path[1] == "commentList" && path[2] == "comment"
	}
	return walkText(s.ctx, n.body, func(path []string, t tag) error {
		switch name := path[len(path)-1]; {
		case len(path) == 1:
			n.prefix = t.prefix()
		case len(path) == 2 && name == "authors":
			n.authors.tag = t
		case len(path) == 2 && name == "commentList":
			n.list.tag = t
		case len(path) == 3 && name == "author":
			authors, n.authors.had = append(authors, ""), n.authors.had+1
		case len(path) == 3 && path[1] == "commentList" && name == "comment":
			column, row, ok := reference(attribute(t.StartElement, "ref"))
			if !ok {
				return errNotes
			}
			c = &note{tag: t}
			n.notes[place{row, column}] = c
		case inComment(path) && len(path) == 4 && name == "text":
			c.text.tag, c.behind = t, t.to
		case inComment(path) && len(path) == 5 && name == "t":
			c.plain, said = t, ""
		case inComment(path) && len(path) == 5 && name == "r":
			run, said = t, ""
		}
		return nil
	}, func(path []string, text string) error {
		if len(path) == 3 && path[2] == "author" {
			authors[len(authors)-1] += text
		}
		if len(path) >= 5 && path[3] == "text" && path[len(path)-1] == "t" {
			said += text
		}
		return nil
	}, func(path []string, from, to int64) error {
		switch name := path[len(path)-1]; {
		case len(path) == 2 && name == "authors":
			n.authors.end = from
		case len(path) == 2 && name == "commentList":
			n.list.end = from
		case inComment(path) && len(path) == 3:
			c.end = to
			at := numberIn(c.StartElement, "authorId")
			author := ""
			if at >= 0 && at < len(authors) {
				author = authors[at]
			}
			c.thread = strings.HasPrefix(author, "tc=")
		case inComment(path) && len(path) == 4 && name == "text":
			c.text.end = from
		case inComment(path) && len(path) == 5 && (name == "t" || name == "r"):
			c.behind = to
			switch {
			case strings.HasPrefix(strings.TrimSpace(said), strings.TrimSpace(markSign)), n.isOld(c, authors, said):
				start := run.from
				if name == "t" {
					start = c.plain.from
					c.plain = tag{}
				}
				c.ours = append(c.ours, edit{from: start, to: to})
			case strings.TrimSpace(said) != "":
				c.others = true
			}
			if name == "t" {
				c.plainEnd = to
			}
		}
		return nil
	})
}

// isOld knows a comment of an earlier version of this program, by its author.
func (n *notes) isOld(c *note, authors []string, said string) bool {
	at := numberIn(c.StartElement, "authorId")
	return at >= 0 && at < len(authors) && authors[at] == markAuthor && strings.HasPrefix(said, "Lỗi: ")
}

// ours are the cells in which an earlier round left something.
func (n *notes) ours() []place {
	var list []place
	for p, c := range n.notes {
		if len(c.ours) > 0 {
			list = append(list, p)
		}
	}
	return list
}

// comment writes what is wrong into the comments of the cells, behind what others
// wrote there, and takes away what an earlier round wrote. whole is false where not
// every cell got its words.
func (s *sheetMarking) comment(n *notes, sheet []byte) (whole bool) {
	if n == nil {
		return false
	}
	var fresh []place
	var edits []edit
	var gone []place
	written := 0
	whole = true
	for _, p := range s.order {
		c, mark := n.notes[p], s.cells[p]
		said := ""
		if mark.comes {
			if written++; written > maxComments || c != nil && c.thread {
				whole = false
			} else {
				said = markSign + clipBytes(mark.said, maxSaid)
			}
		}
		switch {
		case c == nil && said != "":
			fresh = append(fresh, p)
		case c == nil:
		case said == "" && len(c.ours) > 0 && !c.others:
			edits, gone = append(edits, edit{from: c.from, to: c.end}), append(gone, p)
		default:
			edits = append(edits, c.edits(n.prefix, said)...)
		}
	}
	if len(fresh) == 0 && len(edits) == 0 {
		return whole
	}
	if err := s.writeNotes(n, edits, fresh, gone, sheet); err != nil {
		return false
	}
	return whole
}

// edits take our earlier words out of a comment, and put new words behind the rest.
func (c *note) edits(prefix, said string) []edit {
	edits := slices.Clone(c.ours)
	if said == "" {
		return edits
	}
	if c.others {
		said = "\n\n" + said
	}
	words := run(prefix, said)
	if c.text.empty() {
		return append(edits, edit{c.text.from, c.text.to, strings.TrimSuffix(c.text.raw, "/>") + ">" + words + "</" + prefix + "text>"})
	}
	if c.plain.raw != "" { // a text stands alone, or in runs
		edits = append(edits, edit{c.plain.from, c.plain.from, "<" + prefix + "r>"}, edit{c.plainEnd, c.plainEnd, "</" + prefix + "r>"})
	}
	return append(edits, edit{c.behind, c.behind, words})
}

// run is a text of a comment in a form of its own, so that programs keep it apart.
func run(prefix, said string) string {
	return fmt.Sprintf(`<%[1]sr><%[1]srPr><%[1]sb/><%[1]ssz val="9"/><%[1]scolor rgb="FF9C0006"/><%[1]srFont val="Tahoma"/></%[1]srPr><%[1]st xml:space="preserve">%[2]s</%[1]st></%[1]sr>`, prefix, escapeText(said))
}

// writeNotes writes the parts of comments and of their boxes, which may be new.
func (s *sheetMarking) writeNotes(n *notes, edits []edit, fresh, gone []place, sheet []byte) error {
	if n.boxes == "" {
		if err := s.addLegacyDrawing(n, sheet); err != nil {
			return err
		}
	}
	author := n.authors.had
	comments := func(prefix string) string {
		var b strings.Builder
		for _, p := range fresh {
			fmt.Fprintf(&b, `<%[1]scomment ref="%[2]s" authorId="%[3]d"><%[1]stext>%[4]s</%[1]stext></%[1]scomment>`, prefix, p.name(), author, run(prefix, markSign+clipBytes(s.cells[p].said, maxSaid)))
		}
		return b.String()
	}
	authors := func(prefix string) string { return "<" + prefix + "author>" + markAuthor + "</" + prefix + "author>" }
	if n.part == "" {
		n.part = s.free("xl/comments%d.xml")
		s.put(n.part, fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="%s"><authors>%s</authors><commentList>%s</commentList></comments>`,
			s.frame.space, authors(""), comments("")))
		if err := s.declare(n.part, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"); err != nil {
			return err
		}
		if _, err := s.relate(s.part, s.base+"/comments", n.part); err != nil {
			return err
		}
	} else {
		if len(fresh) > 0 {
			edits = append(edits, n.authors.append(n.prefix, "authors", authors(n.prefix)), n.list.append(n.prefix, "commentList", comments(n.prefix)))
		}
		s.put(n.part, editPart(n.body, edits))
	}
	s.put(n.boxes, n.newBoxes(fresh, gone))
	return nil
}

// append is the edit that adds text at the end of a group.
func (g group) append(prefix, name, text string) edit {
	if g.empty() {
		return edit{g.from, g.to, strings.TrimSuffix(g.raw, "/>") + ">" + text + "</" + prefix + name + ">"}
	}
	return edit{g.end, g.end, text}
}

// behindDrawing are the elements of a sheet that stand behind the drawing of its
// comments (ECMA-376 part 1, 18.3.1.99).
var behindDrawing = []string{"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"}

// addLegacyDrawing gives a sheet a part for the boxes of its comments.
func (s *sheetMarking) addLegacyDrawing(n *notes, sheet []byte) error {
	n.boxes = s.free("xl/drawings/vmlDrawing%d.vml")
	s.put(n.boxes, nil)
	if err := s.declareVML(); err != nil {
		return err
	}
	id, err := s.relate(s.part, s.base+"/vmlDrawing", n.boxes)
	if err != nil {
		return err
	}
	var root tag
	at, end := int64(-1), int64(-1)
	err = tags(s.ctx, sheet, func(path []string, t tag) error {
		if len(path) == 1 {
			root = t
		}
		if len(path) == 2 && at < 0 && slices.Contains(behindDrawing, path[1]) {
			at = t.from
		}
		return nil
	}, func(path []string, from, _ int64) error {
		if len(path) == 1 {
			end = from
		}
		return nil
	})
	if at < 0 {
		at = end
	}
	if err != nil || root.empty() {
		return errNotes
	}
	s.insert(at, fmt.Sprintf(`<%slegacyDrawing xmlns:hr="%s" hr:id="%s"/>`, root.prefix(), s.base, id))
	return nil
}

// declareVML says the type of parts of VML, unless that is said.
func (s *sheetMarking) declareVML() error {
	b, err := s.read(contentsPart)
	if err != nil {
		return err
	}
	known := false
	if err := tags(s.ctx, b, func(_ []string, t tag) error {
		known = known || strings.EqualFold(attribute(t.StartElement, "Extension"), "vml")
		return nil
	}, nil); err != nil || known {
		return err
	}
	b, _, err = appendChild(s.ctx, b, nil, func(prefix string) string {
		return "<" + prefix + `Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>`
	})
	s.put(contentsPart, b)
	return err
}

const boxSpaces = `xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"`

// newBoxes is the part of boxes with those of new comments, and without those of
// comments that are gone.
func (n *notes) newBoxes(fresh, gone []place) []byte {
	vml := string(n.vml)
	if vml == "" {
		vml = `<xml ` + boxSpaces + `></xml>`
	}
	if len(gone) > 0 {
		vml = boxes.ReplaceAllStringFunc(vml, func(box string) string {
			row, column := boxRow.FindStringSubmatch(box), boxCol.FindStringSubmatch(box)
			if row == nil || column == nil || !strings.Contains(box, "Note") {
				return box
			}
			y, _ := strconv.Atoi(row[1])
			x, _ := strconv.Atoi(column[1])
			if slices.Contains(gone, place{y + 1, x + 1}) {
				return ""
			}
			return box
		})
	}
	id := 1024
	for _, m := range boxNames.FindAllStringSubmatch(vml, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n < 1<<30 {
			id = max(id, n)
		}
	}
	var b strings.Builder
	if len(fresh) > 0 && !strings.Contains(vml, `"_x0000_t202"`) {
		b.WriteString(`<v:shapetype ` + boxSpaces + ` id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`)
	}
	for _, p := range fresh {
		id++
		fmt.Fprintf(&b, `<v:shape %s id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:270pt;height:90pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">`+
			`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>`+
			`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 15, %d, 10, %d, 31, %d, 9</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`,
			boxSpaces, id, p.column, max(0, p.row-2), p.column+4, p.row+4, p.row-1, p.column-1)
	}
	at := strings.LastIndex(vml, "</xml>")
	return []byte(vml[:at] + b.String() + vml[at:])
}
