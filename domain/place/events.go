package place

import (
	"cmp"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Levels of administrative units, from the widest.
const (
	Province = "province" // tỉnh, thành phố trực thuộc trung ương
	District = "district" // huyện, quận, thị xã, thành phố thuộc tỉnh
	Commune  = "commune"  // xã, phường, thị trấn, đặc khu
)

var levels = ledger.Words{{Province, "cấp tỉnh"}, {District, "cấp huyện"}, {Commune, "cấp xã"}}

// Declared is place.declared/1: a place exists from a day on.
type Declared struct {
	Code   string `json:"code" text:"key" vi:"Mã địa bàn"` // equals the key of the stream
	Name   string `json:"name" text:"name" vi:"Tên địa bàn"`
	Level  string `json:"level" text:"key" vi:"Cấp"`
	Parent string `json:"parent,omitempty" text:"key" names:"place" vi:"Mã cấp trên"` // a place of a wider level
}

// Renamed is place.renamed/1.
type Renamed struct {
	Name string `json:"name" text:"name" vi:"Tên mới"`
}

// Moved is place.moved/1: the place comes under another parent.
type Moved struct {
	Parent string `json:"parent" text:"key" names:"place" vi:"Mã cấp trên"`
}

// Merged is place.merged/1: the place becomes part of another, and what was
// under it follows.
type Merged struct {
	Into string `json:"into" text:"key" names:"place" vi:"Vào địa bàn"`
}

// Abolished is place.abolished/1: the place ends, and what was under it comes
// under its parent.
type Abolished struct{}

// Split is place.split/1. A place in its own Into lives on; otherwise it ends,
// and seats in it stay with its parent until they are relocated.
type Split struct {
	Into []string `json:"into" text:"key" names:"place" vi:"Thành các địa bàn"`
}

// EventKind names the kinds.
func (Declared) EventKind() ledger.Kind  { return "place.declared/1" }
func (Renamed) EventKind() ledger.Kind   { return "place.renamed/1" }
func (Moved) EventKind() ledger.Kind     { return "place.moved/1" }
func (Merged) EventKind() ledger.Kind    { return "place.merged/1" }
func (Abolished) EventKind() ledger.Kind { return "place.abolished/1" }
func (Split) EventKind() ledger.Kind     { return "place.split/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Declared]{
			Founds: true,
			Name:   fault.Text{English: "declared", Vietnamese: "khai báo địa bàn"}, Sentence: "khai báo {name}, {level}[ thuộc {parent}]",
			Words: map[string]ledger.Words{"level": levels},
			Act:   ledger.ActOnPlace,
		}),
		ledger.Specify(ledger.Row[Renamed]{
			Name: fault.Text{English: "renamed", Vietnamese: "đổi tên địa bàn"}, Sentence: "đổi tên thành {name}",
			Act: ledger.ActOnPlace,
		}),
		ledger.Specify(ledger.Row[Moved]{
			Name: fault.Text{English: "moved", Vietnamese: "chuyển địa bàn cấp trên"}, Sentence: "chuyển về {parent}",
			Act: ledger.ActOnPlace,
		}),
		ledger.Specify(ledger.Row[Merged]{
			Name: fault.Text{English: "merged", Vietnamese: "sáp nhập địa bàn"}, Sentence: "sáp nhập vào {into}",
			Act: ledger.ActOnPlace,
		}),
		ledger.Specify(ledger.Row[Abolished]{
			Name: fault.Text{English: "abolished", Vietnamese: "bãi bỏ địa bàn"}, Sentence: "bãi bỏ",
			Act: ledger.ActOnPlace,
		}),
		ledger.Specify(ledger.Row[Split]{
			Name: fault.Text{English: "split", Vietnamese: "chia tách địa bàn"}, Sentence: "chia thành {into}",
			Act: ledger.ActOnPlace,
		}),
	}
}

// Check wants a code, a name, a level, and no parent above a province.
func (e Declared) Check() error {
	if err := cmp.Or(
		ledger.RequireKey("/code", e.Code),
		ledger.Require("/name", e.Name),
		levels.Check("/level", e.Level),
	); err != nil || e.Parent == "" {
		return err
	}
	if e.Level == Province {
		return errParentLevel.With(e.Parent, e.Code).At("/parent")
	}
	return ledger.RequireKey("/parent", e.Parent)
}

// Check wants a name.
func (e Renamed) Check() error { return ledger.Require("/name", e.Name) }

// Check wants a place.
func (e Moved) Check() error { return ledger.RequireKey("/parent", e.Parent) }

// Check wants a place.
func (e Merged) Check() error { return ledger.RequireKey("/into", e.Into) }

// Check has nothing to say of the event alone.
func (e Abolished) Check() error { return nil }

// Check wants at least one place, none twice.
func (e Split) Check() error {
	if len(e.Into) == 0 {
		return ledger.ErrRequired.At("/into")
	}
	named := make(map[string]bool, len(e.Into))
	for _, code := range e.Into {
		if err := ledger.RequireKey("/into", code); err != nil {
			return err
		}
		if named[code] {
			return errTwice.With(code).At("/into")
		}
		named[code] = true
	}
	return nil
}
