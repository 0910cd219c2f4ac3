package registertest

import (
	"encoding/json"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// A History is a random history: what a Book accepted of random commands.
type History struct {
	Book    *register.Book
	Drafts  []*ledger.Draft // those accepted after Map, in order
	Refused int

	clock calendar.Instant
	keys  int
}

// Begin is the history that opens the ledger, declares Map and founds three of
// the four Coops.
func Begin(t rapid.TB) *History {
	h := &History{Book: register.NewBook(), clock: calendar.EndOf(calendar.DayOf(2022, 1, 1))}
	h.must(t, `{"key":"open","stream":"ledger/main","kind":"ledger.opened/1","valid":"2022-01-03","data":{"origin":"test.example/so","place":"dak-nong","title":"Sổ thử"}}`)
	for line := range strings.Lines(Map) {
		if f := strings.Fields(line); len(f) > 3 {
			data := strings.TrimSpace(line[strings.IndexByte(line, '{'):])
			h.must(t, fmt.Sprintf(`{"key":%q,"stream":%q,"kind":%q,"valid":%q,"data":%s}`, f[0], f[0], f[1], f[2], data))
		}
	}
	h.Drafts = nil
	for i, key := range Coops[:3] {
		h.must(t, fmt.Sprintf(`{"key":"found-%s","stream":"coop/%s","kind":"coop.established/1","valid":"2021-12-31",`+
			`"data":{"agricultural":true,"form":"htx","name":"HTX","place":%q,"sector":"x"}}`, key, key, Seats[2*i]))
	}
	return h
}

func (h *History) must(t rapid.TB, command string) {
	if err := h.Send(t, command); err != nil {
		t.Fatalf("%s: %v", command, err)
	}
}

// Send decides a command and, if it is accepted, adds it; the clock goes on.
func (h *History) Send(t rapid.TB, command string) error {
	d, err := ledger.ParseDraft([]byte(command))
	if err != nil {
		return err
	}
	h.clock += 3_600_000_000
	v, err := h.Book.Decide(d, h.clock)
	if err != nil {
		h.Refused++
		return err
	}
	if v.Repeated {
		return nil
	}
	if err := h.Book.Add(v.Record); err != nil {
		t.Fatalf("decided and not added: %s: %v", command, err)
	}
	h.Drafts = append(h.Drafts, d)
	return nil
}

// Records are the records of the history.
func (h *History) Records() []*ledger.Record {
	all := make([]*ledger.Record, h.Book.Size())
	for p := range all {
		all[p] = h.Book.At(ledger.Position(p))
	}
	return all
}

// Random is a history of up to n random commands after Begin, a good part of
// which are late, about each other, corrections, or wrong.
func Random(t *rapid.T, n int) *History {
	h := Begin(t)
	for range rapid.IntRange(0, n).Draw(t, "commands") {
		_ = h.Send(t, h.Command(t))
	}
	return h
}

// Days are the days that random facts are dated, and worth asking about.
var Days = []string{"2021-12-31", "2022-06-30", "2022-12-31", "2023-01-01", "2023-05-10", "2023-06-30", "2023-12-31", "2024-03-01"}

// Coops are the keys of the co-operatives of a random history.
var Coops = []string{"a", "b", "c", "d"}

// Seats are the seats of a random history.
var Seats = []string{"dak-mil", "cu-jut", "krong-no", "dak-dro", "nam-da", "da-lat"}

// Command is one more random command for the history.
func (h *History) Command(t *rapid.T) string {
	h.keys++
	command := map[string]any{"key": fmt.Sprintf("r%d", h.keys)}
	if len(h.Drafts) > 0 && rapid.IntRange(0, 6).Draw(t, "correct") == 0 {
		h.randomCorrection(t, command)
	} else {
		randomFact(t, command)
	}
	b, err := json.Marshal(command)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (h *History) randomCorrection(t *rapid.T, command map[string]any) {
	about := rapid.SampledFrom(h.Drafts).Draw(t, "about")
	command["corrects"] = map[string]any{"key": about.Key, "reason": "typo"}
	command["stream"] = about.Stream.String()
	command["kind"] = ledger.KindRetracted
	if rapid.IntRange(0, 2).Draw(t, "retract") == 0 {
		return
	}
	fact := map[string]any{}
	randomFact(t, fact)
	command["kind"] = ledger.KindRestated
	command["data"] = fact["data"]
	if len(about.Data) > 0 && rapid.Bool().Draw(t, "same data") {
		command["data"] = json.RawMessage(about.Data)
	}
	if rapid.Bool().Draw(t, "moves") {
		command["valid"] = fact["valid"]
	}
}

type object = map[string]any

func randomFact(t *rapid.T, command map[string]any) {
	pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	number := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	key, day := pick("coop", Coops...), pick("day", Days...)
	year := number("year", 2022, 2023)
	last := fmt.Sprintf("%d-12-31", year)
	coop := func(kind string, data object) {
		command["stream"], command["kind"], command["data"] = "coop/"+key, kind, data
	}
	other := func(stream, kind string, data object) {
		command["stream"], command["kind"], command["data"] = stream, kind, data
	}
	switch number("kind", 0, 28) {
	case 0, 1, 2:
		day = pick("founded", Days[:4]...)
		coop("coop.established/1", object{"name": "HTX " + key, "form": pick("form", "htx", "htx", "htx", "tht"), "place": pick("seat", Seats...),
			"agricultural": number("agricultural", 0, 4) > 0, "sector": "Trồng trọt", "tax_code": pick("tax", "0300588569", "0101248141"), "law": pick("law", "2003", "2012")})
	case 3:
		coop("coop.relocated/1", object{"place": pick("seat", Seats...)})
	case 4:
		coop("coop.resectored/1", object{"agricultural": rapid.Bool().Draw(t, "agricultural"), "sector": "x"})
	case 5:
		coop("coop.suspended/1", object{"until": pick("until", Days...)})
	case 6:
		coop("coop.inactive/1", object{})
	case 7:
		coop("coop.resumed/1", object{})
	case 8:
		coop("coop.dissolving/1", object{})
	case 9:
		coop("coop.dissolved/1", object{"mode": "voluntary"})
	case 10:
		coop("coop.merged/1", object{"into": pick("into", Coops...)})
	case 11:
		coop("coop.divided/1", object{"into": []string{pick("into", Coops...), pick("into 2", Coops...)}})
	case 12, 13:
		coop("coop.members-counted/1", object{"official": number("members", 0, 40), "associate": number("associate", 0, 40)})
	case 14:
		coop("coop.workers-counted/1", object{"regular": number("workers", 0, 40)})
	case 15, 16:
		day = last
		coop("coop.year-reported/1", object{"year": year, "basis": pick("basis", "actual", "estimate"), "revenue": number("revenue", 0, 900), "pay": number("pay", 0, 900), "workers": number("of", 0, 9)})
	case 17:
		day = last
		coop("coop.scored/1", object{"year": year, "scheme": pick("scheme", "tt09-2017", "tt01-2020"), "points_hundredths": number("points", 0, 10000), "fined": rapid.Bool().Draw(t, "fined")})
	case 18:
		day = last
		coop("coop.classed/1", object{"year": year, "scheme": "tt09-2017", "class": pick("class", "good", "fair", "weak", "unrated")})
	case 19:
		coop("coop.linked/1", object{"contract": "1", "enterprise": "x", "until": pick("until", Days...)})
	case 20:
		coop("coop.identified/1", object{"tax_code": pick("tax", "0300588569", "0101248141")})
	case 21:
		other("certificate/"+pick("certificate", "v", "w"), "certificate.granted/1", object{"coop": key, "scheme": "vietgap", "group": pick("group", "production", "quality"), "until": pick("until", Days...)})
	case 22:
		p := pick("product", "p", "q")
		other("ocop/"+p, "ocop.rated/1", object{"product": p, "name": "x", "owner": key, "stars": number("stars", 2, 4), "authority": "province"})
	case 23, 27, 28:
		other("support/"+pick("support", "m", "s"), "support.given/1", object{"coop": pick("helped", "a", "b"), "help": pick("help", "consolidation", "packaging")})
	case 24:
		other("support/"+pick("support", "m", "s"), "support.model-recognised/1", object{"coop": key, "model": "value-chain"})
	case 25:
		s := pick("session", "l", "m")
		other("training/"+s, "training.held/1", object{"title": "x", "programme": pick("programme", "plan", "other"), "attendances": number("attendances", 0, 60), "place": pick("place", Seats...)})
	case 26: // the map moves on, after nearly all that is asked about
		day = pick("redrawn", "2022-12-31", "2024-02-01", "2024-02-01", "2024-02-01")
		if rapid.Bool().Draw(t, "merge") {
			other("place/cu-jut", "place.merged/1", object{"into": "dak-mil"})
		} else {
			other("place/"+pick("moved", "nam-da", "dak-dro"), "place.moved/1", object{"parent": pick("under", "dak-mil", "krong-no")})
		}
	}
	command["valid"] = day
}
