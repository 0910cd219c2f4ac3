package directory

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
)

// telling is a directory of what commands say.
func telling(t *testing.T, commands ...string) (worded, *answers.Service) {
	at, err := calendar.ParseInstant("2026-11-23T01:00:00Z")
	require.NoError(t, err)
	book, proj := register.NewBook(), asof.New()
	for _, c := range commands {
		d, err := ledger.ParseDraft([]byte(c))
		require.NoError(t, err, c)
		v, err := book.Decide(d, at)
		require.NoError(t, err, c)
		require.NoError(t, book.Add(v.Record))
		require.NoError(t, proj.Apply(v.Record))
	}
	s := answers.New(proj, func() calendar.Instant { return at })
	return worded{New(proj), s}, s
}

var lives = []string{
	`{"key":"open","stream":"ledger/x","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"x.test","place":"tinh","title":"Thử"}}`,
	`{"key":"p0","stream":"place/tinh","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"tinh","level":"province","name":"Tỉnh"}}`,
	`{"key":"p1","stream":"place/dong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dong","level":"district","name":"Huyện Đông","parent":"tinh"}}`,
	`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2022-03-14","data":{"name":"HTX Nông nghiệp Đắk Ánh","form":"htx","place":"dong","agricultural":true,"sector":"lúa","tax_code":"6400000001"}}`,
	`{"key":"a2","stream":"coop/a","kind":"coop.renamed/1","valid":"2022-09-01","data":{"name":"HTX Nông nghiệp Ánh Dương"}}`,
	`{"key":"a3","stream":"coop/a","kind":"coop.suspended/1","valid":"2023-01-10","data":{"until":"2023-06-01"}}`,
	`{"key":"a4","stream":"coop/a","kind":"coop.inactive/1","valid":"2023-08-01","data":{}}`,
	`{"key":"a5","stream":"coop/a","kind":"coop.resumed/1","valid":"2023-09-01","data":{}}`,
	`{"key":"a6","stream":"coop/a","kind":"coop.linked/1","valid":"2023-02-01","data":{"contract":"HĐ 1","enterprise":"Công ty A","until":"2024-02-01"}}`,
	`{"key":"a7","stream":"coop/a","kind":"coop.unlinked/1","valid":"2023-10-01","data":{"contract":"HĐ 1"}}`,
	`{"key":"a9","stream":"coop/a","kind":"coop.dissolved/1","valid":"2024-05-01","data":{"mode":"voluntary"}}`,
	`{"key":"c1","stream":"certificate/c","kind":"certificate.granted/1","valid":"2022-05-01","data":{"coop":"a","scheme":"vietgap","group":"production","until":"2023-05-01"}}`,
	`{"key":"c2","stream":"certificate/c","kind":"certificate.suspended/1","valid":"2022-08-01","data":{}}`,
	`{"key":"c3","stream":"certificate/c","kind":"certificate.reinstated/1","valid":"2022-10-01","data":{}}`,
	`{"key":"o1","stream":"ocop/gao","kind":"ocop.rated/1","valid":"2022-02-28","data":{"product":"gao","name":"Gạo","owner":"a","stars":3,"authority":"province"}}`,
	`{"key":"o2","stream":"ocop/gao","kind":"ocop.rated/1","valid":"2023-11-01","data":{"product":"gao","name":"Gạo","owner":"a","stars":4,"authority":"province"}}`,
	`{"key":"b","stream":"coop/b","kind":"coop.established/1","valid":"2024-01-01","data":{"name":"HTX Đăk Anh","form":"htx","place":"dong","agricultural":true,"sector":"lúa"}}`,
	`{"key":"d","stream":"coop/d","kind":"coop.established/1","valid":"2023-01-01","data":{"name":"Tổ hợp tác Bình Minh","form":"tht","place":"dong","agricultural":true,"sector":"lúa"}}`,
}

func TestTracks(t *testing.T) {
	d, s := telling(t, lives...)
	p, err := s.Head().Resolve(answers.Query{AsOf: "31/12/2023"})
	require.NoError(t, err)
	type band struct{ State, From, To string }
	got := map[TrackKind][]band{}
	for _, track := range d.Tracks(p, "a") {
		for _, b := range track.Bands {
			to := ""
			if !b.To.IsZero() {
				to = b.To.String()
			}
			got[track.Of] = append(got[track.Of], band{b.State, b.From.String(), to})
		}
	}
	require.Equal(t, map[TrackKind][]band{
		OfStatus: {
			{Operating, "2022-03-14", "2023-01-10"}, {Suspended, "2023-01-10", "2023-06-01"}, {Operating, "2023-06-01", "2023-08-01"},
			{Inactive, "2023-08-01", "2023-09-01"}, {Operating, "2023-09-01", "2024-05-01"}, {Ended, "2024-05-01", ""},
		},
		OfCertificate: {
			{CertificateValid, "2022-05-01", "2022-08-01"}, {CertificateSuspended, "2022-08-01", "2022-10-01"}, {CertificateValid, "2022-10-01", "2023-05-01"},
		},
		OfProduct:  {{"3", "2022-02-28", "2023-11-01"}, {"4", "2023-11-01", "2026-11-01"}},
		OfContract: {{ContractInForce, "2023-02-01", "2023-10-01"}},
	}, got)
	require.Empty(t, d.Tracks(p, "khong-co"))
	again := d.Tracks(p, "a") // asking changes nothing
	require.Len(t, again[0].Bands, 6)
}

