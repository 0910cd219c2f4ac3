package training

import (
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
)

func TestKindsKeepTheirBytes(t *testing.T) {
	women, days := int64(0), int64(2)
	eventtest.Golden(t, Specs(),
		&Held{Title: "Lớp bồi dưỡng giám đốc HTX (ví dụ)", Programme: Plan, Place: "gia-nghia", Organiser: "Liên minh HTX tỉnh",
			Attendances: 30, Women: &women, Days: &days})
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ data, code, field string }{
		{`{"attendances":30,"programme":"budget","title":"x"}`, "choice", "/data/programme"},
		{`{"attendances":-1,"programme":"plan","title":"x"}`, "negative", "/data/attendances"},
		{`{"attendances":30,"programme":"plan","title":"x","women":31}`, "training-women", "/data/women"},
		{`{"attendances":30,"days":0,"programme":"plan","title":"x"}`, "training-days", "/data/days"},
		{`{"attendances":30,"place":"Gia Nghĩa","programme":"plan","title":"x"}`, "key-form", "/data/place"},
	} {
		eventtest.RequireRefused(t, Specs(), "training.held/1", c.data, c.code, c.field)
	}
}

var errOffMap = fault.Declare("test-off-map", fault.NotFound, "off the map", "không có trên bản đồ")

type world struct{ facts []*ledger.Fact }

func (w world) Session(key string, on calendar.Day) *Session { return Fold(key, w.facts, on) }
func (w world) OnMap(code string, _ calendar.Day) error {
	if code == "gia-nghia" {
		return nil
	}
	return errOffMap
}

func TestOneSessionAStream(t *testing.T) {
	stream := ledger.StreamOf("training", "lop-1")
	first := eventtest.Fact(1, stream, "2023-09-05", &Held{Title: "Lớp 1", Programme: Plan, Place: "gia-nghia", Attendances: 30})
	again := eventtest.Fact(2, stream, "2023-08-01", &Held{Title: "Lớp 2", Programme: Plan, Attendances: 30})
	require.NoError(t, Decide(world{}, "lop-1", first))
	require.ErrorIs(t, Decide(world{[]*ledger.Fact{first}}, "lop-1", again), errHeld)

	elsewhere := eventtest.Fact(1, stream, "2023-09-05", &Held{Title: "Lớp 1", Programme: Plan, Place: "khong-co", Attendances: 30})
	require.ErrorIs(t, Decide(world{}, "lop-1", elsewhere), errOffMap)

	s := Session{Key: "lop-1"}
	require.True(t, s.Apply(first))
	require.False(t, s.Apply(again))
	require.Same(t, first, s.Holding)
	require.Nil(t, Fold("lop-1", []*ledger.Fact{first}, eventtest.Day("2023-09-04")).Holding)
}

// Fold is the plain meaning of a History: it applies the facts that are valid on or before a day. Facts come in the
// order of ledger.Fact.Compare.
func Fold(key string, facts []*ledger.Fact, on calendar.Day) *Session {
	s := &Session{Key: key}
	for _, f := range facts {
		if f.Valid.Day > on {
			break
		}
		s.Apply(f)
	}
	return s
}
