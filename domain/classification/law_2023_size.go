package classification

import (
	"fmt"
	"strings"

	"htxledger/domain/calendar"
)

// A Size is the size class of a co-operative.
type Size string

// The sizes, smallest first.
const (
	Micro  Size = "micro"
	Small  Size = "small"
	Medium Size = "medium"
	Large  Size = "large"
)

var sizeNames = map[Size]string{Micro: "Siêu nhỏ", Small: "Nhỏ", Medium: "Vừa", Large: "Lớn"}

// Vi is the name of s as the law prints it, or "" for no size.
func (s Size) Vi() string { return sizeNames[s] }

// SizeFacts are what a size rule asks about.
type SizeFacts struct {
	OfficialMembers int64  // thành viên chính thức; members, before the 2023 law
	Revenue         *int64 // of the year, đồng; nil is unknown
	Capital         *int64 // tổng nguồn vốn, đồng; nil is unknown
}

// Check refuses negative figures by ErrSizeFigure.
func (f SizeFacts) Check() error {
	for _, figure := range []struct {
		at string
		n  *int64
	}{{"/official_members", &f.OfficialMembers}, {"/revenue", f.Revenue}, {"/capital", f.Capital}} {
		if figure.n != nil && *figure.n < 0 {
			return errSizeFigure.With(*figure.n).At(figure.at)
		}
	}
	return nil
}

// The reasons of a SizeResult; ReasonRefused is one more.
const (
	ReasonMembers = "members"   // the members alone decide
	ReasonRevenue = "revenue"   // the revenue reaches the class
	ReasonCapital = "capital"   // the capital does, and the revenue does not or is unknown
	ReasonBelow   = "below"     // revenue and capital, both known, reach no class
	ReasonOpen    = "undecided" // an unknown figure could change the class
)

// A SizeResult is a size and why.
type SizeResult struct {
	Size            Size     // "" when undecided or refused
	AtLeast, AtMost Size     // what the unknown figures leave possible
	Missing         []string // "revenue", "capital": what would decide
	Reason          string
	Article         string // citation, Vietnamese
	Vi              string // one sentence for people
	Refused         error  // the fault of facts that fail Check, or nil
}

// A SizeRule is one paper's way from facts to a size.
type SizeRule struct {
	Paper
	of func(SizeFacts) SizeResult
}

// Of applies the rule.
func (r SizeRule) Of(f SizeFacts) SizeResult { return r.of(f) }

// SizeRules lists the size rules, oldest first.
func SizeRules() []SizeRule {
	list := []SizeRule{sizeByMembers2020, sizeOf2023}
	for i := range list {
		list[i].Paper = list[i].Paper.copySlices()
	}
	return list
}

const law2023 = "Luật Hợp tác xã số 17/2023/QH15, Điều 16; Nghị định 113/2024/NĐ-CP, Điều 5 khoản 1"

// sizeOf2023 is the law in force from 1/7/2024 with the decree that gave it
// numbers, in force from 1/11/2024: before that day there is no 2023 size.
var sizeOf2023 = SizeRule{
	Paper: Paper{
		Code:    "law-2023",
		Title:   "Nghị định quy định chi tiết một số điều của Luật Hợp tác xã",
		Issuer:  "Chính phủ",
		Number:  "113/2024/NĐ-CP",
		Issued:  calendar.DayOf(2024, 9, 12),
		InForce: calendar.DayOf(2024, 11, 1),
		Unverified: []string{
			"Điều 5 được đọc qua trang giới thiệu, chưa đối chiếu với bản công báo.",
			"Chỉ có ngưỡng của lĩnh vực nông nghiệp; các lĩnh vực khác chưa đưa vào.",
		},
	},
	of: SizeOf,
}

// A sizeBand asks for its members and one of its two sums (đồng).
type sizeBand struct {
	size                      Size
	members, revenue, capital int64
	point                     string
}

const billion = 1_000_000_000

