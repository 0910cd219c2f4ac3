package ocop

import (
	"testing"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"
)

func TestKindsKeepTheirBytes(t *testing.T) {
	until, score, no := eventtest.Day("2026-01-01"), int64(9564), false
	eventtest.Golden(t, Specs(),
		&Rated{Product: "ca-phe-vi-du", Name: "Cà phê Ví Dụ", Owner: "htx-vi-du", Stars: 4, ScoreHundredths: &score,
			Authority: Province, PotentialFive: &no, Until: &until},
		&Revoked{Cause: "không nộp hồ sơ đánh giá lại (ví dụ)"},
	)
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ data, code, field string }{
		{`{"authority":"province","name":"x","owner":"o","product":"p","stars":0}`, "ocop-stars", "/data/stars"},
		{`{"authority":"province","name":"x","owner":"o","product":"p","stars":6}`, "ocop-stars", "/data/stars"},
		{`{"authority":"commune","name":"x","owner":"o","product":"p","stars":3}`, "choice", "/data/authority"},
		{`{"authority":"province","name":"x","owner":"","product":"p","stars":3}`, "required", "/data/owner"},
		{`{"authority":"province","name":"x","owner":"o","product":"p","score_hundredths":10001,"stars":3}`, "ocop-score", "/data/score_hundredths"},
		{`{"authority":"province","name":"x","owner":"o","product":"cà phê","stars":3}`, "key-form", "/data/product"},
	} {
		eventtest.RequireRefused(t, Specs(), ledger.Kind("ocop.rated/1"), c.data, c.code, c.field)
	}
}
