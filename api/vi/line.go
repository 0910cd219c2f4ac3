package vi

import (
	"strconv"

	"htxledger/domain/assessment"
	"htxledger/domain/plan"
)

// Notes are the remarks beside a verdict on a target: the missing amount,
// the tolerance, how many reported, the other readings of the text.
func Notes(l assessment.Line) (notes []string) {
	say := func(note string) {
		if note != "" {
			notes = append(notes, note)
		}
	}
	say(MissingToGoal(l.Verdict, l.Target.Unit))
	say(ToleranceUsed(l))
	if l.Judged != nil && l.Judged.Figure != nil {
		say(Coverage(l.Judged.Figure))
		say(CarriedOver(l.Judged.Figure))
		say(LatePapers(l.Judged.Figure))
	}
	if n := len(l.Delivery); n > 0 && (l.Judged == nil || l.Judged.Figure == nil) {
		say(Integer(n) + " văn bản đã nhận")
	}
	for _, r := range l.Beside {
		say(r.Figure.Definition.Name + ": " + Figure(r.Figure))
	}
	return notes
}

// ToleranceUsed is the tolerance of a verdict "about" a number, and its author; ""
// for others.
func ToleranceUsed(l assessment.Line) string {
	if l.Target.Rule != plan.About || l.Judged == nil {
		return ""
	}
	said := "sai số " + Tolerance(l.Tolerance.Permyriad)
	if by := l.Tolerance.By; by != nil {
		return said + " (chọn ở bản ghi @" + strconv.FormatInt(int64(by.By.Position), 10) + ")"
	}
	return said + " (mặc định)"
}

// VerdictWithLateness is a verdict with the word for a result after the deadline.
func VerdictWithLateness(v plan.Verdict, late bool) string {
	if late {
		return Verdict(v.Code) + " (muộn)"
	}
	return Verdict(v.Code)
}
