package audit

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// Why nothing is recorded into, issued from or signed for a ledger. They are
// Corrupt, as what a checkpoint finds: records that somebody vouched for are not
// there, and trying again does not help.
var (
	ErrLedgerBehind = fault.Declare("ledger-behind", fault.Corrupt,
		"the ledger holds %d records, but a checkpoint of %d is signed: it was put back to an older copy, or records are lost",
		"sổ cái chỉ có %d bản ghi, trong khi đã ký điểm kiểm tra cỡ %d: sổ bị đưa về bản cũ, hoặc bản ghi đã mất")
	errKept = fault.Declare("audit-kept", fault.Corrupt,
		"the checkpoint %s in the folder of keys is not one that a key of the folder signed",
		"điểm kiểm tra %s trong thư mục khóa không phải do khóa nào của thư mục này ký")
)

// keptSuffix marks checkpoints in the folder that somebody else kept: a witness,
// or an auditor who gave one back.
const keptSuffix = ".checkpoint"

// A Hold holds a ledger to the checkpoints in a folder of keys: those of its
// journal, and those that others kept and that were put there as
// NAME.checkpoint. It is given every record in order, keeps no more of them than
// a tree's edge, and tells whether the ledger is as long as what was signed and
// the same. The zero Hold has nothing to hold to. It is safe for concurrent use.
type Hold struct {
	unread  error        // why the folder cannot be read
	journal []Checkpoint // in the order in which they were signed
	kept    []Checkpoint
	wanted  map[int64]bool // their sizes

	mu        sync.Mutex
	size      int64
	origin    string
	tree      merkle.Tree
	roots     map[int64]Hash // at the sizes that were signed, as far as it has come
	recovered []ledger.Recovered
	judged    bool // verdict is that of what was taken so far
	verdict   error
}

// NewHold reads what a ledger is to be held to. A folder that cannot be read
// holds everything back: nobody knows what was signed.
func NewHold(disk Disk) *Hold {
	h := &Hold{roots: map[int64]Hash{}, wanted: map[int64]bool{}}
	signed, err := NewJournal(disk).Entries()
	for _, s := range signed {
		h.journal = append(h.journal, s.Checkpoint)
	}
	if err == nil {
		h.kept, err = keptCheckpoints(disk)
	}
	// kept for Err: a hold without its checkpoints must not pass for a ledger without any
	h.unread = err
	for _, c := range slices.Concat(h.journal, h.kept) {
		h.wanted[c.Size] = true
	}
	return h
}

// UnreadHold is the hold of a folder that could not even be opened.
func UnreadHold(err error) *Hold { return &Hold{unread: err} }

// keptCheckpoints are the checkpoints of the folder that others kept, each
// signed by a key of the folder: anybody else's would hold nothing to anything.
func keptCheckpoints(disk Disk) (list []Checkpoint, err error) {
	names, err := disk.Names()
	if err != nil {
		return nil, ErrDisk.Because(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasSuffix(name, keptSuffix) })
	if len(names) == 0 {
		return nil, nil
	}
	keys, err := Keys(disk)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, _, err := disk.Read(name)
		// the file was removed between the listing and the reading
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, ErrDisk.Because(err)
		}
		c, err := ReadUnverified(text)
		if err != nil || !slices.ContainsFunc(keys, func(k *Key) bool { return signedBy(Signed{c, text}, k.public) }) {
			return nil, errKept.With(name).Because(err)
		}
		list = append(list, c)
	}
	return list, nil
}

// Apply takes the next record of the ledger. One that was taken before is
// skipped, so that several readers may share a Hold.
func (h *Hold) Apply(r *ledger.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch at := int64(r.Position); {
	case at < h.size:
		return nil
	case at > h.size:
		return ledger.ErrPositions.With(at, h.size)
	}
	if r.Kind == ledger.KindRecovered {
		var e ledger.Recovered
		if err := canonical.Unmarshal(r.Data, &e); err != nil {
			return err
		}
		h.recovered = append(h.recovered, e)
	}
	if r.Kind == ledger.KindOpened && r.Position == 0 {
		var e ledger.Opened
		if err := canonical.Unmarshal(r.Data, &e); err != nil {
			return err
		}
		h.origin = e.Origin
	}
	h.size++
	// a verdict of wholeness stays until a record comes that could change it: the first, a
	// recovery, or a size that was signed. Any other record only makes the ledger longer
	h.judged = h.judged && h.verdict == nil && h.size > 1 && r.Kind != ledger.KindRecovered && !h.wanted[h.size]
	if len(h.journal)+len(h.kept) == 0 {
		return nil // there is nothing to hold to: no need to hash
	}
	h.tree.Append(r.Bytes)
	if h.wanted[h.size] {
		h.roots[h.size] = h.tree.Root()
	}
	return nil
}

