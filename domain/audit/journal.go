package audit

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"htxledger/domain/ledger"
)

// journalName is the journal's file, beside the keys.
const journalName = "checkpoints"

const journalTitle = "htxledger checkpoints 1\n"

// A Signed is a signed checkpoint.
type Signed struct {
	Checkpoint
	Note []byte // the signed text, to be passed on verbatim
}

// A Journal is every checkpoint that was ever signed, in an append-only file
// beside the keys. It is what keeps a signature from being given twice to two
// histories: it refuses a tree that is smaller than the last one signed or
// does not grow from it, and writes a checkpoint down, durably, before
// anybody sees it. Its methods may be called concurrently, by several
// processes too.
//
// The file is a title line and then, for each checkpoint, the line
// "checkpoint LENGTH SHA256" and the LENGTH bytes of its note. An entry that is
// cut short at the file's end was never given out; it is written over.
type Journal struct {
	disk Disk

	mu     sync.Mutex
	text   []byte   // the file up to the end of its last whole entry, as read last
	parsed []Signed // its entries
}

// NewJournal is the journal of a folder.
func NewJournal(disk Disk) *Journal { return &Journal{disk: disk} }

// Entries are the checkpoints signed so far, smallest first. They are not the
// caller's to change.
func (j *Journal) Entries() ([]Signed, error) {
	entries, _, err := j.read()
	return entries, err
}

// read gives the entries and where the next one begins.
func (j *Journal) read() ([]Signed, int64, error) {
	b, _, err := j.disk.Read(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, ErrDisk.Because(err)
	}
	if len(b) < len(journalTitle) && bytes.HasPrefix([]byte(journalTitle), b) {
		return nil, 0, nil // cut short before anything was signed
	}
	if !bytes.HasPrefix(b, []byte(journalTitle)) {
		return nil, 0, ErrJournal.With(0, word{"title", "tiêu đề"})
	}
	return j.parse(b)
}

// parse reads the entries of a whole file, those that were read before only if
// their bytes are others now.
func (j *Journal) parse(b []byte) ([]Signed, int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	entries, rest, known := j.parsed, b, bytes.HasPrefix(b, j.text) && len(j.text) > 0
	if known {
		rest = b[len(j.text):]
	} else {
		entries, rest = nil, b[len(journalTitle):]
	}
	for len(rest) > 0 {
		s, after, whole, err := readEntry(rest, entries)
		if err != nil {
			return nil, 0, ErrJournal.With(len(b)-len(rest), word{err.Error(), "một mục"})
		}
		if !whole {
			break
		}
		entries, rest = append(entries, s), after
	}
	end := len(b) - len(rest)
	j.text, j.parsed = b[:end:end], slices.Clip(entries)
	return j.parsed, int64(end), nil
}

// readEntry reads the first entry of b. It is not whole if b ends within it.
func readEntry(b []byte, before []Signed) (s Signed, rest []byte, whole bool, err error) {
	head, body, ok := bytes.Cut(b, []byte("\n"))
	if !ok && len(b) <= len("checkpoint 65536 ")+2*sha256.Size {
		return s, nil, false, nil
	}
	var length int
	var sum []byte
	if _, err := fmt.Sscanf(string(head), "checkpoint %d %x", &length, &sum); err != nil || length < 0 || length > maxNote {
		return s, nil, false, errors.New("head of an entry")
	}
	if entryHead(length, [32]byte(append(sum, make([]byte, 32)...))) != string(head)+"\n" {
		return s, nil, false, errors.New("head of an entry")
	}
	if len(body) < length {
		return s, nil, false, nil
	}
	s.Note, rest = body[:length], body[length:]
	if sha256.Sum256(s.Note) != [32]byte(sum) {
		return s, nil, false, errors.New("hash of an entry")
	}
	if s.Checkpoint, err = Peek(s.Note); err != nil {
		return s, nil, false, err
	}
	if n := len(before); n > 0 && (before[n-1].Size >= s.Size || before[n-1].Origin != s.Origin) {
		return s, nil, false, errors.New("an entry that does not follow the one before")
	}
	return s, rest, true, nil
}

func entryHead(length int, sum [32]byte) string {
	return fmt.Sprintf("checkpoint %d %x\n", length, sum)
}

// Latest is the last checkpoint signed; ErrNoCheckpoint if there is none.
func (j *Journal) Latest() (Signed, error) {
	entries, err := j.Entries()
	if err != nil {
		return Signed{}, err
	}
	if len(entries) == 0 {
		return Signed{}, ErrNoCheckpoint.With(1)
	}
	return entries[len(entries)-1], nil
}

// Covering is the smallest checkpoint of at least n records.
func (j *Journal) Covering(n ledger.Position) (Signed, error) {
	entries, err := j.Entries()
	if err != nil {
		return Signed{}, err
	}
	i := slices.IndexFunc(entries, func(s Signed) bool { return s.Size >= int64(n) })
	if i < 0 {
		return Signed{}, ErrNoCheckpoint.With(n)
	}
	return entries[i], nil
}

