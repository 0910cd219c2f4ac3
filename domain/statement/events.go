package statement

import (
	"encoding/base64"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// Issued is statement.issued/1.
type Issued struct {
	Title       string           `json:"title"`
	Size        int64            `json:"size"`  // the figures follow from the first Size records
	Valid       calendar.Day     `json:"valid"` // the day as of which they hold
	Map         calendar.Day     `json:"map"`   // the day of the map
	Place       string           `json:"place"`
	Period      string           `json:"period,omitempty"` // as asked; absent, the calendar year
	Scheme      string           `json:"scheme,omitempty"` // of classification, as asked
	Figures     []Figure         `json:"figures"`
	Definitions map[string]int64 `json:"definitions"` // the version of each indicator's definition
	Root        string           `json:"root"`        // the Merkle root of the first Size records, base64
}

// A Figure is one stated number, exact.
type Figure struct {
	Indicator   string `json:"indicator"`
	Value       string `json:"value,omitempty"` // an integer, or a reduced ratio "10900/7"; absent for no data
	Numerator   *int64 `json:"numerator,omitempty"`
	Denominator *int64 `json:"denominator,omitempty"`
	Unit        string `json:"unit,omitempty"`
	Expected    *int64 `json:"expected,omitempty"` // how many should have reported
	Reported    *int64 `json:"reported,omitempty"` // how many did
	Target      string `json:"target,omitempty"`   // the plan's target that it was judged by
	Verdict     string `json:"verdict,omitempty"`  // the code of the verdict
}

// Withdrawn is statement.withdrawn/1.
type Withdrawn struct {
	Reason string `json:"reason"`
}

// EventKind names the kinds.
func (Issued) EventKind() ledger.Kind    { return "statement.issued/1" }
func (Withdrawn) EventKind() ledger.Kind { return "statement.withdrawn/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{ledger.Specify[Issued](), ledger.Specify[Withdrawn]()}
}

// Check wants a title, a point in the ledger, figures with their definitions,
// and a root.
func (e Issued) Check() error {
	if err := ledger.First(
		ledger.Require("/title", e.Title),
		ledger.NotNegative("/size", e.Size),
		ledger.RequireKey("/place", e.Place),
		checkRoot(e.Root),
	); err != nil {
		return err
	}
	if len(e.Figures) == 0 {
		return ledger.ErrRequired.At("/figures")
	}
	for i, f := range e.Figures {
		if err := f.check("/figures/"+strconv.Itoa(i), e.Definitions); err != nil {
			return err
		}
	}
	return e.checkDefinitions()
}

func (e Issued) checkDefinitions() error {
	for _, code := range slices.Sorted(maps.Keys(e.Definitions)) {
		if version := e.Definitions[code]; version < 1 {
			return ErrVersion.With(code, version).At("/definitions")
		}
		if !slices.ContainsFunc(e.Figures, func(f Figure) bool { return f.Indicator == code }) {
			return ErrUnused.With(code).At("/definitions")
		}
	}
	return nil
}

func (f Figure) check(pointer string, definitions map[string]int64) error {
	if err := ledger.First(
		ledger.Require(pointer+"/indicator", f.Indicator),
		ledger.OptionalNotNegative(pointer+"/expected", f.Expected),
		ledger.OptionalNotNegative(pointer+"/reported", f.Reported),
	); err != nil {
		return err
	}
	if definitions[f.Indicator] == 0 {
		return ErrNoDefinition.With(f.Indicator).At(pointer + "/indicator")
	}
	if !f.exact() {
		return ErrValue.With(f.Value).At(pointer + "/value")
	}
	if f.Denominator != nil && *f.Denominator <= 0 {
		return ErrValue.With(strconv.FormatInt(*f.Denominator, 10)).At(pointer + "/denominator")
	}
	return nil
}

// exact reports whether the value is absent, or in the one form of an exact
// number and the same as numerator and denominator say, where both are given.
func (f Figure) exact() bool {
	if f.Value == "" {
		return true
	}
	if strings.Trim(f.Value, "-/0123456789") != "" {
		return false
	}
	v, ok := new(big.Rat).SetString(f.Value)
	if !ok || v.RatString() != f.Value {
		return false
	}
	if f.Numerator == nil || f.Denominator == nil || *f.Denominator <= 0 {
		return true
	}
	return v.Cmp(big.NewRat(*f.Numerator, *f.Denominator)) == 0
}

func checkRoot(root string) error {
	b, err := base64.StdEncoding.Strict().DecodeString(root)
	if err != nil || len(b) != 32 {
		return ErrRoot.With(root).At("/root")
	}
	return nil
}

// Check wants a reason.
func (e Withdrawn) Check() error { return ledger.Require("/reason", e.Reason) }
