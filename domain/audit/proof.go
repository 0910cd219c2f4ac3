package audit

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"htxledger/domain/merkle"
)

// An Inclusion proves that one record stands at a position among the first
// Size records whose root is Root (RFC 6962 §2.1.1).
type Inclusion struct {
	Position int64  `json:"position"`
	Size     int64  `json:"size"`
	Leaf     Hash   `json:"leaf_hash"`
	Root     Hash   `json:"root"`
	Hashes   []Hash `json:"hashes"`
}

// Check is nil if the proof holds for a record's bytes. Whether Root is to be
// believed is the checkpoint's matter.
func (p *Inclusion) Check(record []byte) error {
	if p.Size < 1 || p.Position < 0 || p.Position >= p.Size || merkle.LeafHash(record) != p.Leaf {
		return errProof
	}
	if err := tlog.CheckRecord(p.Hashes, p.Size, p.Root, p.Position, p.Leaf); err != nil {
		return errProof.Because(err)
	}
	return nil
}

// A Consistency proves that the first From records, of root OldRoot, are the
// beginning of the first To, of root NewRoot (RFC 6962 §2.1.2).
type Consistency struct {
	From    int64  `json:"from"`
	To      int64  `json:"to"`
	OldRoot Hash   `json:"old_root"`
	NewRoot Hash   `json:"new_root"`
	Hashes  []Hash `json:"hashes"`
}

// Check is nil if the proof holds between the two roots.
func (p *Consistency) Check() error {
	switch {
	case p.From < 0 || p.From > p.To:
		return errProof
	case p.From == 0: // everything grows from nothing, without a proof
		if len(p.Hashes) > 0 || p.OldRoot != new(merkle.Tree).Root() {
			return errProof
		}
		return nil
	}
	if err := tlog.CheckTree(p.Hashes, p.To, p.NewRoot, p.From, p.OldRoot); err != nil {
		return errProof.Because(err)
	}
	return nil
}

// maxProof is the longest proof that any tree can need, and the most lines
// that C2SP tlog-witness takes.
const maxProof = 63

const inclusionTitle = "c2sp.org/tlog-proof@v1"

// Text is the proof with its signed checkpoint, whose size must be Size, as a
// C2SP tlog-proof: one file that anyone can check who has the record.
func (p *Inclusion) Text(note []byte) []byte {
	return proofText(fmt.Sprintf("%s\nindex %d\n", inclusionTitle, p.Position), p.Hashes, note)
}

// Text is the proof with the signed checkpoint of size To, as the body of the
// request add-checkpoint of C2SP tlog-witness.
func (p *Consistency) Text(note []byte) []byte {
	return proofText(fmt.Sprintf("old %d\n", p.From), p.Hashes, note)
}

// parseConsistency reads Text. It gives the signed checkpoint beside the
// proof, whose To and NewRoot it took from there, unverified; OldRoot is left
// empty for whoever remembers it.
func parseConsistency(text []byte) (*Consistency, []byte, error) {
	old, hashes, note, err := parseProof(string(text), "old ")
	if err != nil {
		return nil, nil, err
	}
	c, err := ReadUnverified(note)
	if err != nil {
		return nil, nil, err
	}
	return &Consistency{From: old, To: c.Size, NewRoot: c.Root, Hashes: hashes}, note, nil
}

func proofText(head string, hashes []Hash, note []byte) []byte {
	var b strings.Builder
	b.WriteString(head)
	for _, h := range hashes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n")
	b.Write(note)
	return []byte(b.String())
}

// parseProof reads a line with a number after a word, hashes, an empty line,
// and the rest, which is the note.
func parseProof(text, name string) (number int64, hashes []Hash, note []byte, err error) {
	head, rest, ok := strings.Cut(text, "\n\n")
	if !ok {
		return 0, nil, nil, errProofForm.With(word{"no empty line before the checkpoint", "thiếu dòng trống trước điểm kiểm tra"})
	}
	lines := strings.Split(head, "\n")
	digits, ok := strings.CutPrefix(lines[0], name)
	if number, err = parseSize(digits); !ok || err != nil {
		return 0, nil, nil, errProofForm.With(word{"its number", "con số"})
	}
	// counted before the hashes are decoded, so that a long text costs nothing
	if len(lines) > 1+maxProof {
		return 0, nil, nil, errProofForm.With(word{"too many lines", "quá nhiều dòng"})
	}
	for _, line := range lines[1:] {
		h, err := parseHash(line)
		if err != nil {
			return 0, nil, nil, errProofForm.With(word{"a hash", "một mã băm"})
		}
		hashes = append(hashes, h)
	}
	return number, hashes, []byte(rest), nil
}

// A Step is one hash on the way from a leaf to the root: a sibling of a proof is
// put to the left or to the right of what was reached so far.
type Step struct {
	Sibling Hash
	Left    bool // the sibling stands to the left
	Node    Hash // what the two make
}

// Steps walks the proof from Leaf, in order. The last node is Root if the proof
// holds; Check is who decides that. Hashes beyond the root are left out.
func (p *Inclusion) Steps() []Step {
	at, last, node := p.Position, p.Size-1, p.Leaf
	var steps []Step
	for _, h := range p.Hashes {
		if last == 0 {
			break
		}
		// the last node of an odd level has no right sibling: it meets the next left sibling some
		// levels higher
		step := Step{Sibling: h, Left: at&1 == 1 || at == last}
		if step.Left {
			node = tlog.NodeHash(h, node)
			// levels on which the node is alone have no hash in the proof
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			node = tlog.NodeHash(node, h)
		}
		step.Node = node
		steps = append(steps, step)
		at, last = at>>1, last>>1
	}
	return steps
}
