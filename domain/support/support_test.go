package support

import (
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestKindsKeepTheirBytes(t *testing.T) {
	amount := int64(210_000_000)
	eventtest.Golden(t, Specs(),
		&Given{Coop: "htx-vi-du", Help: ChainModel, Amount: &amount, Fund: "Đề án Ví Dụ"},
		&FairAttended{Fair: "Hội chợ Ví Dụ", Coops: []string{"htx-a", "htx-b"}, Place: "gia-nghia"},
		&ConferenceHeld{Title: "Hội nghị kết nối cung cầu (ví dụ)", Place: "gia-nghia"},
		&ModelRecognised{Coop: "htx-vi-du", Model: NewStyle},
	)
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ kind, data, code, field string }{
		{"support.given/1", `{"coop":"x","help":"advice"}`, "choice", "/data/help"},
		{"support.given/1", `{"amount":-1,"coop":"x","help":"land"}`, "negative", "/data/amount"},
		{"support.fair-attended/1", `{"coops":[],"fair":"x"}`, "required", "/data/coops"},
		{"support.fair-attended/1", `{"coops":["a","a"],"fair":"x"}`, "support-coop-twice", "/data/coops"},
		{"support.fair-attended/1", `{"coops":["a"],"fair":" "}`, "required", "/data/fair"},
		{"support.conference-held/1", `{"title":"\n"}`, "required", "/data/title"},
		{"support.model-recognised/1", `{"coop":"x","model":"other"}`, "choice", "/data/model"},
	} {
		eventtest.RequireRefused(t, Specs(), ledger.Kind(c.kind), c.data, c.code, c.field)
	}
}

var errTest = fault.Declare("test-refused", fault.NotFound, "not there", "không có")

// world knows the co-operatives a and b and the place gia-nghia.
type world struct{}

func (world) CoopLiving(key string, _ calendar.Day) error {
	if key == "a" || key == "b" {
		return nil
	}
	return errTest
}

func (world) OnMap(code string, _ calendar.Day) error {
	if code == "gia-nghia" {
		return nil
	}
	return errTest
}

func TestDecideNamesWhatIsNotThere(t *testing.T) {
	for _, c := range []struct {
		e     ledger.Event
		field string // "" where it is accepted
	}{
		{&Given{Coop: "a", Help: Land}, ""},
		{&Given{Coop: "c", Help: Land}, "/data/coop"},
		{&FairAttended{Fair: "Hội chợ", Coops: []string{"a", "b"}, Place: "gia-nghia"}, ""},
		{&FairAttended{Fair: "Hội chợ", Coops: []string{"a", "c"}}, "/data/coops/1"},
		{&FairAttended{Fair: "Hội chợ", Coops: []string{"a"}, Place: "x"}, "/data/place"},
		{&ConferenceHeld{Title: "Hội nghị"}, ""},
		{&ConferenceHeld{Title: "Hội nghị", Place: "x"}, "/data/place"},
		{&ModelRecognised{Coop: "b", Model: ValueChain}, ""},
		{&ModelRecognised{Coop: "c", Model: ValueChain}, "/data/coop"},
	} {
		err := Decide(world{}, "k", eventtest.Fact(1, ledger.StreamOf("support", "k"), "2023-05-01", c.e))
		if c.field == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, errTest)
		f, _ := fault.Of(err)
		require.Equal(t, c.field, f.Field)
	}
}

func TestFairsAreToldApartByName(t *testing.T) {
	same := FairKey("Hội chợ triển lãm Nông nghiệp Quốc tế AgroViet")
	for _, name := range []string{
		"HỘI CHỢ TRIỂN LÃM NÔNG NGHIỆP QUỐC TẾ AGROVIET",
		"  Hội chợ  triển lãm\tNông nghiệp\nQuốc tế Agroviet ",
		"Hội chợ\u00a0triển lãm Nông nghiệp Quốc tế AgroViet",
	} {
		require.Equal(t, same, FairKey(name))
	}
	require.NotEqual(t, same, FairKey("Hội chợ triển lãm Nông nghiệp AgroViet"))
	require.NotEqual(t, FairKey("Hội cho"), FairKey("Hội chợ"))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.RuneFrom([]rune("aĐđ ỄễƯ\t-()1"))).Draw(t, "name")
		require.Equal(t, FairKey(name), FairKey(FairKey(name)))
	})
}