var recoveredKind = []byte(`"kind":"` + ledger.KindRecovered + `"`)

// Take is Apply for a record as a store gives it. Only those that matter here
// are decoded: record 0 and recoveries, whose kind cannot stand unescaped inside
// a text.
func (h *Hold) Take(e ledger.Entry) error {
	if e.Position > 0 && !bytes.Contains(e.Bytes, recoveredKind) {
		return h.Apply(&ledger.Record{Position: e.Position, Bytes: e.Bytes})
	}
	r, err := ledger.Decode(e.Bytes)
	if err != nil {
		return ledger.ErrCorrupt.With(e.Position, ledger.Unreadable).Because(err)
	}
	return h.Apply(r)
}

// Size is how many records were taken.
func (h *Hold) Size() ledger.Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	return ledger.Position(h.size)
}

// Err is nil for a ledger that is whole, as far as the folder of keys knows, or
// has recovered from what it lost: otherwise ErrLedgerBehind, ErrFork or
// ErrOtherOrigin, or why the folder cannot be read. While it is not nil
// questions are answered with a warning, and nothing is recorded, issued or
// signed. It is to be asked once all that the log holds was taken.
func (h *Hold) Err() error {
	if h == nil {
		return nil
	}
	if h.unread != nil {
		return h.unread
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.judged {
		h.verdict, h.judged = h.judge(), true
	}
	return h.verdict
}

// judge compares the ledger with the checkpoints due, smallest first: errOtherOrigin or ErrFork at
// the first that differs, ErrLedgerBehind where the ledger is shorter than the newest.
func (h *Hold) judge() error {
	newest := int64(0)
	for _, c := range h.due() {
		switch root, reached := h.roots[c.Size]; {
		case h.origin != "" && c.Origin != h.origin:
			return errOtherOrigin.With(c.Origin, h.origin)
		case reached && root != c.Root:
			return ErrFork.With(c.Size)
		}
		newest = max(newest, c.Size)
	}
	if newest > h.size {
		return ErrLedgerBehind.With(h.size, newest)
	}
	return nil
}

// due are the checkpoints that the ledger must hold, smallest first: all but
// those that a recorded recovery gave up.
func (h *Hold) due() []Checkpoint {
	after := 0 // in the journal, those up to the one that a recovery names are given up
	for i, c := range h.journal {
		if slices.ContainsFunc(h.recovered, func(r ledger.Recovered) bool { return givesUp(r, c) }) {
			after = i + 1
		}
	}
	list := slices.Clone(h.journal[after:])
	for _, c := range h.kept {
		// checkpoints kept elsewhere have no order of signing: a recovery gives up the sizes that
		// were lost
		if !slices.ContainsFunc(h.recovered, func(r ledger.Recovered) bool { return c.Size > r.AgreedSize && c.Size <= r.SignedSize }) {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b Checkpoint) int { return int(a.Size - b.Size) })
	return list
}

// givesUp reports whether a recovery names a checkpoint as what was signed.
func givesUp(r ledger.Recovered, c Checkpoint) bool {
	return r.SignedSize == c.Size && r.SignedRoot == base64.StdEncoding.EncodeToString(c.Root[:])
}

// A Loss is what was signed for a ledger and is not in it.
type Loss struct {
	Signed Checkpoint      // the newest that was signed
	Agreed int64           // the largest size that was signed and of which the ledger has the root; 0 for none
	Found  ledger.Position // records that the ledger holds
	Fork   bool            // it holds others than were signed, not only fewer
}

// Loss is what the ledger lost; ok is false where Err is nil or about the folder
// itself.
func (h *Hold) Loss() (loss Loss, ok bool) {
	err := h.Err()
	h.mu.Lock()
	defer h.mu.Unlock()
	loss.Found, loss.Fork = ledger.Position(h.size), errors.Is(err, ErrFork)
	for _, c := range h.due() {
		loss.Signed = c // the last is the largest
	}
	for _, c := range slices.Concat(h.journal, h.kept) {
		if root, reached := h.roots[c.Size]; reached && root == c.Root && c.Size < loss.Signed.Size {
			loss.Agreed = max(loss.Agreed, c.Size)
		}
	}
	return loss, loss.Fork || errors.Is(err, ErrLedgerBehind)
}
