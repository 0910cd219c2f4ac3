package plan

import (
	"testing"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
)

func n64(i int64) *int64 { return &i }

func due(s string) Due {
	d, err := parseDue(s)
	if err != nil {
		panic(err)
	}
	return d
}

// sample is a small synthetic plan with every member.
func sample() *Adopted {
	return &Adopted{
		Number: "01/KH-VD", Issued: eventtest.ParseStated("2023-06-14"), Year: 2023, Place: "dak-nong", Title: "Kế hoạch ví dụ",
		Targets: []Target{
			{ID: "T1", Text: "tham gia 2 hội chợ", Rule: FromTo, Low: n64(2), High: n64(3), Unit: "hội chợ", Indicator: "trade.fairs",
				Also: []string{"trade.conferences"}, Named: []string{"Hội chợ A", "Hội chợ B"}, Comparator: "khoảng", Due: due("2023"),
				Owners: []string{"Sở Ví Dụ"}, Cited: "L1"},
			{ID: "T2", Text: "báo cáo trước 30/11", Rule: Done, Unit: "", Due: due("2023-11-29"), Owners: []string{}, Cited: "L2"},
		},
		Tasks: []Task{
			{ID: "A1", Text: "Tuyên truyền", Leads: []string{"Sở Ví Dụ"}, With: []string{}, Due: due("thường xuyên"), Cited: "A1",
				Results: []Result{{Text: "Báo cáo", Rule: Done}, {Text: "3 lớp", Rule: AtLeast, Low: n64(3), Indicator: "training.classes.plan"}, {Text: "hỗ trợ"}}},
			{ID: "A2", Text: "Củng cố", Leads: []string{"Sở Ví Dụ"}, With: []string{"UBND huyện"}, Due: due("2023-12"), Cited: "A2",
				Results: []Result{{Text: "5-7 HTX", Rule: AtLeastFromTo, Low: n64(5), High: n64(7), Indicator: "support.consolidated"}}},
		},
	}
}

func TestKindsKeepTheirBytes(t *testing.T) {
	eventtest.Golden(t, Specs(),
		sample(),
		&Amended{Targets: sample().Targets[:1], Tasks: sample().Tasks[:1], Document: "02/KH-VD"},
		&Delivered{Task: "A1", Deliverable: "Báo cáo", Unit: "Sở Ví Dụ", Document: "12/BC-VD"},
		&Noted{About: "A1", Finding: "I15", Text: "Ghi chú ví dụ"},
		&Chosen{Of: Tolerance, Target: "T1", Value: "2.5%", Document: "03/QĐ-VD"},
	)
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ kind, data, code, field string }{
		{"plan.amended/1", `{"document":"x"}`, "required", "/data/targets"},
		{"plan.delivered/1", `{"deliverable":" ","task":"A","unit":"x"}`, "required", "/data/deliverable"},
		{"plan.noted/1", `{"about":"","finding":"I1","text":"x"}`, "required", "/data/about"},
		{"policy.chosen/1", `{"of":"colour","value":"x"}`, "choice", "/data/of"},
		{"policy.chosen/1", `{"of":"denominator","value":"all"}`, "choice", "/data/value"},
		{"policy.chosen/1", `{"of":"tolerance","value":"5"}`, "policy-share", "/data/value"},
		{"policy.chosen/1", `{"of":"tolerance","value":"-5%"}`, "policy-share", "/data/value"},
		{"policy.chosen/1", `{"of":"tolerance","value":"%"}`, "policy-share", "/data/value"},
		{"policy.chosen/1", `{"of":"tolerance","value":"2.55%"}`, "policy-share", "/data/value"},
		{"policy.chosen/1", `{"of":"coverage","value":"100.1%"}`, "policy-share", "/data/value"},
		{"policy.chosen/1", `{"of":"scheme","value":"TT 09"}`, "key-form", "/data/value"},
	} {
		eventtest.RequireRefused(t, Specs(), ledger.Kind(c.kind), c.data, c.code, c.field)
	}
}

func TestCheckHoldsRowsToTheirRule(t *testing.T) {
	require.NoError(t, sample().Check())
	for _, c := range []struct {
		change      func(*Adopted)
		code, field string
	}{
		{func(e *Adopted) { e.Year = 20233 }, "plan-year", "/year"},
		{func(e *Adopted) { e.Place = "Đắk Nông" }, "key-form", "/place"},
		{func(e *Adopted) { e.Targets[1].ID = "T1" }, "plan-row-twice", "/targets/1/id"},
		{func(e *Adopted) { e.Tasks[0].ID = "T1" }, "plan-row-twice", "/tasks/0/id"},
		{func(e *Adopted) { e.Targets[0].ID = WholePlan }, "plan-row-twice", "/targets/0/id"},
		{func(e *Adopted) { e.Targets[0].Rule = "roughly" }, "choice", "/targets/0/rule"},
		{func(e *Adopted) { e.Targets[0].Low = nil }, "plan-numbers", "/targets/0/low"},
		{func(e *Adopted) { e.Targets[0].High = nil }, "plan-numbers", "/targets/0/high"},
		{func(e *Adopted) { e.Targets[0].High = n64(1) }, "plan-numbers", "/targets/0/high"},
		{func(e *Adopted) { e.Targets[0].Low = n64(-1) }, "negative", "/targets/0/low"},
		{func(e *Adopted) { e.Targets[1].Low = n64(1) }, "plan-numbers", "/targets/1/low"},
		{func(e *Adopted) { e.Targets[0].Rule = About }, "plan-numbers", "/targets/0/high"},
		{func(e *Adopted) { e.Targets[0].Owners = []string{" "} }, "required", "/targets/0/owners/0"},
		{func(e *Adopted) { e.Tasks[0].Results[0].Text = "" }, "required", "/tasks/0/results/0/text"},
		{func(e *Adopted) { e.Tasks[1].Results[0].Rule = "" }, "choice", "/tasks/1/results/0/rule"},
		{func(e *Adopted) { e.Tasks[0].Due = Due{} }, "required", "/tasks/0/due"},
	} {
		e := sample()
		c.change(e)
		requireFault(t, e.Check(), c.code, c.field)
	}
}

func TestDeadlines(t *testing.T) {
	for text, want := range map[string][2]string{
		"2023-12":      {"2023-12-31", "12/2023"},
		"2023-11-29":   {"2023-11-29", "29/11/2023"},
		"2023":         {"2023-12-31", "2023"},
		"thường xuyên": {"", "thường xuyên"},
	} {
		d := due(text)
		require.Equal(t, want, [2]string{d.Day().String(), d.Vi()}, text)
		require.Equal(t, text, d.String())
	}
	for _, bad := range []string{"", " ", "2023-13", "12/2023", "2023-02-30"} {
		_, err := parseDue(bad)
		require.Error(t, err, bad)
	}
}

func FuzzParseDue(f *testing.F) {
	for _, s := range []string{"2023-12", "2023-11-29", "2023", "thường xuyên", "2023-13", " "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := parseDue(s)
		if err != nil {
			return
		}
		require.Equal(t, s, d.String())
		require.False(t, d.IsZero())
		back, err := parseDue(d.String())
		require.NoError(t, err)
		require.Equal(t, d, back)
	})
}

func FuzzPermyriad(f *testing.F) {
	for _, s := range []string{"5%", "2.5%", "2,5%", "100%", "100.1%", "٥%", "05%", "+5%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := parsePermyriad(s); err == nil {
			require.True(t, n >= 0 && n <= permyriads, s)
			require.Zero(t, n%10, "one decimal of a percent")
		}
	})
}
