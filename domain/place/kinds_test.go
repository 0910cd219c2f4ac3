package place

import (
	"testing"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"
)

func TestKindsKeepTheirBytes(t *testing.T) {
	eventtest.Golden(t, Specs(),
		&Declared{Code: "dak-mil", Name: "Huyện Đắk Mil", Level: District, Parent: "dak-nong"},
		&Renamed{Name: "Thành phố Gia Nghĩa"},
		&Moved{Parent: "lam-dong"},
		&Merged{Into: "lam-dong"},
		&Abolished{},
		&Split{Into: []string{"xa-a", "xa-b"}},
	)
}

func TestRefusedData(t *testing.T) {
	for _, c := range []struct{ kind, data, code, field string }{
		{"place.declared/1", `{"code":"x","level":"village","name":"x"}`, "choice", "/data/level"},
		{"place.declared/1", `{"code":"x","level":"province","name":"x","parent":"y"}`, "place-parent-level", "/data/parent"},
		{"place.declared/1", `{"code":"Đắk Mil","level":"district","name":"x"}`, "key-form", "/data/code"},
		{"place.renamed/1", `{"name":""}`, "required", "/data/name"},
		{"place.moved/1", `{"parent":"a b"}`, "key-form", "/data/parent"},
		{"place.merged/1", `{"into":""}`, "key-form", "/data/into"},
		{"place.split/1", `{"into":[]}`, "required", "/data/into"},
		{"place.split/1", `{"into":["a","a"]}`, "place-twice", "/data/into"},
	} {
		eventtest.RequireRefused(t, Specs(), ledger.Kind(c.kind), c.data, c.code, c.field)
	}
}
