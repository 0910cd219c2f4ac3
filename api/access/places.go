package access

import (
	"slices"

	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
)

// TellPlaces permits every command, and tells the codes of the seats of which it
// changes figures, sorted: none for a command that is about no co-operative and
// no event in a place. told needs room for what nobody has taken yet; what has no
// room is dropped.
func TellPlaces(told chan<- []string) recorder.Permit {
	return func(b *register.Book, d *ledger.Draft) (afterwards, error) {
		before, _ := account{}.reachOf(b, d) // a command in nobody's place has no seats
		return func(b *register.Book, r *ledger.Record) error {
			var codes []string
			for _, s := range before.after(b, r).seats {
				codes = append(codes, s.code)
			}
			slices.Sort(codes)
			select {
			case told <- slices.Compact(codes):
			default:
			}
			return nil
		}, nil
	}
}
