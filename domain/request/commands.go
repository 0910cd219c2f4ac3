package request

import (
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
	ask, err := commandAbout(key, "ask/"+key, Made{Command: command}, on)
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

func commandAbout(key, commandKey string, e ledger.Event, on calendar.Stated) (*ledger.Draft, error) {
	data, err := canonical.Marshal(e)
	if err != nil {
		return nil, fault.PrefixField(err, "/data")
	}
	d := &ledger.Draft{Key: commandKey, Stream: ledger.StreamOf("request", key), Kind: e.EventKind(), Valid: on, Data: data}
	return d, d.Check()
}
