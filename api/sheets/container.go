package sheets

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"htxledger/domain/fault"
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

	// Elements of one XML part. The library keeps an object of about 200 bytes
	// for each of them, but in the sheets, which it reads row by row.
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
	size  int
	parts map[string]*zip.File
	rows  map[string]int // row elements of a sheet, by the name of its part
}

var oleMagic = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")

// open checks a file from the outside in.
func open(b []byte) (*container, error) {
	switch {
	case len(b) > MaxUpload:
		return nil, ErrUploadSize.With(len(b), MaxUpload)
	case bytes.HasPrefix(b, oleMagic) && bytes.Contains(b, wide("EncryptedPackage")):
		return nil, ErrEncrypted
	case bytes.HasPrefix(b, oleMagic):
		return nil, ErrOldExcel
	case !bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return nil, ErrOtherFile
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, ErrArchive.With("zip").Because(err)
	}
	c := &container{size: len(b), parts: map[string]*zip.File{}, rows: map[string]int{}}
	if err := c.admit(z.File); err != nil {
		return nil, err
	}
	if err := c.kind(); err != nil {
		return nil, err
	}
	return c, c.unpack(z.File)
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
// bytes that changed are found here, and every part that is XML is walked.
func (c *container) unpack(files []*zip.File) error {
	if err := apart(files); err != nil {
		return err
	}
	left := int64(MaxUnzipped)
	for _, f := range files {
		r, err := f.Open()
		if err != nil {
			return ErrArchive.With(f.Name).Because(err)
		}
		meter := &io.LimitedReader{R: r, N: left + 1}
		if isXML(f.Name) {
			err = c.wellFormed(f.Name, meter)
		}
		if rest := drain(meter); err == nil && rest != nil {
			err = ErrArchive.With(f.Name).Because(rest)
		}
		r.Close()
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

// wellFormed walks a part to its end, which must come within as many elements
// as reading it may cost, and counts its rows.
func (c *container) wellFormed(name string, r io.Reader) error {
	most := mostElements(strings.ToLower(name))
	left := most
	return walk(name, r, func(at []xml.Name, t xml.Token) error {
		if _, begins := t.(xml.StartElement); begins {
			if left--; left < 0 {
				return ErrElements.With(name, most)
			}
			if len(at) == 3 && at[1].Local == "sheetData" {
				c.rows[strings.ToLower(name)]++
			}
		}
		return nil
	})
}

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
	return walk(name, r, visit)
}

// walk reads one XML part strictly, to its end, and shows each token with the
// names of the elements around it. Exactly one element stands at the top.
func walk(name string, r io.Reader, visit func(path []xml.Name, t xml.Token) error) error {
	d := xml.NewDecoder(r)
	var path []xml.Name
	roots := 0
	for {
		t, err := d.Token()
		if err == io.EOF && roots == 1 && len(path) == 0 {
			return nil
		}
		if err != nil {
			return ErrPart.With(name, d.InputOffset()).Because(fmt.Errorf("read XML: %w", err))
		}
		switch t := t.(type) {
		case xml.Directive:
			return ErrDoctype.With(name)
		case xml.StartElement:
			if len(path) == 0 {
				roots++
			}
			path = append(path, t.Name)
		}
		if err := visit(path, t); err != nil {
			return placed(err, name, d.InputOffset())
		}
		if _, end := t.(xml.EndElement); end {
			path = path[:len(path)-1]
		}
		if roots > 1 {
			return ErrPart.With(name, d.InputOffset())
		}
	}
}

// placed gives the place in a part to an error that says only that it is wrong.
func placed(err error, name string, at int64) error {
	if _, ok := fault.Of(err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return ErrPart.With(name, at).Because(err)
}
