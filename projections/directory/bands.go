package directory

import (
	"slices"
	"strconv"

	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

// A Band is a stretch of days on which something about a co-operative was so.
type Band struct {
	// State is one of Statuses for a status; CertificateValid or
	// CertificateSuspended for a certificate; the number of stars for a product;
	// ContractInForce for a contract.
	State    string
	From, To calendar.Day // To is the first day out; zero where none is known
}

// Holds reports whether a day is in the band.
func (b Band) Holds(on calendar.Day) bool { return b.From <= on && (b.To.IsZero() || on < b.To) }

// The states of bands that are no status and no stars.
const (
	CertificateValid     = "valid"
	CertificateSuspended = "certificate-suspended"
	ContractInForce      = "in-force"
)

// A Track is the bands of one thing, in order of day.
type Track struct {
	Of    TrackKind
	Key   string // of the certificate or product; the number of the contract
	Name  string // the scheme, the product, the enterprise; "" for the status
	Bands []Band
}

// A TrackKind is what a track is about.
type TrackKind string

// The kinds of track, in order.
const (
	OfStatus      TrackKind = "status"
	OfCertificate TrackKind = "certificate"
	OfProduct     TrackKind = "product"
	OfContract    TrackKind = "contract"
)

// Tracks are the stretches of days of a co-operative's status, certificates, OCOP
// products and contracts, as known at a point: on every day, also after the day
// asked.
func (d *Directory) Tracks(p *answers.Point, key string) []Track {
	s := d.history.Subject(register.SubjectID{Kind: register.CoopSubject, Key: key}, p.Size)
	if s == nil {
		return nil
	}
	list := []Track{{Of: OfStatus, Bands: statusBands(s.Coop.History)}}
	for _, h := range s.Coop.Certificates {
		list = append(list, certificateTrack(h, key))
	}
	for _, h := range s.Coop.Products {
		list = append(list, productTrack(h, key))
	}
	list = append(list, contractTracks(s.Coop.History)...)
	return slices.DeleteFunc(list, func(t Track) bool { return len(t.Bands) == 0 })
}

// Since is the day since which a co-operative has the status that it has; zero
// where it has none yet.
func (c Coop) Since(on calendar.Day) calendar.Day {
	for _, b := range statusBands(c.Subject.Coop.History) {
		if b.Holds(on) {
			return b.From
		}
	}
	return 0
}

// Certificates are the certificates of a co-operative that are valid on a day.
func (c Coop) Certificates(on calendar.Day) (list []*certificate.Certificate) {
	for _, h := range c.Subject.Coop.Certificates {
		if x := h.On(on); x.Coop == c.Subject.Key && x.ValidOn(on) {
			list = append(list, x)
		}
	}
	return list
}

// Products are the OCOP ratings of a co-operative that are in force on a day.
func (c Coop) Products(on calendar.Day) (list []*ledger.Fact) {
	for _, h := range c.Subject.Coop.Products {
		if f := h.On(on).InForce(on); f != nil && f.Event.(*ocop.Rated).Owner == c.Subject.Key {
			list = append(list, f)
		}
	}
	return list
}

// bandsOf puts together the days on which a state is the same. Days are all on
// which it can change, in any order, in a list of its own; "" is no state.
func bandsOf(days []calendar.Day, state func(calendar.Day) string) (list []Band) {
	slices.Sort(days) // the callers made it
	last := ""
	for _, day := range slices.Compact(days) {
		now := state(day)
		if now == last {
			continue
		}
		if last != "" {
			list[len(list)-1].To = day
		}
		if now != "" {
			list = append(list, Band{State: now, From: day})
		}
		last = now
	}
	return list
}

func statusBands(h *coop.History) []Band {
	days := slices.Clone(h.Days())
	for _, f := range h.Facts {
		if e, ok := f.Event.(*coop.Suspended); ok && e.Until != nil {
			days = append(days, *e.Until)
		}
	}
	return bandsOf(days, func(day calendar.Day) string { return StatusOf(h.On(day), day) })
}

// certificateTrack is the days on which a holder's certificate was valid or suspended. Days after
// it went to another holder are not in it.
func certificateTrack(h *certificate.History, holder string) Track {
	t, days := Track{Of: OfCertificate}, slices.Clone(h.Days())
	for _, day := range h.Days() {
		c := h.On(day)
		t.Key, t.Name = c.Key, c.Scheme
		if c.Until != nil {
			days = append(days, *c.Until)
		}
	}
	t.Bands = bandsOf(days, func(day calendar.Day) string {
		switch c := h.On(day); {
		case c.Coop != holder:
			return ""
		case c.ValidOn(day):
			return CertificateValid
		case c.Suspension != nil && c.Withdrawal == nil && (c.Until == nil || day < *c.Until):
			return CertificateSuspended
		}
		return ""
	})
	return t
}

// productTrack is the days on which a rating of an owner's product was in force, by its stars.
func productTrack(h *ocop.History, owner string) Track {
	t, days := Track{Of: OfProduct}, slices.Clone(h.Days())
	for _, f := range h.Facts {
		if e, ok := f.Event.(*ocop.Rated); ok {
			t.Key, t.Name = e.Product, e.Name
			days = append(days, ocop.UntilOf(f))
		}
	}
	t.Bands = bandsOf(days, func(day calendar.Day) string {
		f := h.On(day).InForce(day)
		if f == nil || f.Event.(*ocop.Rated).Owner != owner {
			return ""
		}
		return strconv.FormatInt(f.Event.(*ocop.Rated).Stars, 10)
	})
	return t
}

// contractTracks is a track for each contract number that a co-operative ever had.
func contractTracks(h *coop.History) (list []Track) {
	for _, f := range h.Facts {
		e, ok := f.Event.(*coop.Linked)
		if ok && !slices.ContainsFunc(list, func(t Track) bool { return t.Key == e.Contract }) {
			list = append(list, Track{Of: OfContract, Key: e.Contract, Name: e.Enterprise})
		}
	}
	for i := range list {
		list[i].Bands = contractBands(h, list[i].Key)
	}
	return list
}

// contractBands is the days on which a contract was in force.
func contractBands(h *coop.History, contract string) []Band {
	days := slices.Clone(h.Days())
	for _, f := range h.Facts {
		if e, ok := f.Event.(*coop.Linked); ok && e.Contract == contract && e.Until != nil {
			days = append(days, *e.Until)
		}
	}
	return bandsOf(days, func(day calendar.Day) string {
		for _, f := range h.On(day).Links {
			if e := f.Event.(*coop.Linked); e.Contract == contract && (e.Until == nil || day < *e.Until) {
				return ContractInForce
			}
		}
		return ""
	})
}