func TestWhatACoopHoldsOnADay(t *testing.T) {
	d, _ := telling(t, lives...)
	for day, want := range map[string]struct {
		since               string
		certificates, stars int
	}{
		"2022-06-30": {"2022-03-14", 1, 3}, "2022-09-01": {"2022-03-14", 0, 3}, "2023-05-31": {"2023-01-10", 0, 3},
		"2023-07-01": {"2023-06-01", 0, 3}, "2024-06-01": {"2024-05-01", 0, 4}, "2027-01-01": {"2024-05-01", 0, 0},
	} {
		c, err := d.Card(answers.Query{AsOf: day}, "a")
		require.NoError(t, err)
		on := c.Point.Valid
		require.Equal(t, want.since, c.Since(on).String(), day)
		require.Len(t, c.Certificates(on), want.certificates, day)
		products := c.Products(on)
		require.Len(t, products, min(want.stars, 1), day)
	}
}

func TestFind(t *testing.T) {
	d, s := telling(t, lives...)
	p, err := s.Head().Resolve(answers.Query{AsOf: "31/12/2023"})
	require.NoError(t, err)
	keys := func(f *Found) (list []string) {
		for _, m := range f.Matches {
			list = append(list, m.Subject.Key)
		}
		return list
	}
	for typed, want := range map[string]struct {
		keys []string
		near bool
		only string
	}{
		"a":                         {[]string{"a"}, false, "a"}, // a key names one, though others hold the letter
		"6400000001":                {[]string{"a"}, false, "a"},
		"dak anh":                   {[]string{"b", "a"}, false, ""},
		"htx dak anh":               {[]string{"b", "a"}, false, "b"},
		"HTX nong nghiep ANH duong": {[]string{"a"}, false, "a"},
		"duong":                     {[]string{"a"}, false, ""},
		"binh minh":                 {[]string{"d"}, false, ""},
		"anh duongg":                {[]string{"a"}, true, ""},
		"zzz":                       {nil, true, ""},
		" ":                         {nil, false, ""},
	} {
		f := d.Find(p, typed, 10)
		require.Equal(t, want.keys, keys(f), typed)
		require.Equal(t, want.near, f.Near, typed)
		if want.only == "" {
			require.Nil(t, f.Only(), typed)
		} else {
			require.Equal(t, want.only, f.Only().Subject.Key, typed)
		}
		require.Equal(t, len(f.Matches), f.Total)
	}

	former := d.Find(p, "đắk ánh", 10)
	require.Equal(t, "HTX Nông nghiệp Đắk Ánh", former.Matches[1].Former)
	require.Equal(t, "HTX Nông nghiệp Ánh Dương", former.Matches[1].State.Name)
	require.Equal(t, "01/01/2024", former.Matches[0].Founded.Vi())
	require.Equal(t, "HTX Đăk Anh", former.Matches[0].State.Name)
	require.Equal(t, "Huyện Đông", former.Matches[0].PlaceName)
	require.Equal(t, 2, d.Find(p, "anh", 1).Total)
	require.Len(t, d.Find(p, "anh", 1).Matches, 1)
}

// The list that a search is made on is that of the size asked, whatever was
// searched before: nobody is found by a name that was not recorded yet.
func TestFindAtEachSize(t *testing.T) {
	d, s := telling(t, lives...)
	found := func(known string) int {
		p, err := s.Head().Resolve(answers.Query{Known: known})
		require.NoError(t, err)
		f := d.Find(p, "anh duong", 10)
		if f.Near {
			return 0
		}
		return f.Total
	}
	require.Equal(t, []int{1, 0, 1}, []int{found("@5"), found("@4"), found("@5")})
}

// The end of a band is the first day out.
func TestABandEndsBeforeItsEnd(t *testing.T) {
	days := []calendar.Day{9, 10, 19, 20}
	for end, want := range map[calendar.Day][]bool{20: {false, true, true, false}, 0: {false, true, true, true}} {
		var got []bool
		for _, d := range days {
			got = append(got, Band{From: 10, To: end}.Holds(d))
		}
		require.Equal(t, want, got, end)
	}
}