// sizeBands2023 is Điều 5 khoản 1 (agriculture), largest first; micro is
// whatever reaches none of them.
var sizeBands2023 = []sizeBand{
	{Large, 300, 50 * billion, 10 * billion, "điểm a"},
	{Medium, 200, 10 * billion, 5 * billion, "điểm b"},
	{Small, 50, 2 * billion, 1 * billion, "điểm c"},
}

// SizeOf is the size of an agricultural co-operative under the 2023 law (Luật
// 17/2023/QH15 Điều 16, Nghị định 113/2024/NĐ-CP Điều 5): official members,
// and revenue or total capital. An unknown sum is neither zero nor enough:
// where it could change the class, the result is undecided, says between
// which sizes, and names what is missing.
func SizeOf(f SizeFacts) SizeResult {
	if err := f.Check(); err != nil {
		return refusedSize(err)
	}
	var open []sizeBand // classes that an unknown sum could still reach
	for _, b := range sizeBands2023 {
		if f.OfficialMembers < b.members {
			continue
		}
		if reason := f.limitReached(b); reason != "" {
			return f.withSize(b.size, reason, law2023+" "+b.point, open)
		}
		if f.Revenue == nil || f.Capital == nil {
			open = append(open, b)
		}
	}
	if f.OfficialMembers < sizeBands2023[len(sizeBands2023)-1].members {
		return f.withSize(Micro, ReasonMembers, law2023, nil)
	}
	return f.withSize(Micro, ReasonBelow, law2023, open)
}

func (f SizeFacts) limitReached(b sizeBand) string {
	switch {
	case f.Revenue != nil && *f.Revenue >= b.revenue:
		return ReasonRevenue
	case f.Capital != nil && *f.Capital >= b.capital:
		return ReasonCapital
	}
	return ""
}

func (f SizeFacts) withSize(size Size, reason, article string, open []sizeBand) SizeResult {
	r := SizeResult{Size: size, AtLeast: size, AtMost: size, Reason: reason, Article: article}
	if len(open) > 0 {
		r.Size, r.AtMost, r.Reason, r.Article = "", open[0].size, ReasonOpen, law2023
		r.Missing = f.missingFacts()
		r.Vi = fmt.Sprintf("Chưa xác định được quy mô: có %s thành viên chính thức nhưng chưa có số liệu %s; quy mô có thể từ %s đến %s.",
			groupThousands(f.OfficialMembers), missingVi(r.Missing), smallLetter(r.AtLeast), smallLetter(r.AtMost))
		return r
	}
	r.Vi = fmt.Sprintf("%s: có %s thành viên chính thức, %s.", size.Vi(), groupThousands(f.OfficialMembers), f.reasonSentence(reason))
	return r
}

func (f SizeFacts) reasonSentence(reason string) string {
	switch reason {
	case ReasonRevenue:
		return "doanh thu " + groupThousands(*f.Revenue) + " đồng"
	case ReasonCapital:
		return "tổng nguồn vốn " + groupThousands(*f.Capital) + " đồng"
	case ReasonBelow:
		return "doanh thu và tổng nguồn vốn đều dưới mức quy mô nhỏ"
	}
	return "dưới 50 thành viên chính thức"
}

func (f SizeFacts) missingFacts() []string {
	var list []string
	if f.Revenue == nil {
		list = append(list, ReasonRevenue)
	}
	if f.Capital == nil {
		list = append(list, ReasonCapital)
	}
	return list
}

func missingVi(facts []string) string {
	names := map[string]string{ReasonRevenue: "doanh thu", ReasonCapital: "tổng nguồn vốn"}
	vi := make([]string, len(facts))
	for i, f := range facts {
		vi[i] = names[f]
	}
	return strings.Join(vi, " và ")
}

func smallLetter(s Size) string { return strings.ToLower(s.Vi()) }

func refusedSize(err error) SizeResult {
	return SizeResult{Reason: ReasonRefused, Vi: sentence(err), Refused: err}
}
