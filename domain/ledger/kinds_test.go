package ledger_test

import (
	"testing"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"
)

func TestKindsKeepTheirBytes(t *testing.T) {
	eventtest.Golden(t, ledger.Specs(),
		&ledger.Opened{Origin: "vi-du.example/so-htx", Place: "dak-nong", Title: "Sổ HTX nông nghiệp (ví dụ)"},
		&ledger.KeyAnnounced{Key: "vi-du.example/so-htx+c2b1e9f0+AQIDBA==", From: 12},
	)
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ kind, data, code, field string }{
		{"ledger.opened/1", `{"origin":"","place":"dak-nong","title":"x"}`, "required", "/data/origin"},
		{"ledger.opened/1", `{"origin":"x","place":"Đắk Nông","title":"x"}`, "key-form", "/data/place"},
		{"ledger.key-announced/1", `{"from":-1,"key":"k"}`, "negative", "/data/from"},
		{"ledger.key-announced/1", `{"from":"1","key":"k"}`, "json-type", "/data/from"},
	} {
		eventtest.Refused(t, ledger.Specs(), ledger.Kind(c.kind), c.data, c.code, c.field)
	}
}
