package answers

import (
	"net/url"
	"strings"

	"htxledger/domain/ledger"
)

// A Query is a question in words, as somebody typed them. Every field may be
// empty. Head.Resolve alone reads the words.
type Query struct {
	Codes  []string // indicators; none is all of them
	AsOf   string   // day: dd/mm/yyyy or ISO; "" is today
	Known  string   // day, instant or @size; "" is now
	Place  string   // code; "" is the ledger's own place
	Map    string   // day of the map; "" is the day of AsOf
	Period string   // year, statistical-year or a first day; "" is year
	Scheme string   // classification scheme; "" is what the policies choose
	Plan   string   // key of a plan; "" is the newest whose year has begun
}

// PointNames are the parameters of an address that make a point.
var PointNames = []string{"as_of", "known_at", "place", "map", "period", "scheme", "plan"}

// QueryOf is the question in the parameters of an address: PointNames, and code
// for each indicator.
func QueryOf(v url.Values) Query {
	word := func(name string) string { return strings.TrimSpace(v.Get(name)) }
	return Query{
		Codes: v["code"], AsOf: word("as_of"), Known: word("known_at"), Place: word("place"),
		Map: word("map"), Period: word("period"), Scheme: word("scheme"), Plan: word("plan"),
	}
}

// WithPoint puts the words of a point "DAY[@KNOWN]" in the place of the query's
// day and known-at. A KNOWN of only digits is a size: 30/11/2023, 2023-11-30@1204,
// 30/11/2023@31/12/2023. Without a KNOWN the query's own stays.
func (q Query) WithPoint(words string) Query {
	day, known, split := strings.Cut(words, "@")
	q.AsOf = day
	if split {
		q.Known = known
		if strings.Trim(known, "0123456789") == "" {
			q.Known = "@" + known
		}
	}
	return q
}

// Values are the parameters of an address that answers the same for ever: QueryOf
// reads them. A map of the valid day itself is not among them.
func (x Exact) Values() url.Values {
	v := url.Values{
		"as_of": {x.Valid.String()}, "known_at": {ledger.KnownSize(x.Size).String()},
		"place": {x.Place}, "period": {x.Period}, "scheme": {x.Scheme}, "plan": {x.Plan},
	}
	if x.Map != x.Valid {
		v.Set("map", x.Map.String())
	}
	return v
}

// Values are those of the point's parts. The plan is not among them.
func (p *Point) Values() url.Values {
	return Exact{p.Size, p.Valid, p.Map, p.Place, p.PeriodName, p.Scheme, ""}.Values()
}

// Words name the day and the size of a point as "DAY@SIZE", which WithPoint reads.
func (p *Point) Words() string { return p.Valid.String() + ledger.KnownSize(p.Size).String() }
