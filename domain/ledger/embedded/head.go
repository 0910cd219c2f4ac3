package embedded

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"htxledger/domain/durable"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// A Head is a size of a ledger and the Merkle root of its records up to there.
type Head struct {
	Size ledger.Position
	Root merkle.Hash
}

// The head file is two slots of one disk block each, written in turn, so that
// a write that is cut short spoils one and leaves the other.
//
// It is written in place and not synced. That is enough, because it is only a
// lower bound: it is written after the commit that it describes is durable, so
// whatever of it survives a power cut describes a commit that survived too.
// What it costs is that after a power cut it may vouch for a little less than
// was acknowledged. Checkpoints and Close do sync it.
const (
	slotSize  = 4096
	slotCount = 2
	slotTitle = "htxledger head 1"
)

// slot is the block for a head: four lines, then newlines to the block's end.
// The last of the lines is the SHA-256 of the others, in hexadecimal.
func slot(h Head) []byte {
	text := fmt.Appendf(nil, "%s\nsize %020d\nroot %s\n", slotTitle, h.Size, h.Root)
	text = fmt.Appendf(text, "sha256 %x\n", sha256.Sum256(text))
	return append(text, bytes.Repeat([]byte("\n"), slotSize-len(text))...)
}

// readSlot reads what slot wrote, and nothing else.
func readSlot(block []byte) (Head, bool) {
	var h Head
	var root, sum string
	_, err := fmt.Sscanf(string(block), slotTitle+"\nsize %d\nroot %s\nsha256 %s\n", &h.Size, &root, &sum)
	if err != nil {
		return Head{}, false
	}
	hash, err := base64.StdEncoding.DecodeString(root)
	if err != nil || len(hash) != len(h.Root) {
		return Head{}, false
	}
	copy(h.Root[:], hash)
	// printed and compared: this checks the sum and every byte of the padding at once
	return h, bytes.Equal(slot(h), block)
}

// A headFile is the open head file. Its methods are for one goroutine at a
// time; processes take turns by its lock.
type headFile struct {
	f *os.File
	// What each slot held when it was last looked at, so that the slots that
	// this process wrote itself are not decoded again at each append.
	seen [slotCount]struct {
		block []byte
		head  Head
	}
}

func openHead(path string, flag int) (*headFile, error) {
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return &headFile{f: f}, nil
}

// slots are the readable slots by their index, and an error if the file cannot
// be read at all. A file that is too short has unreadable slots.
func (h *headFile) slots() (map[int]Head, error) {
	block := make([]byte, slotSize*slotCount)
	n, err := h.f.ReadAt(block, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	found := map[int]Head{}
	for i := range slotCount {
		end := (i + 1) * slotSize
		if n < end {
			break
		}
		seen, block := &h.seen[i], block[i*slotSize:end]
		if bytes.Equal(seen.block, block) {
			found[i] = seen.head
		} else if head, ok := readSlot(block); ok {
			found[i] = head
		}
	}
	return found, nil
}

const (
	// lockAt is far beyond the slots: on Windows locks are mandatory, and readers
	// of the slots must not meet them.
	lockAt = 1 << 30
	// headWait is how long the lock is waited for: a holder needs it for
	// microseconds, unless it was stopped.
	headWait = time.Second
)

// raise writes a head, unless the file holds one as high: another process may
// have committed, and written, later.
func (h *headFile) raise(to Head) error {
	if err := durable.LockFile(h.f, lockAt, headWait); err != nil {
		return err
	}
	defer durable.UnlockFile(h.f, lockAt)
	slots, err := h.slots()
	if err != nil {
		return err
	}
	target := 0
	for i, head := range slots {
		if head.Size >= to.Size {
			return nil
		}
		// the lower slot, or the unreadable one, is written over; the higher stays until the write
		// is whole
		if other, ok := slots[1-i]; !ok || other.Size <= head.Size {
			target = 1 - i
		}
	}
	block := slot(to)
	h.seen[target].block, h.seen[target].head = block, to
	_, err = h.f.WriteAt(block, int64(target)*slotSize)
	return err
}

// reset writes a head to both slots, whatever they hold, and makes it durable.
func (h *headFile) reset(to Head) error {
	if err := durable.LockFile(h.f, lockAt, headWait); err != nil {
		return err
	}
	defer durable.UnlockFile(h.f, lockAt)
	if err := h.f.Truncate(slotSize * slotCount); err != nil {
		return err
	}
	block := slot(to)
	if _, err := h.f.WriteAt(append(block, block...), 0); err != nil {
		return err
	}
	return h.f.Sync()
}

// bounds are the heads that a store must reach; empty if no slot is readable.
func (h *headFile) bounds() ([]Head, error) {
	slots, err := h.slots()
	if err != nil {
		return nil, err
	}
	var list []Head
	for i := range slotCount {
		if head, ok := slots[i]; ok {
			list = append(list, head)
		}
	}
	return list, nil
}

// readBounds are the bounds of the head file at a path; none, and no error, if
// it does not exist.
func readBounds(path string) ([]Head, error) {
	h, err := openHead(path, os.O_RDONLY)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer h.f.Close()
	return h.bounds()
}

// highest is the highest of some bounds; the zero Head if there is none.
func highest(bounds []Head) (top Head) {
	for _, b := range bounds {
		if b.Size >= top.Size {
			top = b
		}
	}
	return top
}
