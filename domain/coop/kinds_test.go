package coop

import (
	"testing"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"
)

func n(i int64) *int64 { return &i }

func TestKindsKeepTheirBytes(t *testing.T) {
	until := eventtest.Day("2024-06-01")
	eventtest.Golden(t, Specs(),
		&Established{Name: "HTX Nông nghiệp Ví Dụ", Form: HTX, Place: "xa-vi-du", Agricultural: true, Sector: "Trồng cà phê", Law: "2012",
			Registration: "630107000001", TaxCode: "0100109106", Founders: n(7), CharterCapital: n(500_000_000)},
		&Renamed{Name: "HTX Ví Dụ Mới"},
		&Relocated{Place: "xa-khac"},
		&Resectored{Agricultural: false, Sector: "Vận tải hàng hóa"},
		&Identified{Registration: "630107000001", TaxCode: "0100109106"},
		&Suspended{Until: &until},
		&Resumed{},
		&Inactive{ObservedBy: "UBND huyện (ví dụ)"},
		&Dissolving{},
		&Dissolved{Mode: "compulsory"},
		&Merged{Into: "htx-khac"},
		&Divided{Into: []string{"htx-a", "htx-b"}},
		&Reorganised{Law: "2012"},
		&Left{To: "enterprise"},
		&MembersCounted{Official: 21, Associate: n(0)},
		&WorkersCounted{Regular: 9, Total: n(30)},
		&YearReported{Year: 2023, Basis: Actual, Revenue: 1_550_000_000, Pay: n(720_000_000), Workers: n(9), Profit: n(-15_000_000), RevenueFromMembers: n(0)},
		&Scored{Year: 2023, Scheme: "tt09-2017", PointsHundredths: 7200, Fined: new(bool), IdleMonths: n(0), MonthsOperated: n(12)},
		&Classed{Year: 2023, Class: "fair", Scheme: "tt01-2020", DecidedBy: "UBND huyện (ví dụ)"},
		&Linked{Contract: "HĐ 01/2023", Enterprise: "Công ty Ví Dụ", Product: "Cà phê nhân", Until: &until},
		&Unlinked{Contract: "HĐ 01/2023"},
	)
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ kind, data, code, field string }{
		{"coop.established/1", `{"agricultural":true,"form":"company","name":"x","place":"p","sector":"s"}`, "choice", "/data/form"},
		{"coop.established/1", `{"agricultural":true,"form":"htx","law":"2015","name":"x","place":"p","sector":"s"}`, "choice", "/data/law"},
		{"coop.established/1", `{"agricultural":true,"form":"htx","name":"x","place":"Xã Ví Dụ","sector":"s"}`, "key-form", "/data/place"},
		{"coop.established/1", `{"agricultural":true,"form":"htx","founders":-1,"name":"x","place":"p","sector":"s"}`, "negative", "/data/founders"},
		{"coop.suspended/1", `{"until":"2023-02-30"}`, "day", "/data/until"},
		{"coop.dissolved/1", `{"mode":"forgotten"}`, "choice", "/data/mode"},
		{"coop.reorganised/1", `{"law":"2003"}`, "choice", "/data/law"},
		{"coop.left/1", `{"to":"moon"}`, "choice", "/data/to"},
		{"coop.divided/1", `{"into":[]}`, "required", "/data/into"},
		{"coop.identified/1", `{}`, "required", "/data"},
		{"coop.workers-counted/1", `{"regular":9,"total":8}`, "part-over-whole", "/data/total"},
		{"coop.workers-counted/1", `{"regular":-9}`, "negative", "/data/regular"},
		{"coop.year-reported/1", `{"basis":"guess","revenue":1,"year":2023}`, "choice", "/data/basis"},
		{"coop.year-reported/1", `{"basis":"actual","revenue":1,"year":1900}`, "year", "/data/year"},
		{"coop.year-reported/1", `{"basis":"actual","revenue":1,"revenue_from_members":2,"year":2023}`, "part-over-whole", "/data/revenue_from_members"},
		{"coop.scored/1", `{"points_hundredths":10001,"scheme":"tt09-2017","year":2023}`, "points", "/data/points_hundredths"},
		{"coop.scored/1", `{"idle_months":13,"points_hundredths":1,"scheme":"tt09-2017","year":2023}`, "months", "/data/idle_months"},
		{"coop.scored/1", `{"points_hundredths":1,"scheme":"tt09-2020","year":2023}`, "choice", "/data/scheme"},
		{"coop.classed/1", `{"class":"best","scheme":"tt09-2017","year":2023}`, "choice", "/data/class"},
		{"coop.linked/1", `{"contract":"","enterprise":"x"}`, "required", "/data/contract"},
	} {
		eventtest.RequireRefused(t, Specs(), ledger.Kind(c.kind), c.data, c.code, c.field)
	}
}
