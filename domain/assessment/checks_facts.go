package assessment

import (
	"fmt"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/plan"
	"htxledger/domain/register"
)

// reportOrphans reports the facts that no state took.
func (c *checker) reportOrphans() {
	byStream := map[ledger.Stream][]*ledger.Fact{}
	var order []ledger.Stream
	for _, f := range c.Facts {
		s := f.Root.Stream
		if byStream[s] == nil {
			order = append(order, s)
		}
		byStream[s] = append(byStream[s], f)
	}
	for _, s := range order {
		// a stream at a time: a fact is an orphan by the facts before it
		for _, f := range orphansOf(s, byStream[s]) {
			c.reportOrphan(f)
		}
	}
	if c.area.Whole {
		for _, f := range c.Atlas.Orphans {
			c.reportOrphan(f)
		}
	}
}

// orphansOf are the facts of a stream that its family's history does not take, by the family's own
// rule.
func orphansOf(s ledger.Stream, facts []*ledger.Fact) []*ledger.Fact {
	switch s.Family {
	case "coop":
		return coop.NewHistory(s.Key, facts).Orphans
	case "certificate":
		return certificate.NewHistory(s.Key, facts).Orphans
	case "ocop":
		return ocop.NewHistory(s.Key, facts).Orphans
	case "plan":
		return plan.NewHistory(s.Key, facts).Orphans
	case "training":
		return facts[1:] // a session is held once
	}
	return nil
}

func (c *checker) reportOrphan(f *ledger.Fact) {
	s := f.Root.Stream
	if f.Valid.Day > c.on || !c.concernsSubject(f) {
		return
	}
	vi, en, because := c.explainOrphan(f)
	c.report("orphan", Warning, s.String(),
		fmt.Sprintf("Sự kiện %s ngày %s của %s không được tính: %s.", f.Root.Kind, f.Valid.Vi(), s, vi),
		fmt.Sprintf("%s of %s in %s does not count: %s.", f.Root.Kind, f.Valid, s, en), f, because)
}

// explainOrphan tells what made a fact an orphan.
func (c *checker) explainOrphan(f *ledger.Fact) (vi, en string, because *ledger.Fact) {
	switch s := f.Root.Stream; s.Family {
	case "coop":
		return whyCoop(f, c.coops[s.Key].On(calendar.MaxDay))
	case "certificate":
		return "giấy chứng nhận chưa được ghi cấp, đã được ghi cấp trước đó, hoặc đã bị hủy bỏ",
			"the certificate is not granted yet, granted already, or withdrawn", nil
	case "ocop":
		return "ngày đó không có kết quả OCOP nào còn hiệu lực để thu hồi", "no rating was in force to revoke", nil
	case "plan":
		return "kế hoạch chưa được ban hành, hoặc đã được ghi ban hành trước đó", "the plan is not adopted yet, or adopted already", nil
	case "training":
		return "lớp này đã được ghi nhận trước đó", "the session is already recorded", nil
	}
	return "địa bàn chưa được khai báo, đã được khai báo, hoặc không còn nữa", "the place is not declared yet, declared already, or gone", nil
}

// whyCoop tells by which fact of a co-operative's life another fact of its stream does not count,
// in both languages.
func whyCoop(f *ledger.Fact, last *coop.Cooperative) (vi, en string, because *ledger.Fact) {
	_, founding := f.Event.(*coop.Established)
	switch {
	case last.Founding == nil:
		return "HTX chưa được ghi thành lập", "it was never established", nil
	case founding:
		return "HTX đã được ghi thành lập ngày " + last.Founding.Valid.Vi(),
			"it is established already, on " + last.Founding.Valid.String(), last.Founding
	case f.Compare(last.Founding) < 0:
		return "trước ngày thành lập " + last.Founding.Valid.Vi(),
			"it is before the founding on " + last.Founding.Valid.String(), last.Founding
	}
	return "sau ngày chấm dứt " + last.End.Valid.Vi(), "it is after the end on " + last.End.Valid.String(), last.End
}

// concernsSubject reports whether a fact is about the place asked: that of the
// co-operatives it stands with or names, or the whole.
func (c *checker) concernsSubject(f *ledger.Fact) bool {
	if c.area.Whole {
		return true
	}
	for _, id := range register.About(f.Root.Stream, f.Event) {
		if id.Kind == register.CoopSubject && c.coops[id.Key] != nil && c.knowsCooperative(id.Key) {
			return true
		}
	}
	return false
}

// checkReferences reports what names a co-operative that is not there, or that did
// not live on the day.
func (c *checker) checkReferences() {
	for _, f := range c.Facts {
		if f.Valid.Day > c.on || !c.concernsSubject(f) {
			continue
		}
		for _, key := range c.namedCooperatives(f) {
			c.checkReference(f, key)
		}
	}
}

// namedCooperatives lists the co-operatives that a fact names beside its own stream. The
// owner of a product may be free text: it is one only where there is a stream.
func (c *checker) namedCooperatives(f *ledger.Fact) []string {
	var list []string
	for _, x := range register.SpecOf(f.Event).Coops(f.Event) {
		own := f.Root.Stream == ledger.StreamOf("coop", x.Key)
		if !own && (!x.Free || c.coops[x.Key] != nil) {
			list = append(list, x.Key)
		}
	}
	return list
}

