package sheets

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"htxledger/domain/fault"
)

// Bounds of one XML part, of which the decoder holds the names of the open
// elements and one whole token: a tag with its attributes, a text, a comment.
const (
	maxToken = 1 << 20 // bytes of one token
	maxDepth = 256     // elements within one another
)

var errLongToken = errors.New("a tag or a text that has no end")

// walk reads one XML part strictly, to its end, and shows each token with the
// names of the elements around it. Exactly one element stands at the top. It ends
// early where ctx is done, which is looked at between blocks of the part.
func walk(ctx context.Context, name string, r io.Reader, visit func(path []xml.Name, t xml.Token) error) error {
	in := &tokenReader{Reader: bufio.NewReader(contextReader{ctx, r})}
	d := xml.NewDecoder(in)
	var path []xml.Name
	roots := 0
	for {
		in.token = 0
		t, err := d.Token()
		if err == io.EOF && roots == 1 && len(path) == 0 {
			return nil
		}
		if ended := ctx.Err(); ended != nil {
			return ended
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
			if path = append(path, t.Name); len(path) > maxDepth {
				return ErrElements.With(name, maxDepth)
			}
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

// A tokenReader counts the bytes of a token and ends one that is too long: a
// decoder keeps a token whole, and some of its parts at many times their size.
type tokenReader struct {
	*bufio.Reader
	token int // bytes since the last token
}

// ReadByte is what the decoder reads by.
func (r *tokenReader) ReadByte() (byte, error) {
	if r.token++; r.token > maxToken {
		return 0, errLongToken
	}
	return r.Reader.ReadByte()
}

// A contextReader reads until its context is done.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

// Read gives the error of the context once that is done.
func (r contextReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

// placed gives the place in a part to an error that says only that it is wrong.
func placed(err error, name string, at int64) error {
	if _, ok := fault.Of(err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return ErrPart.With(name, at).Because(err)
}

// attribute is an attribute without a namespace; "" where it is absent.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// relation is the r:id of an element.
func relation(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && strings.HasSuffix(a.Name.Space, "/relationships") {
			return a.Value
		}
	}
	return ""
}

// truth reads a Boolean attribute.
func truth(s string) bool { return s == "1" || s == "true" }

// numberIn is a number in an attribute, or -1.
func numberIn(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(attribute(e, name))
	if err != nil {
		return -1
	}
	return n
}
