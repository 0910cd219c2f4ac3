package request

import (
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// asked is a command as a request holds it: without key and actor.
type asked struct {
	Stream   ledger.Stream   `json:"stream"`
	Kind     ledger.Kind     `json:"kind"`
	Valid    calendar.Stated `json:"valid,omitempty"`
	Source   *ledger.Source  `json:"source,omitempty"`
	Corrects *ledger.Target  `json:"corrects,omitempty"`
	Data     canonical.Raw   `json:"data,omitempty"`
}

// Ask is the command that makes the request with a key for another command, as
// of a day. The key and the actor of that command are left out; the request
// rests on the same paper.
func Ask(key string, d *ledger.Draft, on calendar.Stated) (*ledger.Draft, error) {
	command, err := canonical.Marshal(asked{d.Stream, d.Kind, d.Valid, d.Source, d.Corrects, d.Data})
	if err != nil {
		return nil, fault.PrefixField(err, "/data/command")
	}
	ask, err := commandAbout(key, askPrefix+key, Made{Command: command}, on)
	if err != nil {
		return nil, err
	}
	ask.Source = d.Source
	return ask, nil
}

// Refuse is the command by which an account refuses the request with a key.
// Each account has a key of its own for it, so that its command sent again is
// found, and that of another account is not taken for it.
func Refuse(key, account, reason string, on calendar.Stated) (*ledger.Draft, error) {
	return commandAbout(key, "refuse/"+key+"/"+ledger.IDOf(account).String(), Refused{Reason: reason}, on)
}

// askPrefix begins the keys of Ask.
const askPrefix = "ask/"

// rowPrefix begins the keys of requests that rows of files make.
const rowPrefix = "tep-"

// RowKey is the key of the request that a row of a file makes for its command: the
// same row asks once. Of a correction it has, as the key of the command does, the
// record that had the last word before, so that going back and forth asks anew.
func RowKey(d *ledger.Draft) (string, error) {
	digest, err := d.ContentDigest()
	if err != nil {
		return "", err
	}
	key := rowPrefix + digest[:rowDigits]
	if _, last, ok := strings.Cut(d.Key, "/of/"); ok {
		key += "-" + last
	}
	return key, nil
}

// rowDigits is how much of a digest a key of RowKey has.
const rowDigits = 32

// CheckRowKey refuses a request whose key has the form of RowKey and is not made
// of its command: anybody can compute it, and would hold another's place.
func CheckRowKey(d *ledger.Draft) error {
	made := d.Kind == Made{}.EventKind()
	asks, ok := strings.CutPrefix(d.Key, askPrefix+rowPrefix)
	if ok && (!made || d.Stream.Key != rowPrefix+asks) {
		return ErrRowKey.With(askPrefix + rowPrefix).At("/key")
	}
	if !made || !strings.HasPrefix(d.Stream.Key, rowPrefix) {
		return nil
	}
	var e Made
	if err := canonical.Unmarshal(d.Data, &e); err != nil {
		return nil // the decision says what is wrong with it
	}
	asked, err := e.Draft(d.Stream.Key)
	if err != nil {
		return nil
	}
	want, err := RowKey(asked)
	if err != nil || d.Stream.Key != want && !strings.HasPrefix(d.Stream.Key, want+"-") {
		return ErrRowKey.With(rowPrefix).At("/stream")
	}
	return nil
}

func commandAbout(key, commandKey string, e ledger.Event, on calendar.Stated) (*ledger.Draft, error) {
	data, err := canonical.Marshal(e)
	if err != nil {
		return nil, fault.PrefixField(err, "/data")
	}
	d := &ledger.Draft{Key: commandKey, Stream: ledger.StreamOf("request", key), Kind: e.EventKind(), Valid: on, Data: data}
	return d, d.Check()
}
