package report

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// A QR is the squares of a code; Dark tells those that are black.
type QR struct{ code *qr.Code }

// encodeQR makes the squares of a text, so that about a seventh of them may be lost.
func encodeQR(text string) (QR, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return QR{}, fmt.Errorf("encode the code of a report: %w", err)
	}
	code.Scale = 8
	return QR{code}, nil
}

// Size is how many squares there are to a side.
func (q QR) Size() int { return q.code.Size }

// Dark reports whether a square is black.
func (q QR) Dark(x, y int) bool { return q.code.Black(x, y) }

// PNG is a picture of it, with a white edge of four squares.
func (q QR) PNG() []byte { return q.code.PNG() }

// Edge is how many white squares must stand around a code.
const Edge = 4

// Path is the outline of the black squares, for a drawing (SVG) of Size plus two
// edges to a side.
func (q QR) Path() string {
	var b strings.Builder
	for y := range q.Size() {
		for x := 0; x < q.Size(); x++ {
			if !q.Dark(x, y) {
				continue
			}
			from := x
			for x < q.Size() && q.Dark(x, y) {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+Edge, y+Edge, x-from, x-from)
		}
	}
	return b.String()
}
