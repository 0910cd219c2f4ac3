package ledger

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
)

// A command that Check and Encode take can be read back, and is what was drawn:
// nobody decodes it again before it is stored. One of the texts is any that Go can
// hold, and the days are any number, so many of them are refused.
func TestWhatIsDrawnReadsBack(t *testing.T) {
	good := rapid.SampledFrom([]string{"a", "Đắk Mil", `"data":{}`, `\"data\":`})
	taken, wild := 0, rapid.OneOf(rapid.SampledFrom([]string{"", "e\u0302", "x\n"}), rapid.String())
	rapid.Check(t, func(rt *rapid.T) {
		strange := rapid.SampledFrom([]string{"none", "key", "id", "place", "document", "note", "target", "why"}).Draw(rt, "strange")
		text := func(what string) string {
			if what == strange {
				return wild.Draw(rt, what)
			}
			return good.Draw(rt, what)
		}
		kind := Kind(rapid.SampledFrom([]string{"coop.renamed/1", "coop.renamed/1", string(KindRestated), string(KindRetracted)}).Draw(rt, "kind"))
		d := &Draft{
			Key: text("key"), Stream: StreamOf("coop", rapid.SampledFrom([]string{"c", "d", "e", "a b"}).Draw(rt, "stream")), Kind: kind,
			Data: canonical.Raw(rapid.SampledFrom([]string{"{}", `{"name":"\"data\":1"}`, `{"name":"\"data\":1"}`, "", `{ "a":1}`, "[1"}).Draw(rt, "data")),
		}
		if kind != KindRetracted {
			precision := calendar.Precision(rapid.IntRange(0, 2).Draw(rt, "precision"))
			day := rapid.OneOf(rapid.IntRange(int(calendar.MinDay), int(calendar.MaxDay)), rapid.IntRange(600_000, 900_000)).Draw(rt, "day")
			d.Valid = calendar.Stated{Day: calendar.Day(day), Precision: precision}
		}
		if rapid.Bool().Draw(rt, "actor") {
			d.Actor = &Actor{ID: text("id"), Role: rapid.SampledFrom([]string{"officer", "admin", "king"}).Draw(rt, "role"), Place: text("place")}
		}
		if rapid.Bool().Draw(rt, "source") {
			d.Source = &Source{Document: text("document"), Issued: calendar.Stated{Day: calendar.Day(rapid.IntRange(int(calendar.MinDay)-10, int(calendar.MaxDay)).Draw(rt, "issued")), Precision: calendar.ToTheMonth}, Note: text("note"), Row: int64(rapid.IntRange(0, 3).Draw(rt, "row"))}
		}
		if kind != "coop.renamed/1" {
			d.Corrects = &Target{Key: text("target"), Reason: "typo", Note: text("why")}
		}
		if d.Check() != nil {
			return
		}
		r, err := d.Record(7, 1_700_000_000_000_000, 3)
		if err != nil {
			return
		}
		taken++
		read, err := Decode(r.Bytes)
		require.NoError(rt, err)
		require.Equal(rt, r, read)
	})
	require.Positive(t, taken)
}

type noted struct {
	Text string `json:"text"`
}

func (noted) EventKind() Kind { return "coop.noted/1" }

func (n noted) Check() error { return Require("/text", n.Text) }

// Data are decoded once for a kind, also by copies of the command, and again once
// they are replaced or asked for as another kind's.
func TestACommandIsDecodedOnce(t *testing.T) {
	calls := 0
	spec := Specify(Row[noted]{})
	decode := spec.Decode
	spec.Decode = func(data canonical.Raw) (Event, error) { calls++; return decode(data) }
	other := spec
	other.Kind = "coop.remarked/1"

	d := &Draft{Data: canonical.Raw(`{"text":"a"}`), Actor: &Actor{ID: "x"}, Source: &Source{Note: "n"}, Corrects: &Target{Key: "k"}}
	for range 2 {
		e, err := d.EventOf(&spec)
		require.NoError(t, err)
		require.Equal(t, &noted{"a"}, e)
	}
	c := d.Clone()
	d.Data[9], d.Actor.ID, d.Source.Note, d.Corrects.Key = 'z', "y", "z", "z"
	require.Equal(t, &Draft{Data: canonical.Raw(`{"text":"a"}`), Actor: &Actor{ID: "x"}, Source: &Source{Note: "n"}, Corrects: &Target{Key: "k"}, decoded: c.decoded}, c)
	_, err := c.EventOf(&spec)
	require.NoError(t, err)
	require.Equal(t, 1, calls)

	_, err = c.EventOf(&other)
	require.NoError(t, err)
	require.Equal(t, 2, calls)
	c.Data = canonical.Raw(`{"text":""}`)
	for range 2 {
		_, err = c.EventOf(&other)
		require.True(t, errors.Is(err, ErrRequired))
	}
	require.Equal(t, 4, calls)
	require.Nil(t, (&Draft{}).Clone().Actor)
}
