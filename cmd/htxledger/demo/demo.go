// Package demo holds the ledger the program shows to newcomers: Kế hoạch
// 371/KH-UBND word for word, what is publicly known about real co-operatives
// of Đắk Nông, and a synthetic rest of the province.
//
// It produces commands, the lines that "htxledger import" takes, each with the
// instant at which the demo's clock lets the ledger take it. Every command
// that is not a public fact says so: its source's note begins with the word
// synthetic. The functions are pure and safe for concurrent use.
package demo

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Seed is the seed of the demo people are shown. It means nothing beyond
// the number of the plan.
const Seed uint64 = 371

// A Timed is a command and when the demo's ledger takes it. Commands with the
// same instant are one append.
type Timed struct {
	Recorded string          // RFC 3339, UTC, six decimals
	Command  json.RawMessage // one command, on one line
}

var (
	//go:embed places.ndjson
	placesFile []byte
	//go:embed plan371.json
	planFile []byte
	//go:embed notes371.ndjson
	notesFile []byte
	//go:embed daknong.ndjson
	realFile []byte
)

// Instant is the form of Timed.Recorded.
const Instant = "2006-01-02T15:04:05.000000Z"

// Commands is the whole demo in the order in which it is recorded: map, plan,
// readers' notes, public facts, and Generate(seed).
func Commands(seed uint64) []Timed {
	var all []Timed
	all = append(all, timeCommands(lines(placesFile), placeRecorded)...)
	all = append(all, timeCommands(lines(realFile), realRecorded)...)
	all = append(all, timeCommands([][]byte{oneLine(planFile)}, planRecorded)...)
	all = append(all, timeCommands(lines(notesFile), noteRecorded)...)
	all = append(all, Generate(seed)...)
	slices.SortStableFunc(all, func(a, b Timed) int { return cmp.Compare(a.Recorded, b.Recorded) })
	return all
}

// opening is when the demo's ledger starts to take what happened before it.
var opening = instant(2022, 12, 1, 1, 0)

// Each family of files has its own rule of when its lines were recorded; the
// exceptions are the facts that became known when a page appeared.
func placeRecorded(_, valid string) time.Time {
	if valid >= "2025" {
		return instant(2025, 7, 1, 1, 30)
	}
	return opening
}

func planRecorded(_, _ string) time.Time { return instant(2023, 6, 19, 2, 15) }

func noteRecorded(key, _ string) time.Time {
	switch key {
	case "demo/plan/371/noted/i17": // cites a page of 18/10/2023
		return instant(2023, 10, 20, 8, 5)
	case "demo/plan/371/noted/i06": // cites figures published early in 2024
		return instant(2024, 3, 4, 3, 20)
	}
	return instant(2023, 7, 3, 3, 0)
}

var appeared = map[string]time.Time{
	"demo/real/buon-choah/established-2018": instant(2023, 5, 25, 2, 10),
	"demo/real/policy/scheme-t07":           instant(2023, 7, 3, 3, 40),
	"demo/real/long-viet/established":       instant(2023, 10, 19, 2, 40),
	"demo/real/nhu-y/established":           instant(2023, 10, 19, 2, 40),
	"demo/real/long-viet/chain-2023":        instant(2023, 10, 19, 2, 40),
	"demo/real/nhu-y/chain-2023":            instant(2023, 10, 19, 2, 40),
	"demo/real/nam-da/established":          instant(2023, 12, 5, 8, 20),
	"demo/real/nam-da/consolidation-2023":   instant(2023, 12, 5, 8, 20),
	"demo/real/dak-ka/members-2024":         instant(2024, 10, 1, 2, 0),
}

func realRecorded(key, _ string) time.Time {
	if at, ok := appeared[key]; ok {
		return at
	}
	return opening.Add(10 * time.Minute)
}

func timeCommands(commands [][]byte, recorded func(key, valid string) time.Time) []Timed {
	var all []Timed
	for _, c := range commands {
		var head struct{ Key, Valid string }
		if err := json.Unmarshal(c, &head); err != nil {
			panic(fmt.Sprintf("demo: embedded file: %v", err)) // the files are ours; a test reads them all
		}
		all = append(all, Timed{recorded(head.Key, head.Valid).Format(Instant), c})
	}
	return all
}

func lines(file []byte) [][]byte { return bytes.Split(bytes.TrimSpace(file), []byte("\n")) }

func oneLine(file []byte) []byte {
	var b bytes.Buffer
	if err := json.Compact(&b, file); err != nil {
		panic(fmt.Sprintf("demo: embedded file: %v", err))
	}
	return b.Bytes()
}

func instant(y int, m time.Month, d, hour, minute int) time.Time {
	return time.Date(y, m, d, hour, minute, 0, 0, time.UTC)
}