// Sign signs the checkpoint of the first size records of a ledger that was
// read back, with the key of the folder whose turn it is. The size that was
// signed last gives that checkpoint again. Nothing is signed that is smaller
// than what was signed before, or that does not grow from it.
func (j *Journal) Sign(view *View, size ledger.Position) (Signed, error) {
	c, err := view.Checkpoint(size)
	switch {
	case err != nil:
		return Signed{}, err
	case size == 0:
		return Signed{}, ErrNothingToSign
	case !nameable(c.Origin):
		return Signed{}, ErrOriginForm.With(c.Origin)
	}
	release, err := j.disk.Lock()
	if err != nil {
		return Signed{}, err
	}
	defer release()
	entries, end, err := j.read()
	if err != nil {
		return Signed{}, err
	}
	if n := len(entries); n > 0 {
		last := entries[n-1]
		if err := grows(view, last.Checkpoint, c); err != nil {
			return Signed{}, err
		}
		if last.Size == c.Size {
			return last, nil
		}
	}
	return j.write(view, c, entries, end)
}

// SignHead signs the checkpoint of all that a view has read.
func (j *Journal) SignHead(view *View) (Signed, error) { return j.Sign(view, view.Size()) }

// grows is nil if the checkpoint c of a view grows from the last one signed:
// proven by the view's own tree, and the proof checked again.
func grows(view *View, last, c Checkpoint) error {
	if last.Origin != c.Origin {
		return ErrOtherOrigin.With(last.Origin, c.Origin)
	}
	if int64(view.Size()) < last.Size {
		return ErrShrunk.With(last.Size, view.Size())
	}
	if c.Size < last.Size {
		return ErrSmaller.With(c.Size, last.Size)
	}
	proof, err := view.Consistency(ledger.Position(last.Size), ledger.Position(c.Size))
	if err != nil {
		return err
	}
	proof.OldRoot, proof.NewRoot = last.Root, c.Root
	if err := proof.Check(); err != nil {
		return ErrFork.With(last.Size).Because(err)
	}
	return nil
}

func (j *Journal) write(view *View, c Checkpoint, entries []Signed, end int64) (Signed, error) {
	key, err := j.choose(view.Ring(ledger.Position(c.Size)), c, entries)
	if err != nil {
		return Signed{}, err
	}
	signed, err := key.sign(c)
	if err != nil {
		return Signed{}, fmt.Errorf("sign size %d: %w", c.Size, err)
	}
	entry := []byte(entryHead(len(signed), sha256.Sum256(signed)) + string(signed))
	if end == 0 {
		entry = append([]byte(journalTitle), entry...)
	}
	if err := j.disk.Append(journalName, end, entry); err != nil {
		return Signed{}, ErrDisk.Because(err)
	}
	return Signed{c, signed}, nil
}

// Announce is the announcement by which a key of the folder is to take over,
// as a command's data, for a ledger that a view has read. The key that signed
// last signs once more before, so that its signature vouches for the new one:
// call Sign for the size that holds the announcement.
func (j *Journal) Announce(view *View, public string) (*ledger.KeyAnnounced, error) {
	v, err := ParseVerifier(public)
	if err != nil {
		return nil, err
	}
	if v.Name() != view.Origin() {
		return nil, ErrOtherOrigin.With(v.Name(), view.Origin())
	}
	last, err := j.Latest()
	if err != nil {
		return nil, err
	}
	if _, known := view.Ring(view.Size()).names(public); known || signedBy(signedNote{last.Checkpoint, last.Note}, public) {
		return nil, ErrKeyExists.With(KeyID(public))
	}
	return &ledger.KeyAnnounced{Key: public, From: int64(view.Size()) + 2}, nil
}

// choose finds the key whose turn it is. The first key is the only one that is
// not announced, or of several the one that signed last.
func (j *Journal) choose(ring *Ring, c Checkpoint, entries []Signed) (*Key, error) {
	keys, err := Keys(j.disk)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, ErrNoKey
	}
	due, _ := ring.Signer(c.Size)
	var fits []*Key
	for _, k := range keys {
		_, announced := ring.names(k.public)
		switch {
		case k.Name() != c.Origin:
			return nil, ErrOtherOrigin.With(k.Name(), c.Origin)
		case k.public == due:
			return k, nil
		case due == "" && !announced:
			fits = append(fits, k)
		}
	}
	if len(fits) > 1 {
		n := len(fits)
		fits = slices.DeleteFunc(fits, func(k *Key) bool { return !signedLast(entries, k) })
		if len(fits) == 0 {
			return nil, ErrKeyMany.With(n, c.Size)
		}
	}
	if len(fits) == 0 {
		return nil, ErrKeyNotHere.With(c.Size, cmp.Or(KeyID(due), "1"))
	}
	return fits[0], nil
}

func signedLast(entries []Signed, k *Key) bool {
	if len(entries) == 0 {
		return false
	}
	last := entries[len(entries)-1]
	return signedBy(signedNote{last.Checkpoint, last.Note}, k.public)
}
