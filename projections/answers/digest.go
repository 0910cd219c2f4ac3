package answers

import (
	"context"
	"strconv"
	"strings"

	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/statement"
)

// What a digest can be wrong about.
var (
	errDigest = fault.Declare("digest-form", fault.Malformed,
		"this is not a digest of a replay", "đây không phải là bản tóm lược của một lần tính lại")
	errDigestNewer = fault.Declare("digest-newer", fault.NewerFormat,
		"the digest has the format %q, this program reads %q", "bản tóm lược có định dạng %q, chương trình này chỉ đọc được %q")
	errDigestOrigin = fault.Declare("digest-origin", fault.Conflict,
		"the digest is of the ledger %q, not of %q", "bản tóm lược thuộc sổ cái %q, không phải %q")
)

const (
	digestTitle  = "htxledger digest "
	digestFormat = digestTitle + "1"
)

// A Digest is a replay written down, to be compared with a later one: where it
// holds, the root of the records, and every figure by the slow road.
type Digest struct {
	Format      string             `json:"format"`
	Origin      string             `json:"origin"`
	Size        int64              `json:"size"`
	Root        string             `json:"root"`
	Valid       calendar.Day       `json:"valid"`
	Map         calendar.Day       `json:"map"`
	Place       string             `json:"place"`
	Period      string             `json:"period"`
	Scheme      string             `json:"scheme"`
	Marks       []Mark             `json:"marks"` // roots on the way, so that a difference can be placed
	Figures     []statement.Figure `json:"figures"`
	Definitions map[string]int64   `json:"definitions"`
}

// A Mark is the root of some first records.
type Mark struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
}

// marks is how many parts of about the same length a digest tells apart.
const marks = 64

// Origin is what record 0 names the ledger, or "".
func (s *Service) Origin() string {
	if r := s.history.Record(0); r != nil {
		if opened, ok := r.Event.(*ledger.Opened); ok {
			return opened.Origin
		}
	}
	return ""
}

// Digest writes a replay down.
func (s *Service) Digest(r *Replay, roots Roots) (*Digest, error) {
	p := r.Point
	d := &Digest{
		Format: digestFormat, Origin: s.Origin(), Size: int64(p.Size), Valid: p.Valid, Map: p.Map,
		Place: p.PlaceCode, Period: periodName(p), Scheme: p.Scheme, Marks: []Mark{}, Definitions: map[string]int64{},
	}
	root, err := roots.Root(p.Size)
	if err != nil {
		return nil, err
	}
	d.Root = root.String()
	// rounded up, so that there are never more than so many marks
	step := max(1, (p.Size+marks-1)/marks)
	for at := step; at < p.Size; at += step {
		root, err := roots.Root(at)
		if err != nil {
			return nil, err
		}
		d.Marks = append(d.Marks, Mark{int64(at), root.String()})
	}
	for _, f := range r.Figures {
		d.Figures = append(d.Figures, audit.State(f))
		d.Definitions[f.Definition.Code] = int64(f.Definition.Version)
	}
	return d, nil
}

// Encode is the digest as canonical JSON on one line.
func (d *Digest) Encode() ([]byte, error) {
	b, err := canonical.Marshal(d)
	return append(b, '\n'), err
}

// ParseDigest reads Encode.
func ParseDigest(b []byte) (*Digest, error) {
	c, err := canonical.Transform(b, len(b))
	if err != nil {
		return nil, errDigest.Because(err)
	}
	format := ""
	for name, value := range canonical.Members(c) {
		if name == "format" {
			if err := canonical.Unmarshal(value, &format); err != nil {
				return nil, errDigest.Because(err)
			}
		}
	}
	switch {
	case !strings.HasPrefix(format, digestTitle):
		return nil, errDigest
	case format != digestFormat:
		return nil, errDigestNewer.With(format, digestFormat)
	}
	d := &Digest{}
	if err := canonical.Unmarshal(c, d); err != nil {
		return nil, errDigest.Because(err)
	}
	return d, nil
}

