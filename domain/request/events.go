package request

import (
	"strings"

	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Made is request.made/1: an account asks that a command be recorded.
type Made struct {
	// Command is the command without key and actor: the key is that of the
	// request, the actor is the account that approves.
	Command canonical.Raw `json:"command" as:"command" vi:"Lệnh được đề nghị"`
}

// Refused is request.refused/1: the command is not to be recorded.
type Refused struct {
	Reason string `json:"reason" text:"2000 lines" vi:"Lý do"`
}

// EventKind names the kinds.
func (Made) EventKind() ledger.Kind    { return "request.made/1" }
func (Refused) EventKind() ledger.Kind { return "request.refused/1" }

// Specs are the kinds of this family. No correction reaches them: a request
// counts for nothing, and a refusal ends it.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Made]{
			Name: fault.Text{English: "asked", Vietnamese: "đề nghị ghi sổ"}, Sentence: "đề nghị ghi: {command}",
			Same: ledger.OneInStream[Made],
		}).Final(),
		ledger.Specify(ledger.Row[Refused]{
			Name: fault.Text{English: "refused", Vietnamese: "từ chối đề nghị"}, Sentence: "từ chối đề nghị: {reason}",
			Same: ledger.OneInStream[Refused],
		}).Final(),
	}
}

// Check wants a command that can be read, without a key and an actor of its own.
func (e Made) Check() error {
	_, err := e.Draft("-")
	return err
}

// Check wants a reason.
func (e Refused) Check() error { return ledger.Require("/reason", e.Reason) }

// keyPrefix begins the key of the command by which a request is approved.
const keyPrefix = "request/"

// CommandKey is the key of the command that approves the request with a key.
func CommandKey(key string) string { return keyPrefix + key }

// Approves is the key of the request that a command with this key approves.
func Approves(commandKey string) (key string, ok bool) {
	return strings.CutPrefix(commandKey, keyPrefix)
}

// Draft is the command that the request with a key asks for, as its approval
// records it, but for the actor. A fault's Field is a pointer below the data.
func (e Made) Draft(key string) (*ledger.Draft, error) {
	for name := range canonical.Members(e.Command) {
		if name == "key" || name == "actor" {
			return nil, errMember.With(name).At("/command/" + name)
		}
	}
	d, err := ledger.ParseDraft(withKey(e.Command, CommandKey(key)))
	if err != nil {
		return nil, fault.PrefixField(err, "/command")
	}
	return d, nil
}

// withKey is an object with a first member more. Anything that is no object
// stays, for the reader of commands to refuse. Keys of streams need no escapes.
func withKey(object canonical.Raw, key string) []byte {
	rest, ok := strings.CutPrefix(string(object), "{")
	if !ok {
		return object
	}
	if rest != "}" {
		rest = "," + rest
	}
	return []byte(`{"key":"` + key + `"` + rest)
}
