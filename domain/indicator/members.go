package indicator

import "htxledger/domain/coop"

// Every judgement here is over registered HTX; each is due a report.

func judgeMembers(c *coop.Cooperative, _ *Point, e *Entry) {
	e.Expected = 1
	if c.Members == nil {
		e.exclude(NotReported, c.Founding)
		return
	}
	e.Reported, e.Num = 1, c.Members.Event.(*coop.MembersCounted).Members()
	e.say(c.Members)
}

func judgeOfficial(c *coop.Cooperative, p *Point, e *Entry) {
	judgeMembers(c, p, e)
	if c.Members != nil {
		e.Num = c.Members.Event.(*coop.MembersCounted).Official
	}
}

func judgeWorkers(c *coop.Cooperative, _ *Point, e *Entry) {
	e.Expected = 1
	if c.Workers == nil {
		e.exclude(NotReported, c.Founding)
		return
	}
	e.Reported, e.Num = 1, c.Workers.Event.(*coop.WorkersCounted).Workers()
	e.say(c.Workers)
}

func judgeRegular(c *coop.Cooperative, p *Point, e *Entry) {
	judgeWorkers(c, p, e)
	if c.Workers != nil {
		e.Num = c.Workers.Event.(*coop.WorkersCounted).Regular
	}
}

// revenue judges Σ revenue of the reports for the year of the day over a
// number of HTX: those that reported, all registered, or all operating.
func revenue(denominator func(c *coop.Cooperative, p *Point, reported bool) bool) func(*coop.Cooperative, *Point, *Entry) {
	return func(c *coop.Cooperative, p *Point, e *Entry) {
		e.Expected = 1
		report := c.Report(p.Valid.Year())
		if denominator(c, p, report != nil) {
			e.Den = 1
		}
		if report == nil {
			e.exclude(NotReported, c.Founding)
			return
		}
		e.Reported, e.Num = 1, report.Event.(*coop.YearReported).Revenue
		e.say(report)
	}
}

func ofReporting(_ *coop.Cooperative, _ *Point, reported bool) bool { return reported }
func ofRegistered(*coop.Cooperative, *Point, bool) bool             { return true }
func ofOperating(c *coop.Cooperative, p *Point, _ bool) bool        { return c.OperatesOn(p.Valid) }

// judgeIncome is Σ pay ÷ Σ workers of the same reports, never a mean of means.
// A report without both is out on both sides (ruling 5).
func judgeIncome(c *coop.Cooperative, p *Point, e *Entry) {
	e.Expected = 1
	report := c.Report(p.Valid.Year())
	if report == nil {
		e.exclude(NotReported, c.Founding)
		return
	}
	r := report.Event.(*coop.YearReported)
	if r.Pay == nil || r.Workers == nil {
		e.exclude(NoPayOrWorkers, report)
		return
	}
	e.Reported, e.Num, e.Den = 1, *r.Pay, *r.Workers
	e.say(report)
}
