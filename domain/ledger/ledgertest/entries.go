package ledgertest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// Entry is a small synthetic entry for a position. The same position and text
// give the same entry, in any process and at any time.
func Entry(at ledger.Position, text string) ledger.Entry {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return entry(at, fmt.Appendf(nil, `{"data":{"text":%s},"position":%d}`, quoted, at))
}

// Entries are n small synthetic entries from a position on.
func Entries(at ledger.Position, n int) []ledger.Entry {
	list := make([]ledger.Entry, n)
	for i := range list {
		p := at + ledger.Position(i)
		list[i] = Entry(p, fmt.Sprintf("bản ghi thử số %d", p))
	}
	return list
}

// SizedEntry is a synthetic entry of exactly n bytes, at least 40.
func SizedEntry(at ledger.Position, n int) ledger.Entry {
	frame := fmt.Sprintf(`{"data":"","position":%d}`, at)
	if n < len(frame) {
		panic("ledgertest: an entry of so few bytes cannot be made")
	}
	fill := strings.Repeat("x", n-len(frame))
	return entry(at, fmt.Appendf(nil, `{"data":"%s","position":%d}`, fill, at))
}

// Recordlike is a synthetic entry of about the size of a real record, 372
// bytes, for benchmarks.
func Recordlike(at ledger.Position) ledger.Entry { return SizedEntry(at, 372) }

func entry(at ledger.Position, bytes []byte) ledger.Entry {
	return ledger.Entry{
		Position: at,
		Bytes:    bytes,
		ID:       ledger.IDOf(fmt.Sprintf("ledgertest/%d/%x", at, merkle.LeafHash(bytes))),
		Kind:     "coop.renamed/1",
		Stream:   ledger.StreamOf("coop", fmt.Sprintf("test-%d", at%7)),
	}
}

// Collect reads a log from a position to its end, or to the error that the
// log yielded, with what came before it.
func Collect(ctx context.Context, log ledger.Log, from ledger.Position) ([]ledger.Entry, error) {
	var list []ledger.Entry
	for e, err := range log.Entries(ctx, from) {
		if err != nil {
			return list, err
		}
		list = append(list, e)
	}
	return list, nil
}

// Script is a sequence of appends, the same for the same seed: batches of
// different sizes with entries of different lengths and all kinds of text.
func Script(seed uint64) [][]ledger.Entry {
	r := rand.New(rand.NewPCG(seed, 371))
	var batches [][]ledger.Entry
	next := ledger.Position(0)
	for range 20 {
		batch := make([]ledger.Entry, 1+r.IntN(30))
		for i := range batch {
			text := strings.Repeat(Texts[r.IntN(len(Texts))], r.IntN(4))
			batch[i] = Entry(next, text)
			next++
		}
		batches = append(batches, batch)
	}
	return batches
}

// Texts are strings that stores have been known to change: composed and
// decomposed letters, controls, the ends of the planes, right-to-left text.
var Texts = []string{
	"",
	"Hợp tác xã Nông nghiệp Buôn Choáh",
	"Đắk Nông – Krông Nô, 1.550 triệu đồng",
	"e\u0302\u0323 và ệ", // decomposed and composed
	"dòng một\ndòng hai\r\n\tthụt vào\u0000hết",
	"\"quoted\" \\ / <b>&amp;</b>",
	"\u007f\u0080\u009f\u2028\u2029\ufeff\ufffd\uffff",
	"🌱🐃 \U00010000 \U0010ffff",
	"עברית العربية \u202eabc\u202c",
	"%s %d ' ; -- DROP TABLE entry",
}
