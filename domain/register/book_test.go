package register_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
)

// streams are synthetic commands about one stream, or one map, by number.
var streams = map[string]func(i int) string{
	"counts, days in order": func(i int) string {
		return fmt.Sprintf(`{"key":"n%d","stream":"coop/c","kind":"coop.members-counted/1","valid":"20%02d-%02d-%02d","data":{"official":%d}}`,
			i, 20+i/336, 1+i/28%12, 1+i%28, i)
	},
	"counts, days at random": func(i int) string {
		return fmt.Sprintf(`{"key":"n%d","stream":"coop/c","kind":"coop.members-counted/1","valid":"20%02d-%02d-%02d","data":{"official":%d}}`,
			i, 20+i*7919%5, 1+i*6007%12, 1+i*3571%28, i)
	},
	"one count restated": func(i int) string {
		if i == 0 {
			return `{"key":"n0","stream":"coop/c","kind":"coop.members-counted/1","valid":"2021-01-01","data":{"official":1}}`
		}
		return fmt.Sprintf(`{"key":"n%d","stream":"coop/c","kind":"ledger.restated/1","corrects":{"key":"n0","reason":"typo"},"data":{"official":%d}}`, i, i)
	},
	"places declared": func(i int) string {
		return fmt.Sprintf(`{"key":"p%d","stream":"place/p%d","kind":"place.declared/1","valid":"2005-01-01","data":{"code":"p%d","level":"district","name":"Nơi","parent":"p"}}`, i, i, i)
	},
	"one certificate": func(i int) string {
		switch {
		case i == 0:
			return `{"key":"g","stream":"certificate/g","kind":"certificate.granted/1","valid":"2020-01-02","data":{"coop":"c","scheme":"vietgap","group":"production"}}`
		case i%2 == 1:
			return fmt.Sprintf(`{"key":"g%d","stream":"certificate/g","kind":"certificate.suspended/1","valid":"2021-01-01","data":{}}`, i)
		}
		return fmt.Sprintf(`{"key":"g%d","stream":"certificate/g","kind":"certificate.reinstated/1","valid":"2021-01-01","data":{}}`, i)
	},
}

// bookFor is a book with a place p and a co-operative c.
func bookFor(t testing.TB) *register.Book {
	b := register.NewBook()
	send(t, b, `{"key":"open","stream":"ledger/main","kind":"ledger.opened/1","valid":"2019-01-01","data":{"origin":"test.example/so","place":"p","title":"Sổ thử"}}`)
	send(t, b, `{"key":"p","stream":"place/p","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"p","level":"province","name":"P"}}`)
	send(t, b, `{"key":"c","stream":"coop/c","kind":"coop.established/1","valid":"2020-01-01","data":{"agricultural":true,"form":"htx","name":"HTX","place":"p","sector":"x"}}`)
	return b
}

func send(t testing.TB, b *register.Book, command string) {
	d, err := ledger.ParseDraft([]byte(command))
	require.NoError(t, err)
	v, err := b.Decide(d, b.Index().Last()+1)
	require.NoError(t, err, command)
	require.NoError(t, b.Add(v.Record))
}

// What a command about a long stream costs grows no more than a little with
// the stream: eight times the commands may take twelve times the memory, where
// folding the stream anew for each would take sixty-four. Of facts that come in
// no order of days that is not so: each is folded again, up to the day asked.
func TestOneStreamStaysLinear(t *testing.T) {
	const few, times = 400, 8
	for name, command := range streams {
		if name == "counts, days at random" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			one, many := allocated(t, few, command), allocated(t, few*times, command)
			require.Less(t, many, one*times*3/2, "%d commands took %d bytes, %d took %d", few, one, few*times, many)
		})
	}
}

