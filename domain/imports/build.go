package imports

import (
	"strconv"

	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/support"
)

func (r *row) valid() calendar.Stated { return get[calendar.Stated](r, "valid") }

func (r *row) number(name string) int64 { return get[int64](r, name) }

func (r *row) some(name string) *int64 { return optional[int64](r, name) }

func (r *row) yes(name string) *bool { return optional[bool](r, name) }

// emitCoop makes a command in the stream of the row's co-operative.
func (r *row) emitCoop(valid calendar.Stated, e ledger.Event) {
	r.emit(ledger.StreamOf("coop", r.coop()), valid, e)
}

// buildEstablishment is the one place where a co-operative may have a key of
// its own and a tax code: the code is then a fact about it.
func buildEstablishment(r *row) {
	key := r.text("coop")
	if key == "" {
		key = r.coop()
	}
	r.emit(ledger.StreamOf("coop", key), r.valid(), coop.Established{
		Name: r.text("name"), Form: r.text("form"), Place: r.text("place"),
		Agricultural: get[bool](r, "agricultural"), Sector: r.text("sector"), Law: r.text("law"),
		Registration: r.text("registration"), TaxCode: r.text("tax_code"),
		Founders: r.some("founders"), CharterCapital: r.some("charter_capital"),
	})
}

func buildChange(r *row) { r.emitCoop(r.valid(), r.change()) }

// change is the event that the row's word names.
func (r *row) change() ledger.Event {
	switch event := r.text("event"); event {
	case "renamed":
		return needing(r, coop.Renamed{Name: r.text("new_name")}, "new_name")
	case "relocated":
		return needing(r, coop.Relocated{Place: r.text("place")}, "place")
	case "resectored":
		return needing(r, coop.Resectored{Agricultural: get[bool](r, "agricultural"), Sector: r.text("sector")}, "agricultural", "sector")
	case "identified":
		return coop.Identified{Registration: r.text("registration"), TaxCode: r.text("new_tax_code")}
	case "suspended":
		return coop.Suspended{Until: r.until()}
	case "resumed":
		return coop.Resumed{}
	case "inactive":
		return coop.Inactive{ObservedBy: r.text("observed_by")}
	case "dissolving":
		return coop.Dissolving{}
	}
	return r.ending()
}

// ending is change for what ends or remakes a co-operative.
func (r *row) ending() ledger.Event {
	switch r.text("event") {
	case "dissolved":
		return needing(r, coop.Dissolved{Mode: r.text("mode")}, "mode")
	case "merged":
		return needing(r, coop.Merged{Into: r.one("into")}, "into")
	case "divided":
		return needing(r, coop.Divided{Into: get[[]string](r, "into")}, "into")
	case "reorganised":
		return needing(r, coop.Reorganised{Law: r.text("law")}, "law")
	}
	return needing(r, coop.Left{To: r.text("to")}, "to")
}

// needing gives e, and notes the blank ones of the cells that it is made of.
func needing(r *row, e ledger.Event, names ...string) ledger.Event {
	r.needs(names...)
	return e
}

// one is the only key of a cell that may hold several.
func (r *row) one(name string) string {
	list := get[[]string](r, name)
	if len(list) != 1 {
		if len(list) > 1 {
			r.reject(r.at[name], errOneKey)
		}
		return ""
	}
	return list[0]
}

// buildAnnual makes up to three claims of a row: members, workers, and the
// year's results. What is final is dated the last day of its year (DESIGN §6,
// ruling 5), counts on the day that the row states.
func buildAnnual(r *row) {
	year := calendar.OnDay(calendar.LastOfYear(int(r.number("year"))))
	counted := year
	if r.has("valid") {
		counted = r.valid()
	}
	if r.says("official", "associate") {
		r.needs("official")
		r.emitCoop(counted, coop.MembersCounted{Official: r.number("official"), Associate: r.some("associate")})
	}
	if r.says("regular", "total") {
		r.needs("regular")
		r.emitCoop(counted, coop.WorkersCounted{Regular: r.number("regular"), Total: r.some("total")})
	}
	if r.says("basis", "revenue", "pay", "workers", "profit", "revenue_from_members") {
		r.results(year)
	}
}

// results makes the claim of a year's results. Of which day it speaks only its basis
// tells: without one the day is left open.
func (r *row) results(year calendar.Stated) {
	r.needs("basis", "revenue")
	basis := r.text("basis")
	switch {
	case basis == "":
		r.valid() // of an estimate it is the day, of other results it means nothing
		year = calendar.Stated{}
	case basis == coop.Estimate && !r.has("valid"):
		if !r.bad("valid") {
			r.lack("valid", r.spotAt(r.at["basis"]).Mark(errEstimateDay))
		}
		year = calendar.Stated{}
	case basis == coop.Estimate:
		year = r.valid()
	}
	r.emitCoop(year, coop.YearReported{
		Year: r.number("year"), Basis: basis, Revenue: r.number("revenue"),
		Pay: r.some("pay"), Workers: r.some("workers"), Profit: r.some("profit"),
		RevenueFromMembers: r.some("revenue_from_members"),
	})
}

