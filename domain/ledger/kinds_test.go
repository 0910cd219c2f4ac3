package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"
)

func TestKindsKeepTheirBytes(t *testing.T) {
	eventtest.Golden(t, ledger.Specs(),
		&ledger.Opened{Origin: "vi-du.example/so-htx", Place: "dak-nong", Title: "Sổ HTX nông nghiệp (ví dụ)"},
		&ledger.KeyAnnounced{Key: "vi-du.example/so-htx+c2b1e9f0+AQIDBA==", From: 12},
		&ledger.Recovered{
			SignedSize: 8898, SignedRoot: "QlFjd3Z1dHNycXBvbm1sa2ppaGdmZWRjYmFgX15dXFs=",
			FoundSize: 8059, FoundRoot: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", AgreedSize: 7900,
			Reason: "Ổ đĩa của máy chủ hỏng ngày 3/2/2024; bản sao lưu gần nhất có 8.059 bản ghi", Second: "quan-tri-02",
		},
		&ledger.KeyAnnounced2{
			Key: "vi-du.example/so-htx+c2b1e9f0+AQIDBA==", From: 12, Proof: "BQYHCA==",
			Consent: ledger.Consent{Key: "vi-du.example/so-htx+07a1b2c3+AQUGBw==", Signature: "CQoLDA=="}, Second: "quan-tri-02",
		},
		&ledger.KeyVoided{Key: "vi-du.example/so-htx+c2b1e9f0+AQIDBA==", Announcement: new(int64), Reason: "khóa không phải của liên minh (ví dụ)", Second: "quan-tri-02"},
	)
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ kind, data, code, field string }{
		{"ledger.opened/1", `{"origin":"","place":"dak-nong","title":"x"}`, "required", "/data/origin"},
		{"ledger.opened/1", `{"origin":"x","place":"Đắk Nông","title":"x"}`, "key-form", "/data/place"},
		{"ledger.key-announced/1", `{"from":-1,"key":"k"}`, "negative", "/data/from"},
		{"ledger.key-announced/1", `{"from":"1","key":"k"}`, "json-type", "/data/from"},
		{"ledger.recovered/1", recovered(0, 8059, 8898, ""), "required", "/data/reason"},
		{"ledger.recovered/1", recovered(0, 0, 8898, "không còn gì"), "recovered-sizes", "/data"},
		{"ledger.recovered/1", recovered(-1, 8059, 8898, "âm"), "recovered-sizes", "/data"},
		{"ledger.recovered/1", recovered(8898, 9000, 8898, "không mất gì"), "recovered-sizes", "/data"},
		{"ledger.recovered/1", recovered(8060, 8059, 8898, "khớp quá những gì tìm thấy"), "recovered-sizes", "/data"},
		{"ledger.recovered/1", strings.Replace(recovered(0, 8059, 8898, "gốc"), "Hh8=", "Hh9=", 1), "recovered-root", "/data/found_root"},
		{"ledger.recovered/1", strings.Replace(recovered(0, 8059, 8898, "gốc"), "XFs=", "XA==", 1), "recovered-root", "/data/signed_root"},
		{"ledger.key-announced/2", `{"from":2,"key":"k"}`, "json-missing-member", "/data/consent"},
		{"ledger.key-announced/2", `{"consent":{"key":"o","signature":"s"},"from":2,"key":"k","proof":""}`, "required", "/data/proof"},
		{"ledger.key-announced/2", `{"consent":{"key":"","signature":"s"},"from":2,"key":"k","proof":"p"}`, "required", "/data/consent/key"},
		{"ledger.key-announced/2", `{"consent":"s","from":2,"key":"k","proof":"p"}`, "json-type", "/data/consent"},
		{"ledger.key-voided/1", `{"key":"k","reason":""}`, "required", "/data/reason"},
		{"ledger.key-voided/1", `{"announcement":-1,"key":"k","reason":"r"}`, "negative", "/data/announcement"},
	} {
		eventtest.RequireRefused(t, ledger.Specs(), ledger.Kind(c.kind), c.data, c.code, c.field)
	}
}

// recovered are the data of a recovery.
func recovered(agreed, found, signed int64, reason string) string {
	return fmt.Sprintf(`{"agreed_size":%d,"found_root":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","found_size":%d,"reason":%q,`+
		`"signed_root":"QlFjd3Z1dHNycXBvbm1sa2ppaGdmZWRjYmFgX15dXFs=","signed_size":%d}`, agreed, found, reason, signed)
}

// What is found may be longer than what was signed: it is then other records.
func TestRecoveriesThatAreTaken(t *testing.T) {
	for _, data := range []string{recovered(0, 8059, 8898, "ổ đĩa hỏng"), recovered(8897, 9000, 8898, "sổ đã bị thay"), recovered(1, 1, 2, "chỉ còn một")} {
		e, err := ledger.Specify(ledger.Row[ledger.Recovered]{}).Decode(canonical.Raw(data))
		require.NoError(t, err, data)
		at := ledger.Position(e.(*ledger.Recovered).FoundSize)
		require.NoError(t, e.(ledger.Placed).CheckPosition(at))
		require.ErrorIs(t, e.(ledger.Placed).CheckPosition(at+1), ledger.ErrRecoveredPosition)
	}
}
