package sheets

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// An edit puts a text in the place of some bytes of a part.
type edit struct {
	from, to int64
	text     string
}

// applyEdits writes a part with edits, which do not overlap; those of one place
// stand in their order.
func applyEdits(w io.Writer, b []byte, edits []edit) error {
	slices.SortStableFunc(edits, func(x, y edit) int { return cmp.Compare(x.from, y.from) })
	at := int64(0)
	for _, e := range edits {
		if _, err := w.Write(b[at:e.from]); err != nil {
			return err
		}
		if _, err := io.WriteString(w, e.text); err != nil {
			return err
		}
		at = e.to
	}
	_, err := w.Write(b[at:])
	return err
}

// editPart is a small part with edits.
func editPart(b []byte, edits []edit) []byte {
	var out bytes.Buffer
	_ = applyEdits(&out, b, edits) // a buffer takes everything
	return out.Bytes()
}

// A tag is a tag of a part as it stands there: from < to >.
type tag struct {
	xml.StartElement
	from, to int64
	raw      string
}

// prefix is that of the tag's name, with its colon; "" for none.
func (t tag) prefix() string {
	name := t.raw[1:strings.IndexAny(t.raw, " \t\r\n/>")]
	return name[:strings.IndexByte(name, ':')+1]
}

// empty reports whether the tag is the whole element: <c/>.
func (t tag) empty() bool { return strings.HasSuffix(t.raw, "/>") }

// withAttribute is the tag with an attribute set.
func (t tag) withAttribute(name, value string) string {
	if from, to, ok := attributeSpan(t.raw, name); ok {
		return t.raw[:from] + value + t.raw[to:]
	}
	end := len(t.raw) - 1
	if t.empty() {
		end--
	}
	return strings.TrimRight(t.raw[:end], " \t\r\n") + " " + name + `="` + value + `"` + t.raw[end:]
}

// attributeSpan finds the value of an attribute within its quotes.
func attributeSpan(raw, name string) (from, to int, ok bool) {
	for at := strings.IndexAny(raw, " \t\r\n"); at >= 0 && at < len(raw); {
		equals := strings.IndexByte(raw[at:], '=')
		if equals < 0 {
			return 0, 0, false
		}
		key := strings.TrimSpace(raw[at : at+equals])
		open := at + equals + strings.IndexAny(raw[at+equals:], `"'`)
		end := open + 1 + strings.IndexByte(raw[open+1:], raw[open])
		if key == name {
			return open + 1, end, true
		}
		at = end + 1
	}
	return 0, 0, false
}

// tags walks the elements of a part that is known to be well-formed. path leads to
// the element, which is its last. begin is shown its tag; end, if it is not nil, where
// the closing tag stands; behind an empty element that has no bytes.
func tags(ctx context.Context, b []byte, begin func(path []string, t tag) error, end func(path []string, from, to int64) error) error {
	return walkText(ctx, b, begin, nil, end)
}

// walkText is tags, with the texts as well, if text is not nil.
func walkText(ctx context.Context, b []byte, begin func(path []string, t tag) error, text func(path []string, text string) error, end func(path []string, from, to int64) error) error {
	d := xml.NewDecoder(contextReader{ctx, bytes.NewReader(b)})
	var path []string
	for {
		from := d.InputOffset()
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		to := d.InputOffset()
		switch e := token.(type) {
		case xml.StartElement:
			path = append(path, e.Name.Local)
			err = begin(path, tag{StartElement: e, from: from, to: to, raw: string(b[from:to])})
		case xml.CharData:
			if text != nil && len(path) > 0 {
				err = text(path, string(e))
			}
		case xml.EndElement:
			if end != nil {
				err = end(path, from, to)
			}
			path = path[:len(path)-1]
		}
		if err != nil {
			return err
		}
	}
}

// appendChild adds text at the end of the first element at a path below the root. A
// part that has no such element stays as it is, and found is false.
func appendChild(ctx context.Context, b []byte, path []string, text func(prefix string) string) (out []byte, found bool, err error) {
	var at tag
	var edits []edit
	err = tags(ctx, b, func(here []string, t tag) error {
		if !found && slices.Equal(here[1:], path) {
			at, found = t, true
			if t.empty() {
				open := strings.TrimSuffix(t.raw, "/>") + ">"
				name := t.raw[1:strings.IndexAny(t.raw, " \t\r\n/>")]
				edits = append(edits, edit{t.from, t.to, open + text(t.prefix()) + "</" + name + ">"})
			}
		}
		return nil
	}, func(here []string, end, _ int64) error {
		if found && len(edits) == 0 && slices.Equal(here[1:], path) {
			edits = append(edits, edit{end, end, text(at.prefix())})
		}
		return nil
	})
	return editPart(b, edits), found, err
}

// escapeXML is a text as XML holds it, without the characters that XML may not hold.
func escapeXML(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, text))) // a buffer takes everything
	return b.String()
}

