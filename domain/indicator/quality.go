package indicator

import (
	"htxledger/domain/calendar"
	"htxledger/domain/classification"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
)

// classOf is the class of a co-operative for a year under a scheme: the latest
// that was decided, else that of the latest score; "" if there is neither.
func classOf(c *coop.Cooperative, year int, scheme string) (classification.Class, *ledger.Fact) {
	if f := c.Class(year, scheme); f != nil {
		return classification.Class(f.Event.(*coop.Classed).Class), f
	}
	return ScoredClass(c, year, scheme)
}

// ScoredClass is the class that the latest score for a year gives under its
// scheme, and that score; "" and nil if there is none. It looks past what was
// decided.
func ScoredClass(c *coop.Cooperative, year int, scheme string) (classification.Class, *ledger.Fact) {
	f := c.Score(year, scheme)
	if f == nil {
		return "", nil
	}
	s, err := classification.Find(scheme)
	if err != nil {
		return "", nil
	}
	return s.Classify(scorecard(c, f.Event.(*coop.Scored), year)).Class, f
}

// scorecard brings a self-score into the form that the rules read. Where the
// months of operation are not stated they are counted from the founding day.
func scorecard(c *coop.Cooperative, e *coop.Scored, year int) classification.Scorecard {
	card := classification.Scorecard{
		PointsHundredths: e.PointsHundredths, Fined: e.Fined != nil && *e.Fined,
		IdleMonths: e.IdleMonths, MonthsOperated: e.MonthsOperated,
	}
	if card.MonthsOperated == nil && c.Founding != nil {
		// A founding known to the year counts from its last day, here as
		// everywhere (DESIGN §4).
		months := monthsBetween(c.Founding.Valid.Day, calendar.LastOfYear(year)+1)
		card.MonthsOperated = &months
	}
	return card
}

// monthsBetween counts the whole months from a day to another.
func monthsBetween(from, to calendar.Day) int64 {
	fy, fm, _ := from.Date()
	ty, tm, _ := to.Date()
	n := (ty-fy)*12 + tm - fm
	if from.AddMonths(n) > to {
		n--
	}
	return int64(n)
}

// An answer is the class that counts at a point: that of the year, or, if the
// year has none, that of the year before (DESIGN §6, ruling 6).
type answer struct {
	class   classification.Class
	carried int64
	by      *ledger.Fact
}

func answerOf(c *coop.Cooperative, p *Point) answer {
	year := p.Valid.Year()
	if class, by := classOf(c, year, p.Scheme); by != nil {
		return answer{class, 0, by}
	}
	if class, by := classOf(c, year-1, p.Scheme); by != nil {
		return answer{class, 1, by}
	}
	return answer{}
}

// quality judges the good and fair among operating HTX over a denominator.
func quality(denominator func(idle bool, a answer) bool) func(*coop.Cooperative, *Point, *Entry) {
	return func(c *coop.Cooperative, p *Point, e *Entry) {
		a, idle := answerOf(c, p), c.IdleBy(p.Valid)
		if denominator(idle != nil, a) {
			e.Den = 1
		}
		if idle == nil { // an operating HTX is due a class, whatever the denominator
			e.Expected = 1
			if a.by != nil {
				e.Reported, e.Carried = 1, a.carried
			}
		}
		switch {
		case idle != nil:
			e.exclude(idleReason(idle), idle)
		case a.by == nil:
			e.exclude(NotClassed, c.Founding)
		case a.class == classification.Good || a.class == classification.Fair:
			e.count(a.by)
		case a.class == classification.Average || a.class == classification.Weak:
			e.exclude(OtherClass, a.by)
		default:
			e.exclude(Unrated, a.by)
		}
	}
}

func amongOperating(idle bool, _ answer) bool { return !idle }
func amongRegistered(bool, answer) bool       { return true }

// amongClassified leaves out the unrated and those without an answer.
func amongClassified(idle bool, a answer) bool {
	return !idle && a.by != nil && a.class != classification.Unrated && a.class != ""
}
