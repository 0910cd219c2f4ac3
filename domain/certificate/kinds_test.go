package certificate

import (
	"testing"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"
)

func TestKindsKeepTheirBytes(t *testing.T) {
	until := eventtest.Day("2025-03-14")
	eventtest.Golden(t, Specs(),
		&Granted{Coop: "htx-vi-du", Scheme: "vietgap", Group: Production, Number: "VD-001", Body: "Tổ chức chứng nhận Ví Dụ", Until: &until},
		&Renewed{Until: until},
		&Suspended{},
		&Reinstated{},
		&Withdrawn{Cause: "không khắc phục lỗi (ví dụ)"},
	)
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ kind, data, code, field string }{
		{"certificate.granted/1", `{"coop":"HTX x","group":"quality","scheme":"haccp"}`, "key-form", "/data/coop"},
		{"certificate.granted/1", `{"coop":"x","group":"packaging","scheme":"haccp"}`, "choice", "/data/group"},
		{"certificate.granted/1", `{"coop":"x","group":"quality","scheme":""}`, "key-form", "/data/scheme"},
		{"certificate.renewed/1", `{"until":"2025"}`, "day", "/data/until"},
	} {
		eventtest.RequireRefused(t, Specs(), ledger.Kind(c.kind), c.data, c.code, c.field)
	}
}