// escapeText is a text as a cell or a comment holds it: what looks like an escape of
// workbooks (_x0041_) is kept from being read as one.
func escapeText(text string) string { return escapeXML(escapes.ReplaceAllString(text, "_x005F$0")) }

// A rewriting is a workbook with some of its parts changed, and new ones.
type rewriting struct {
	*container
	file    []byte
	changed map[string][]byte // small parts as they become, by their names
	edits   map[string][]edit // of sheets, which are read again when they are written: by their names in small letters
	dropped map[string]bool   // parts that are left out, by their names in small letters
	added   []string          // names of new parts, in order
}

// newRewriting begins with a workbook as it is.
func newRewriting(c *container, file []byte) *rewriting {
	return &rewriting{container: c, file: file, changed: map[string][]byte{}, edits: map[string][]edit{}, dropped: map[string]bool{}}
}

// read gives a part as it is now.
func (w *rewriting) read(name string) ([]byte, error) {
	if b, ok := w.changed[name]; ok {
		return b, nil
	}
	f := w.parts[strings.ToLower(name)]
	if f == nil {
		return nil, ErrArchive.With(name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrArchive.With(name).Because(err)
	}
	defer r.Close()
	b := bytes.NewBuffer(make([]byte, 0, f.UncompressedSize64+bytes.MinRead))
	if _, err := b.ReadFrom(contextReader{w.ctx, r}); err != nil {
		return nil, ErrArchive.With(name).Because(err)
	}
	return b.Bytes(), nil
}

// has reports whether there is a part of a name.
func (w *rewriting) has(name string) bool {
	_, ok := w.changed[name]
	return ok || w.parts[strings.ToLower(name)] != nil
}

// put changes a part, or adds it.
func (w *rewriting) put(name string, b []byte) {
	if !w.has(name) {
		w.added = append(w.added, name)
	}
	w.changed[name] = b
}

// free is a name of a part that there is not yet: xl/comments%d.xml.
func (w *rewriting) free(pattern string) string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf(pattern, n); !w.has(name) {
			return name
		}
	}
}

// write gives the workbook: parts that are not changed as they lie in the file.
func (w *rewriting) write() ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(w.file), int64(len(w.file)))
	if err != nil {
		return nil, ErrArchive.With("zip").Because(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	put := func(name string, b []byte) error {
		part, err := to.Create(name)
		if err == nil {
			_, err = part.Write(b)
		}
		return err
	}
	byName := map[string]string{}
	for name := range w.changed {
		byName[strings.ToLower(name)] = name
	}
	for _, f := range z.File {
		low := strings.ToLower(f.Name)
		name, changed := byName[low]
		switch {
		case w.dropped[low]:
		case changed:
			err = put(f.Name, w.changed[name])
		case w.edits[low] != nil:
			err = w.writeEdits(to, f.Name, w.edits[low])
		default:
			err = to.Copy(f)
		}
		if err == nil {
			err = w.ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", f.Name, err)
		}
	}
	for _, name := range w.added {
		if err := put(name, w.changed[name]); err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
	}
	if err := to.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// writeEdits writes a part with its edits.
func (w *rewriting) writeEdits(to *zip.Writer, name string, edits []edit) error {
	b, err := w.read(name)
	if err != nil {
		return err
	}
	part, err := to.Create(name)
	if err != nil {
		return err
	}
	return applyEdits(part, b, edits)
}

// relate adds a relationship of a part to another, and gives its id.
func (w *rewriting) relate(part, kind, target string) (string, error) {
	rels := relsOf(part)
	if !w.has(rels) {
		w.put(rels, []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`))
	}
	b, err := w.read(rels)
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	if err := tags(w.ctx, b, func(_ []string, t tag) error { taken[attribute(t.StartElement, "Id")] = true; return nil }, nil); err != nil {
		return "", ErrPart.With(rels, 0).Because(err)
	}
	id := ""
	for n := 1; id == "" || taken[id]; n++ {
		id = fmt.Sprintf("rIdHtx%d", n)
	}
	b, _, err = appendChild(w.ctx, b, nil, func(prefix string) string {
		return fmt.Sprintf(`<%sRelationship Id="%s" Type="%s" Target="/%s"/>`, prefix, id, escapeXML(kind), escapeXML(target))
	})
	w.put(rels, b)
	return id, err
}

// declare says the type of a new part, unless that is said: some programs say it of
// parts that they did not write.
func (w *rewriting) declare(part, kind string) error {
	b, err := w.read(contentsPart)
	known := false
	if err == nil {
		err = tags(w.ctx, b, func(_ []string, t tag) error {
			known = known || strings.EqualFold(attribute(t.StartElement, "PartName"), "/"+part)
			return nil
		}, nil)
	}
	if err == nil && !known {
		b, _, err = appendChild(w.ctx, b, nil, func(prefix string) string {
			return fmt.Sprintf(`<%sOverride PartName="/%s" ContentType="%s"/>`, prefix, escapeXML(part), kind)
		})
	}
	w.put(contentsPart, b)
	return err
}