// buildClass makes the claims of a class that somebody decided, of a score, or of
// both.
func buildClass(r *row) {
	year := r.number("year")
	valid := calendar.OnDay(calendar.LastOfYear(int(year)))
	scheme := r.text("scheme")
	if r.says("points", "fined", "idle_months", "months_operated") {
		r.needs("points")
		r.emitCoop(valid, coop.Scored{
			Year: year, Scheme: scheme, PointsHundredths: r.number("points"), Fined: r.yes("fined"),
			IdleMonths: r.some("idle_months"), MonthsOperated: r.some("months_operated"),
		})
	}
	if r.says("class", "decided_by") {
		r.needs("class")
		r.emitCoop(valid, coop.Classed{Year: year, Class: r.text("class"), Scheme: scheme, DecidedBy: r.text("decided_by")})
	}
}

func buildLink(r *row) {
	contract := r.text("contract")
	if r.text("event") == "unlinked" {
		r.emitCoop(r.valid(), coop.Unlinked{Contract: contract})
		return
	}
	r.needs("enterprise")
	r.emitCoop(r.valid(), coop.Linked{
		Contract: contract, Enterprise: r.text("enterprise"), Product: r.text("product"), Until: r.until(),
	})
}

func buildCertificate(r *row) {
	event := r.text("event")
	holder := ""
	if event == "granted" || !r.has("certificate") && !r.bad("certificate") {
		holder = r.coop()
	}
	number := r.text("number")
	key := r.certificateKey(event, holder, number)
	r.emit(ledger.StreamOf("certificate", key), r.valid(), r.certificate(event, holder, number))
}

// certificateKey is the certificate's own key; or stands for its holder and
// number; or, of one that is granted without either, for its holder, scheme and
// day.
func (r *row) certificateKey(event, holder, number string) string {
	own := r.text("certificate")
	switch {
	case own == "" && number == "" && event == "granted":
		return r.streamKey("", "cn-", holder, r.text("scheme"), r.valid().String())
	case own == "" && number == "":
		r.needs("certificate")
	}
	return r.streamKey(own, "cn-", holder, number)
}

func (r *row) certificate(event, holder, number string) ledger.Event {
	switch event {
	case "granted":
		return needing(r, certificate.Granted{
			Coop: holder, Scheme: r.text("scheme"), Group: r.text("group"), Number: number,
			Body: r.text("body"), Until: r.until(),
		}, "scheme", "group")
	case "renewed":
		if until := r.until(); until != nil {
			return certificate.Renewed{Until: *until}
		}
		if !r.bad("until") {
			r.needs("last_day")
		}
		return certificate.Renewed{}
	case "suspended":
		return certificate.Suspended{}
	case "reinstated":
		return certificate.Reinstated{}
	}
	return certificate.Withdrawn{Cause: r.text("cause")}
}

func buildProduct(r *row) {
	owner := r.owner()
	name := r.text("name")
	own := r.text("product")
	if own == "" && !r.bad("product") {
		r.needs("name") // of which, with the owner, the product's key is made
	}
	product := r.streamKey(own, "sp-", owner, support.FairKey(name))
	s := ledger.StreamOf("ocop", product)
	if r.text("event") == "revoked" {
		r.emit(s, r.valid(), ocop.Revoked{Cause: r.text("cause")})
		return
	}
	r.needs("name", "stars", "authority")
	stars, _ := strconv.ParseInt(r.text("stars"), 10, 64) // one of the column's words
	r.emit(s, r.valid(), ocop.Rated{
		Product: product, Name: name, Owner: owner, Stars: stars, ScoreHundredths: r.some("score"),
		Authority: r.text("authority"), PotentialFive: r.yes("potential_five"), Until: r.until(),
	})
}

// owner is the co-operative's key where the row names one, or else the owner's
// name as it is written.
func (r *row) owner() string {
	name := r.text("owner")
	switch {
	case r.has("coop") || r.has("tax_code"):
		return r.coop()
	case name == "" && !r.bad("coop", "tax_code", "owner") && !(r.has("product") && r.text("event") == "revoked"):
		r.needs("owner")
	}
	return name
}

func buildFair(r *row) {
	event, name, where := r.text("event"), r.text("name"), r.text("place")
	key := r.streamKey(r.text("activity"), "xt-", event, support.FairKey(name), where, r.valid().String())
	s := ledger.StreamOf("support", key)
	if event == "conference-held" {
		r.emit(s, r.valid(), support.ConferenceHeld{Title: name, Place: where})
		return
	}
	r.needs("coops")
	r.emit(s, r.valid(), support.FairAttended{Fair: name, Coops: get[[]string](r, "coops"), Place: where})
}

func buildDelivery(r *row) {
	r.emit(ledger.StreamOf("plan", r.text("plan")), r.valid(), plan.Delivered{
		Task: r.text("task"), Deliverable: r.text("deliverable"), Unit: r.text("unit"), Document: r.text("delivered_document"),
	})
}

func buildPlace(r *row) {
	code := r.text("code")
	r.emit(ledger.StreamOf("place", code), r.valid(), r.placeEvent(code))
}

func (r *row) placeEvent(code string) ledger.Event {
	switch r.text("event") {
	case "declared":
		return needing(r, place.Declared{Code: code, Name: r.text("name"), Level: r.text("level"), Parent: r.text("parent")}, "name", "level")
	case "renamed":
		return needing(r, place.Renamed{Name: r.text("name")}, "name")
	case "moved":
		return needing(r, place.Moved{Parent: r.text("parent")}, "parent")
	case "merged":
		return needing(r, place.Merged{Into: r.one("into")}, "into")
	case "abolished":
		return place.Abolished{}
	}
	return needing(r, place.Split{Into: get[[]string](r, "into")}, "into")
}