// Point is the digest's own point, in the ledger of a head.
func (d *Digest) Point(h *Head) (*Point, error) {
	return h.Exactly(Exact{
		Size: ledger.Position(d.Size), Valid: d.Valid, Map: d.Map, Place: d.Place, Period: d.Period, Scheme: d.Scheme,
	})
}

// A DigestDifference is where a replay is not what a digest says.
type DigestDifference struct {
	// After and UpTo are sizes: the first record that is another one is among
	// those from position After to UpTo-1. Both are 0 where the records are the
	// same.
	After, UpTo int64
	Figures     []DigestFigure
}

// Same reports whether there is no difference.
func (d *DigestDifference) Same() bool { return d.UpTo == 0 && len(d.Figures) == 0 }

// A DigestFigure is a figure that is not what the digest says: in which member
// first, what that was, and what it is.
type DigestFigure struct{ Code, Member, Was, Is string }

// Compare holds a replay at the digest's own point to the digest.
func (s *Service) Compare(d *Digest, r *Replay, roots Roots) (*DigestDifference, error) {
	if d.Origin != s.Origin() {
		return nil, errDigestOrigin.With(d.Origin, s.Origin())
	}
	out := &DigestDifference{}
	for _, m := range append(d.Marks, Mark{d.Size, d.Root}) {
		root, err := roots.Root(ledger.Position(m.Size))
		if err != nil {
			return nil, err
		}
		if root.String() != m.Root {
			out.UpTo = m.Size
			break
		}
		out.After = m.Size
	}
	// all roots are the same: there is no place to name
	if out.UpTo == 0 {
		out.After = 0
	}
	now := map[string]*indicator.Figure{}
	for _, f := range r.Figures {
		now[f.Definition.Code] = f
	}
	for _, was := range d.Figures {
		if x, ok := compareFigure(was, d.Definitions[was.Indicator], now[was.Indicator]); !ok {
			out.Figures = append(out.Figures, x)
		}
	}
	return out, nil
}

// compareFigure names the first member in which a figure is not what a digest says of it. Another
// version of the definition is a difference of its own: its numbers mean something else.
func compareFigure(was statement.Figure, version int64, now *indicator.Figure) (x DigestFigure, same bool) {
	if now == nil || int64(now.Definition.Version) != version {
		is := "–"
		if now != nil {
			is = strconv.Itoa(now.Definition.Version)
		}
		return DigestFigure{was.Indicator, "definition", strconv.FormatInt(version, 10), is}, false
	}
	x.Code = was.Indicator
	x.Member, x.Was, x.Is, same = audit.Unequal(was, audit.State(now))
	return x, same
}

// An Apart is the first place at which the two roads part.
type Apart struct {
	Record *ledger.Record // the last one of the smallest size found at which they differ
	Disagreement
}

// FirstApart finds, by halving, a size at which the two roads disagree on one
// of the figures on which they disagree at the end, and do not one record
// before. It is the first such size unless they meet again in between. It is
// nil where they never agree.
func (s *Service) FirstApart(ctx context.Context, log ledger.Log, r *Replay) (*Apart, error) {
	records, err := register.ReadAll(ctx, log, r.Point.Size)
	if err != nil {
		return nil, err
	}
	apart := func(n ledger.Position) *Disagreement {
		folded := register.Fold(records[:n], r.Point.Valid)
		for _, d := range r.Differences {
			slow, slowErr := indicator.Count(d.Definition, folded, r.Point.Question)
			fast, fastErr := s.history.Figures(n, r.Point.Question, d.Definition)
			switch {
			case slowErr != nil && fastErr != nil:
			case slowErr != nil || fastErr != nil || !slow.Same(fast[0]):
				x := &Disagreement{Definition: d.Definition, Slow: slow}
				if fastErr == nil {
					x.Fast = fast[0]
				}
				return x
			}
		}
		return nil
	}
	low, high := ledger.Position(0), r.Point.Size
	found := apart(high)
	if found == nil || apart(low) != nil {
		return nil, nil
	}
	for low+1 < high {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		mid := low + (high-low)/2
		if x := apart(mid); x != nil {
			high, found = mid, x
		} else {
			low = mid
		}
	}
	return &Apart{records[high-1], *found}, nil
}
