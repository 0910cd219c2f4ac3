package sheets

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Limits of a workbook.
const (
	MaxUpload   = 10 << 20 // bytes of the file
	MaxEntries  = 200      // entries of the archive
	MaxUnzipped = 64 << 20 // bytes of all entries, unpacked
	MaxPart     = 8 << 20  // bytes of one XML part that is neither a sheet nor the shared texts
	MaxRatio    = 100      // times its own size that a file may unpack to
	MaxSheets   = 50
	MaxRows     = 20_000 // rows of one sheet that hold something
	MaxColumns  = 200
	MaxCells    = 300_000 // cells of all sheets that hold something

	// maxKept is how many cells the rows of all sheets may have up to the last of
	// each that holds something: a row is kept with its blanks, about 80 bytes each.
	maxKept = 1_500_000

	// maxTexts is how many bytes the texts of all cells may have: each of them
	// becomes part of a command, and of a record.
	maxTexts = 16 << 20

	maxMerges = 65_536 // merged areas of one sheet
	maxCols   = 16_384 // descriptions of columns of one sheet: as many as columns

	// Elements of one XML part.
	maxElements      = 300_000
	maxTextElements  = 1_000_000 // of the shared texts: as many as fill every cell three times over
	maxSheetElements = 8_000_000
)

// smallFile is a size to which anything may unpack: short files of one repeated
// character are no bombs.
const smallFile = 1 << 20

// A container is the archive of a workbook, within the limits. Every entry has
// been unpacked once: its size and checksum are what the archive says.
type container struct {
	ctx   context.Context // of the reading
	size  int
	parts map[string]*zip.File // by their names in small letters
	frame *frame
	rows  map[string]int // row elements of a sheet, by the name of its part
	used  *numberSet     // the shared texts to which cells refer
}

var oleMagic = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")

// open checks a file from the outside in.
func open(ctx context.Context, b []byte) (*container, error) {
	switch {
	case len(b) > MaxUpload:
		return nil, ErrUploadSize.With(len(b), MaxUpload)
	case bytes.HasPrefix(b, oleMagic) && bytes.Contains(b, wide("EncryptedPackage")):
		return nil, ErrEncrypted
	case bytes.HasPrefix(b, oleMagic):
		return nil, ErrOldExcel
	case !bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return nil, otherFile(b)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, ErrArchive.With("zip").Because(err)
	}
	c := &container{ctx: ctx, size: len(b), parts: map[string]*zip.File{}, rows: map[string]int{}, used: &numberSet{}}
	if err := c.admit(z.File); err != nil {
		return nil, err
	}
	if err := c.kind(); err != nil {
		return nil, err
	}
	if err := c.readFrame(); err != nil {
		return nil, err
	}
	return c, c.unpack(z.File)
}

// sniffed is how much of a file is looked at to say what it is.
const sniffed = 4 << 10

// otherFile says what a file is that is no archive. Systems give pages of the web
// and the XML of Excel 2003 the name of a workbook; Excel opens both.
func otherFile(b []byte) error {
	// of UTF-16, the bytes that are no zeros say enough
	plain := bytes.ReplaceAll(b[:min(len(b), sniffed)], []byte{0}, nil)
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		plain = bytes.TrimPrefix(plain, []byte(mark))
	}
	head := strings.ToLower(strings.TrimSpace(string(plain)))
	holds := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(head, w) })
	}
	switch {
	case strings.HasPrefix(head, "<") && holds("urn:schemas-microsoft-com:office:spreadsheet", `progid="excel.sheet"`):
		return ErrExcel2003
	case strings.HasPrefix(head, "<") && holds("<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style", "<div"),
		strings.HasPrefix(head, "mime-version:"):
		return ErrWebPage
	}
	return ErrOtherFile
}

// wide is text as OLE files write names: two bytes a character.
func wide(s string) []byte {
	var b []byte
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

// admit holds the list of entries to the limits.
func (c *container) admit(files []*zip.File) error {
	if len(files) > MaxEntries {
		return ErrEntries.With(len(files), MaxEntries)
	}
	var unzipped uint64
	for _, f := range files {
		name := strings.TrimSuffix(f.Name, "/")
		low := strings.ToLower(name)
		if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00:") || c.parts[low] != nil || f.Mode()&fs.ModeSymlink != 0 {
			return ErrEntryName.With(f.Name)
		}
		if f.Flags&1 != 0 {
			return ErrEncrypted
		}
		if isXML(low) && !grows(low) && f.UncompressedSize64 > MaxPart {
			return ErrUnzipped.With(MaxPart)
		}
		c.parts[low] = f
		unzipped += min(f.UncompressedSize64, MaxUnzipped+1)
	}
	return c.weigh(unzipped)
}

// grows tells whether a part may grow with the data of a workbook. The library
// takes many times the size of the others to read them.
func grows(name string) bool {
	return strings.HasPrefix(name, "xl/worksheets/") || name == "xl/sharedstrings.xml" || strings.Contains(name, "drawing") || strings.Contains(name, "comments")
}

// weigh holds the unpacked size to the limits.
func (c *container) weigh(unzipped uint64) error {
	switch {
	case unzipped > smallFile && unzipped > uint64(c.size)*MaxRatio:
		return ErrRatio.With(MaxRatio)
	case unzipped > MaxUnzipped:
		return ErrUnzipped.With(MaxUnzipped)
	}
	return nil
}

