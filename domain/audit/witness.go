package audit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/calendar"
)

const (
	witnessKey   = "witness-key"
	witnessState = "witness-state"
	stateTitle   = "htxledger witness 1\n"
)

// A Witness cosigns the checkpoints of ledgers that it knows, each only if it
// grows from the one before: the answers of C2SP tlog-witness, without the
// HTTP. It has its own key and a memory of what it last cosigned for each
// ledger. Its methods may be called concurrently, by several processes too.
//
// The memory is a title line and, for each ledger, the lines origin, size and
// root, in order of origin.
type Witness struct {
	disk Disk
	key  *secretKey
	logs []note.Verifier
}

// NewWitness makes the key of a witness with a name, in its own file.
func NewWitness(disk Disk, random io.Reader, name string) (public string, err error) {
	key, err := newSecret(random, name, algCosign)
	if err != nil {
		return "", err
	}
	err = disk.Create(witnessKey, []byte(key.String()+"\n"))
	if errors.Is(err, fs.ErrExist) {
		return "", errKeyExists.With(witnessKey)
	}
	if err != nil {
		return "", ErrDisk.Because(err)
	}
	return key.public(), nil
}

// OpenWitness is the witness whose key is in a folder. It cosigns for the
// ledgers whose public keys are given; a ledger may have several.
func OpenWitness(disk Disk, logs ...string) (*Witness, error) {
	secret, err := readSecret(disk, witnessKey)
	if err != nil {
		return nil, err
	}
	key, err := parseSecret(strings.TrimSuffix(secret, "\n"), algCosign)
	if err != nil {
		return nil, ErrKeyForm.With(witnessKey)
	}
	w := &Witness{disk: disk, key: key}
	for _, public := range logs {
		v, err := ParseVerifier(public)
		if err != nil {
			return nil, err
		}
		w.logs = append(w.logs, v)
	}
	return w, nil
}

// Verifier is the witness's public key.
func (w *Witness) Verifier() string { return w.key.public() }

// A Seen is what a witness last cosigned for a ledger.
type Seen struct {
	Origin string
	Size   int64
	Root   Hash
}

// Cosign answers a request, the text of a Consistency with its signed
// checkpoint, with a signature line. It remembers the checkpoint, durably,
// before it answers; a fault means that nothing was remembered.
func (w *Witness) Cosign(request []byte, now calendar.Instant) ([]byte, error) {
	proof, signed, err := parseConsistency(request)
	if err != nil {
		return nil, err
	}
	c, err := w.known(signed)
	if err != nil {
		return nil, err
	}
	// from here to the answer: two requests at once could both grow from the same memory and cosign
	// two histories
	release, err := w.disk.Lock()
	if err != nil {
		return nil, err
	}
	defer release()
	memory, err := w.Memory()
	if err != nil {
		return nil, err
	}
	i, found := slices.BinarySearchFunc(memory, c.Origin, func(s Seen, o string) int { return strings.Compare(s.Origin, o) })
	last := Seen{Origin: c.Origin}
	if found {
		last = memory[i]
	}
	if err := last.growsTo(c, proof); err != nil {
		return nil, err
	}
	if next := (Seen{c.Origin, c.Size, c.Root}); next != last {
		if found {
			memory[i] = next
		} else {
			memory = slices.Insert(memory, i, next)
		}
		if err := w.disk.Replace(witnessState, stateText(memory)); err != nil {
			return nil, ErrDisk.Because(err)
		}
	}
	return w.key.cosign(c.Body(), now), nil
}

// known reads a checkpoint that a key of a known ledger signed under its own
// name.
func (w *Witness) known(signed []byte) (Checkpoint, error) {
	c, err := ReadUnverified(signed)
	if err != nil {
		return c, err
	}
	named := false
	for _, v := range w.logs {
		if v.Name() != c.Origin {
			continue
		}
		named = true
		if _, names, err := openNote(signed, v); err == nil && len(names) > 0 {
			return c, nil
		}
	}
	if !named {
		return c, errWitnessUnknown.With(c.Origin)
	}
	return c, errWitnessUnsigned.With(c.Origin)
}

// growsTo is nil if a checkpoint grows from what was seen last.
func (s Seen) growsTo(c Checkpoint, proof *Consistency) error {
	switch {
	case proof.From > c.Size:
		return errWitnessShrunk.With(c.Size, proof.From)
	case proof.From != s.Size:
		return errWitnessOld.With(proof.From, s.Size)
	case s.Size == c.Size && s.Size > 0 && s.Root != c.Root:
		return errWitnessFork.With(c.Size, c.Origin)
	case s.Size == 0 && len(proof.Hashes) > 0:
		return errWitnessProof.With(c.Size, s.Size)
	case s.Size == 0:
		return nil
	}
	proof.OldRoot = s.Root
	if err := proof.Check(); err != nil {
		return errWitnessProof.With(c.Size, s.Size).Because(err)
	}
	return nil
}

// Memory is what the witness last cosigned, in order of origin.
func (w *Witness) Memory() ([]Seen, error) {
	b, _, err := w.disk.Read(witnessState)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, ErrDisk.Because(err)
	}
	rest, ok := strings.CutPrefix(string(b), stateTitle)
	if !ok || !strings.HasSuffix(rest, "\n") {
		return nil, errWitnessState.With(word{"title or end", "tiêu đề hoặc phần cuối"})
	}
	var memory []Seen
	lines := strings.Split(strings.TrimSuffix(rest, "\n"), "\n")
	// three lines a ledger, in strict order of origin: two entries of one ledger would be two
	// memories
	for ; len(lines) >= 3; lines = lines[3:] {
		size, err1 := parseSize(lines[1])
		root, err2 := parseHash(lines[2])
		if err1 != nil || err2 != nil || len(memory) > 0 && memory[len(memory)-1].Origin >= lines[0] {
			return nil, errWitnessState.With(word{"an entry", "một mục"})
		}
		memory = append(memory, Seen{lines[0], size, root})
	}
	if len(lines) > 0 {
		return nil, errWitnessState.With(word{"end", "phần cuối"})
	}
	return memory, nil
}

func stateText(memory []Seen) []byte {
	text := []byte(stateTitle)
	for _, s := range memory {
		text = fmt.Appendf(text, "%s\n%d\n%s\n", s.Origin, s.Size, s.Root)
	}
	return text
}