func allocated(t testing.TB, n int, command func(int) string) uint64 {
	b := bookFor(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range n {
		send(t, b, command(i))
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A book that grows record by record knows the facts that the records of each
// stream give, and decides as one that was never asked before.
func TestABookGrowsAsItsStreamsAreResolved(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := registertest.Begin(rt)
		for range rapid.IntRange(1, commands).Draw(rt, "commands") {
			command := h.Command(rt)
			fresh := register.NewBook()
			streams := map[ledger.Stream][]*ledger.Record{}
			for _, r := range h.Records() {
				require.NoError(rt, fresh.Add(r))
				streams[r.Stream] = append(streams[r.Stream], r)
			}
			for s, records := range streams {
				want, got := ledger.Effective(records), h.Book.Facts(s)
				require.Len(rt, got, len(want))
				for i := range want {
					require.Equal(rt, *want[i], *got[i])
				}
			}
			d, err := ledger.ParseDraft([]byte(command))
			require.NoError(rt, err)
			_, want := fresh.Decide(d, fresh.Index().Last()+1)
			_, got := h.Book.Decide(d, fresh.Index().Last()+1)
			require.Equal(rt, fmt.Sprint(want), fmt.Sprint(got))
			_ = h.Send(rt, command)
		}
	})
}

// BenchmarkOneStream decides and adds commands about one stream (or one map);
// the figures are for each command.
func BenchmarkOneStream(b *testing.B) {
	for name, command := range streams {
		for _, n := range []int{2_000, 20_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					book := bookFor(b)
					for i := range n {
						send(b, book, command(i))
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/command")
			})
		}
	}
}

// A recovery stands at the position that it names, for whoever records it and
// for whoever reads it.
func TestARecoveryStandsWhereItSays(t *testing.T) {
	b := bookFor(t)
	command := func(found int) *ledger.Draft {
		d, err := ledger.ParseDraft(fmt.Appendf(nil, `{"key":"r%d","stream":"ledger/recovery","kind":"ledger.recovered/1","valid":"2024-02-03",`+
			`"data":{"signed_size":9,"signed_root":%q,"found_size":%d,"found_root":%q,"agreed_size":0,"reason":"ổ đĩa hỏng"}}`,
			found, anyRoot, found, anyRoot))
		require.NoError(t, err)
		return d
	}
	_, err := b.Decide(command(2), b.Index().Last()+1)
	require.ErrorIs(t, err, ledger.ErrRecoveredPosition)
	v, err := b.Decide(command(3), b.Index().Last()+1)
	require.NoError(t, err)
	require.NoError(t, b.Add(v.Record))

	d := register.NewDecoder()
	for at := range b.Size() - 1 {
		again := *b.At(at)
		require.NoError(t, d.Next(&again))
	}
	moved, err := command(4).Record(3, b.Index().Last(), 0)
	require.NoError(t, err)
	read, err := ledger.Decode(moved.Bytes)
	require.NoError(t, err)
	require.ErrorIs(t, d.Next(read), ledger.ErrCorrupt)
	require.NoError(t, d.Next(v.Record))
}

const anyRoot = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// What was taken back is not taken back again; brought back, it can be.
func TestARetractedRecordIsNotRetractedAgain(t *testing.T) {
	b := bookFor(t)
	send(t, b, `{"key":"m","stream":"coop/c","kind":"coop.members-counted/1","valid":"2021-01-01","data":{"official":1}}`)
	send(t, b, `{"key":"r","stream":"coop/c","kind":"ledger.retracted/1","corrects":{"key":"m","reason":"duplicate"}}`)
	again, err := ledger.ParseDraft([]byte(`{"key":"r2","stream":"coop/c","kind":"ledger.retracted/1","corrects":{"key":"m","reason":"duplicate"}}`))
	require.NoError(t, err)
	_, err = b.Decide(again, b.Index().Last()+1)
	require.ErrorIs(t, err, register.ErrRetracted)
	send(t, b, `{"key":"s","stream":"coop/c","kind":"ledger.restated/1","corrects":{"key":"m","reason":"other"},"data":{"official":2}}`)
	send(t, b, `{"key":"r3","stream":"coop/c","kind":"ledger.retracted/1","corrects":{"key":"m","reason":"duplicate"}}`)
	require.Empty(t, ledger.Effective(b.Records())[3:], "nothing but what the book began with")
}
