package audit

import (
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A Checkpoint is what a signature is about: the origin of a ledger, a size,
// and the root of that many records (C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin string
	Size   int64
	Root   Hash
	// Extensions are further lines, opaque to us. We sign none and, as the
	// specification asks, take those of others as part of the signed text.
	Extensions []string
}

// maxNote bounds a signed checkpoint: 100 signature lines fit easily.
const maxNote = 64 << 10

// Body is the text that is signed: origin, size and root, one a line, then
// the extension lines.
func (c Checkpoint) Body() string {
	lines := append([]string{c.Origin, strconv.FormatInt(c.Size, 10), c.Root.String()}, c.Extensions...)
	return strings.Join(lines, "\n") + "\n"
}

// parseCheckpoint reads Body, and nothing else: what it accepts prints to the
// same bytes again.
func parseCheckpoint(body string) (Checkpoint, error) {
	lines := strings.Split(body, "\n")
	// a body ends with a line feed, so the last piece of a whole body is empty
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return Checkpoint{}, errNote.With(word{"fewer than three lines", "chưa đủ ba dòng"})
	}
	lines = lines[:len(lines)-1]
	if slices.Contains(lines, "") {
		return Checkpoint{}, errNote.With(word{"an empty line", "có dòng trống"})
	}
	c := Checkpoint{Origin: lines[0]}
	var err error
	if c.Size, err = parseSize(lines[1]); err != nil {
		return Checkpoint{}, errNote.With(word{"the size", "cỡ sổ"})
	}
	if c.Root, err = parseHash(lines[2]); err != nil {
		return Checkpoint{}, errNote.With(word{"the root", "gốc Merkle"})
	}
	if len(lines) > 3 {
		c.Extensions = lines[3:]
	}
	return c, nil
}

var errDigits = errors.New("not a size")

// parseSize reads a decimal without leading zeroes.
func parseSize(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	// printed again because ParseInt takes "+5" and "007" too, and two texts would be one
	// checkpoint
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, errDigits
	}
	return n, nil
}

// parseHash reads the one base64 text of 32 bytes.
func parseHash(s string) (h Hash, err error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(h) || base64.StdEncoding.EncodeToString(b) != s {
		return Hash{}, errDigits
	}
	return Hash(b), nil
}

// ReadUnverified reads the checkpoint of a signed note without verifying anything.
func ReadUnverified(signed []byte) (Checkpoint, error) {
	if err := checkNote(signed); err != nil {
		return Checkpoint{}, err
	}
	// without verifiers Open reads the note and always ends in UnverifiedNoteError
	_, err := note.Open(signed, note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if !errors.As(err, &unverified) {
		return Checkpoint{}, errNote.With(word{"its signature lines", "các dòng chữ ký"})
	}
	return parseCheckpoint(unverified.Note.Text)
}

// openNote reads the checkpoint of a note that one of the verifiers signed.
// The second result tells whether any did; an error, that the text is no
// checkpoint, or that a signature under one of the verifiers' names is false.
func openNote(signed []byte, verifiers ...note.Verifier) (Checkpoint, []string, error) {
	// read first, so that a note without any known signature still gives its checkpoint
	c, err := ReadUnverified(signed)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	n, err := note.Open(signed, note.VerifierList(verifiers...))
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return c, nil, nil
	}
	if err != nil {
		return c, nil, errSignature.With(c.Size).Because(err)
	}
	var names []string
	for _, s := range n.Sigs {
		names = append(names, s.Name)
	}
	return c, names, nil
}

// checkNote is stricter than note.Open about signature lines: each must be the
// one text of its bytes. Otherwise two texts would be the same note.
func checkNote(signed []byte) error {
	if len(signed) > maxNote {
		return errNote.With(word{"too long", "quá dài"})
	}
	_, lines, ok := strings.Cut(string(signed), "\n\n")
	if !ok || !strings.HasSuffix(lines, "\n") {
		return errNote.With(word{"no signature lines", "không có dòng chữ ký"})
	}
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		text := line[strings.LastIndexByte(line, ' ')+1:]
		b, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || base64.StdEncoding.EncodeToString(b) != text {
			return errNote.With(word{"the base64 of a signature line", "base64 của một dòng chữ ký"})
		}
	}
	return nil
}