// kind refuses archives that are no workbook of the kind read here.
func (c *container) kind() error {
	for name := range c.parts {
		switch {
		case strings.HasSuffix(name, "vbaproject.bin"), strings.HasPrefix(name, "xl/macrosheets/"):
			return ErrMacro
		case strings.HasPrefix(name, "xl/externallinks/"):
			return ErrExternal
		}
	}
	switch {
	case c.parts["xl/workbook.bin"] != nil:
		return ErrBinary
	case c.parts["xl/workbook.xml"] != nil:
		return nil
	case c.parts["mimetype"] != nil && c.parts["content.xml"] != nil:
		return ErrOpenDocument
	}
	return ErrOtherFile
}

// unpack reads every entry to its end: overlapping ones, sizes that lie and
// bytes that changed are found here. Sheets are walked; a part that nothing is
// read from need not even be XML that is understood here.
func (c *container) unpack(files []*zip.File) error {
	if err := apart(files); err != nil {
		return err
	}
	sheets := map[string]bool{}
	for _, e := range c.frame.sheets {
		sheets[strings.ToLower(e.part)] = true
	}
	left := int64(MaxUnzipped)
	for _, f := range files {
		r, err := f.Open()
		if err != nil {
			return ErrArchive.With(f.Name).Because(err)
		}
		meter := &io.LimitedReader{R: contextReader{c.ctx, r}, N: left + 1}
		if low := strings.ToLower(f.Name); sheets[low] {
			err = c.countRows(low, meter)
		}
		if rest := drain(meter); err == nil && rest != nil {
			err = ErrArchive.With(f.Name).Because(rest)
		}
		r.Close()
		if ended := c.ctx.Err(); ended != nil {
			return ended
		}
		if left = meter.N - 1; left < 0 {
			return ErrUnzipped.With(MaxUnzipped)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// apart refuses entries that share bytes of the file.
func apart(files []*zip.File) error {
	type span struct{ from, to int64 }
	var spans []span
	for _, f := range files {
		from, err := f.DataOffset()
		if err != nil {
			return ErrArchive.With(f.Name).Because(err)
		}
		spans = append(spans, span{from, from + int64(f.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return ErrArchive.With("zip")
		}
	}
	return nil
}

func isXML(name string) bool {
	low := strings.ToLower(name)
	return strings.HasSuffix(low, ".xml") || strings.HasSuffix(low, ".rels")
}

// countRows walks a sheet to its end, and counts its rows and the shared texts to
// which its cells refer: the others need not be kept.
func (c *container) countRows(name string, r io.Reader) error {
	var number []byte
	shared := false // within a cell of a shared text
	return c.walkPart(name, r, func(at []xml.Name, t xml.Token) error {
		if len(at) < 3 || at[1].Local != "sheetData" {
			return nil
		}
		switch t := t.(type) {
		case xml.StartElement:
			if len(at) == 3 {
				c.rows[name]++
			}
			if len(at) == 4 {
				shared, number = attribute(t, "t") == "s", number[:0]
			}
		case xml.CharData:
			if shared && len(at) == 5 && at[4].Local == "v" && len(number) < 20 {
				number = append(number, t...)
			}
		case xml.EndElement:
			if n, ok := atoi(number); ok && len(at) == 4 && shared {
				c.used.add(n)
			}
		}
		return nil
	})
}

// atoi is the number that digits, with spaces around them, say.
func atoi(digits []byte) (int, bool) {
	n, err := strconv.Atoi(string(bytes.TrimSpace(digits)))
	return n, err == nil && n >= 0
}

// A numberSet is a set of small numbers.
type numberSet struct{ bits []uint64 }

func (s *numberSet) add(n int) {
	if n >= maxTextElements {
		return // no text has such a number
	}
	for len(s.bits) <= n/64 {
		s.bits = append(s.bits, 0)
	}
	s.bits[n/64] |= 1 << (n % 64)
}

func (s *numberSet) holds(n int) bool { return n/64 < len(s.bits) && s.bits[n/64]&(1<<(n%64)) != 0 }

// mostElements is how many elements a part may have.
func mostElements(name string) int {
	switch {
	case strings.HasPrefix(name, "xl/worksheets/"):
		return maxSheetElements
	case name == "xl/sharedstrings.xml":
		return maxTextElements
	}
	return maxElements
}

// part opens a part of the archive that must be there.
func (c *container) part(name string) (io.ReadCloser, error) {
	f := c.parts[strings.ToLower(name)]
	if f == nil {
		return nil, ErrArchive.With(name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrArchive.With(name).Because(err)
	}
	return r, nil
}

// each walks a part of the archive.
func (c *container) each(name string, visit func(path []xml.Name, t xml.Token) error) error {
	r, err := c.part(name)
	if err != nil {
		return err
	}
	defer r.Close()
	return c.walkPart(name, r, visit)
}

// walkPart walks a part, which must come to its end within as many elements as
// reading it may cost.
func (c *container) walkPart(name string, r io.Reader, visit func(path []xml.Name, t xml.Token) error) error {
	most := mostElements(strings.ToLower(name))
	left := most
	return walk(c.ctx, name, r, func(at []xml.Name, t xml.Token) error {
		if _, begins := t.(xml.StartElement); begins {
			if left--; left < 0 {
				return ErrElements.With(name, most)
			}
		}
		return visit(at, t)
	})
}