// checkReference wants a co-operative that a fact names to be in the ledger and to live on the day
// of the fact.
func (c *checker) checkReference(f *ledger.Fact, key string) {
	h, s := c.coops[key], f.Root.Stream
	if h == nil || h.On(c.on).Founding == nil {
		c.report("reference-missing", Error, s.String(),
			fmt.Sprintf("Sự kiện %s ngày %s của %s nhắc đến HTX %s, nhưng trong sổ không có HTX này.", f.Root.Kind, f.Valid.Vi(), s, key),
			fmt.Sprintf("%s of %s in %s names co-operative %s, which is not there.", f.Root.Kind, f.Valid, s, key), f)
		return
	}
	// What ends on the very day may still have had something happen on it.
	if h.On(f.Valid.Day).IsRegistered() || h.On(f.Valid.Day-1).IsRegistered() {
		return
	}
	last := h.On(c.on)
	because, vi, en := last.End, "đã chấm dứt", "had ended"
	if f.Valid.Day < last.Founding.Valid.Day {
		because, vi, en = last.Founding, "chưa thành lập", "was not yet established"
	}
	c.report("reference-not-living", Warning, s.String(),
		fmt.Sprintf("Sự kiện %s ngày %s của %s nhắc đến HTX %s, nhưng ngày đó HTX %s.", f.Root.Kind, f.Valid.Vi(), s, key, vi),
		fmt.Sprintf("%s of %s in %s names co-operative %s, which %s.", f.Root.Kind, f.Valid, s, key, en), f, because)
}

// taxCode wants a code that the tax office can have given.
func (c *checker) taxCode(s *coop.Cooperative) {
	switch {
	case s.TaxCode == "":
	case !taxCodeForm(s.TaxCode):
		c.report("tax-code-form", Warning, coopStream(s.Key),
			fmt.Sprintf("Mã số thuế %q của HTX %s không có dạng 10 chữ số, hoặc 10 chữ số kèm gạch nối và 3 chữ số.", s.TaxCode, s.Key),
			fmt.Sprintf("Tax code %q of co-operative %s is not ten digits, or ten, a hyphen and three.", s.TaxCode, s.Key), s.Codified)
	case !TaxCodeHolds(s.TaxCode):
		c.report("tax-code-digit", Warning, coopStream(s.Key),
			fmt.Sprintf("Mã số thuế %s của HTX %s sai chữ số kiểm tra (chữ số thứ 10).", s.TaxCode, s.Key),
			fmt.Sprintf("Tax code %s of co-operative %s has a wrong check digit, the tenth.", s.TaxCode, s.Key), s.Codified)
	}
}

// taxCodes wants no code held by two that live. No command brings that about,
// nor a correction; a ledger that was written under other rules may have it.
func (c *checker) taxCodes() {
	holders := map[string][]*coop.Cooperative{}
	var codes []string
	for _, sub := range c.Subjects {
		if sub.Kind != register.CoopSubject {
			continue
		}
		s := sub.Coop.History.On(c.on)
		if !s.IsRegistered() || s.TaxCode == "" {
			continue
		}
		if holders[s.TaxCode] == nil {
			codes = append(codes, s.TaxCode)
		}
		holders[s.TaxCode] = append(holders[s.TaxCode], s)
	}
	for _, code := range codes {
		if len(holders[code]) > 1 {
			c.taxCodeTwice(code, holders[code])
		}
	}
}

// taxCodeTwice reports a tax code that several registered co-operatives hold, if one of them is in
// the place asked.
func (c *checker) taxCodeTwice(code string, holders []*coop.Cooperative) {
	var keys []string
	var by []*ledger.Fact
	here := false
	for _, s := range holders {
		keys, by = append(keys, s.Key), append(by, s.Codified)
		here = here || c.knowsCooperative(s.Key)
	}
	if !here {
		return
	}
	list := strings.Join(keys, ", ")
	c.report("tax-code-twice", Error, coopStream(keys[0]),
		fmt.Sprintf("Mã số thuế %s thuộc %d HTX cùng đang đăng ký: %s.", code, len(keys), list),
		fmt.Sprintf("Tax code %s is held by %d registered co-operatives: %s.", code, len(keys), list), by...)
}

func taxCodeForm(code string) bool {
	base, branch, split := strings.Cut(code, "-")
	return isDigits(base, 10) && (!split || isDigits(branch, 3))
}

func isDigits(s string, n int) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) == n
}

var taxWeights = [9]int{31, 29, 23, 19, 17, 13, 7, 5, 3}

// TaxCodeHolds reports whether a tax code of ten digits, with or without the
// three of a dependent unit, ends its ten with the right check digit:
// 10 − (Σ wᵢ·dᵢ mod 11) for the weights 31 29 23 19 17 13 7 5 3. A number for
// which that is 10 is not given. The rule is unverified against a legal text;
// known tax codes keep it.
func TaxCodeHolds(code string) bool {
	if !taxCodeForm(code) {
		return false
	}
	sum := 0
	for i, w := range taxWeights {
		sum += w * int(code[i]-'0')
	}
	return 10-sum%11 == int(code[9]-'0')
}
