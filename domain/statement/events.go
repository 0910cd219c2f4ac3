package statement

import (
	"cmp"
	"encoding/base64"
	"maps"
	"math/big"
	"slices"
	"strconv"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// The rules of duties: who may not issue which figures. A rule, once recorded
// with a statement, never changes meaning (audit.CheckDuties applies them).
const (
	// DutiesOfRecording bars the account that recorded anything that a figure
	// counts. statement.issued/1 names no rule and has this one.
	DutiesOfRecording = 1
	// DutiesOfMoving bars the account without whose records a figure would be
	// another.
	DutiesOfMoving = 2
)

// The kinds under which a statement is recorded. Version 2 has one member more,
// the rule of duties, and is recorded only after a recount.
const (
	KindIssued1 ledger.Kind = "statement.issued/1"
	KindIssued2 ledger.Kind = "statement.issued/2"
)

// issueCommand is the command of the program that alone records a statement.
const issueCommand = "htxledger statement issue"

// Issued is statement.issued/1 without Duties, and statement.issued/2 with it.
type Issued struct {
	Title       string           `json:"title" text:"name" vi:"Tên báo cáo"`
	Size        int64            `json:"size" most:"9007199254740991" vi:"Cỡ sổ" unit:"bản ghi"` // the figures follow from the first Size records
	Valid       calendar.Day     `json:"valid" vi:"Số liệu tại ngày"`                            // the day as of which they hold
	Map         calendar.Day     `json:"map" vi:"Theo bản đồ ngày"`                              // the day of the map
	Place       string           `json:"place" text:"key" names:"place" vi:"Mã địa bàn"`         // on that map
	Period      string           `json:"period" text:"key" vi:"Kỳ"`                              // year, statistical-year or the ISO first day; it ends at Valid
	Scheme      string           `json:"scheme" text:"key" as:"scheme" vi:"Thông tư"`            // of classification, where a figure asks for one
	Figures     []Figure         `json:"figures" vi:"Số liệu"`
	Definitions map[string]int64 `json:"definitions" text:"key" most:"1000000" vi:"Phiên bản định nghĩa"` // the version of each indicator's definition
	Root        string           `json:"root" text:"100" vi:"Gốc Merkle"`                                 // the Merkle root of the first Size records, base64
	// Duties is the rule under which the issuer was allowed to issue, from
	// DutiesOfMoving on; absent in version 1.
	Duties int64 `json:"duties,omitempty" most:"1000000" vi:"Quy tắc bất kiêm nhiệm"`
}

// Rule is the rule of duties that the statement was issued under.
func (e Issued) Rule() int64 { return max(e.Duties, DutiesOfRecording) }

// A Figure is one stated number, exact, with everything that a recount gives
// beside it. Without data there is neither value, numerator nor denominator.
type Figure struct {
	Indicator   string `json:"indicator" text:"key"`
	Value       string `json:"value,omitempty" text:"100"`                                              // an integer, or a reduced ratio "10900/7"
	Numerator   *int64 `json:"numerator,omitempty" least:"-9007199254740991" most:"9007199254740991"`   // as counted, not reduced
	Denominator *int64 `json:"denominator,omitempty" least:"-9007199254740991" most:"9007199254740991"` // as counted; 1 for a count
	Unit        string `json:"unit" text:"100"`
	Expected    *int64 `json:"expected,omitempty" most:"9007199254740991"` // how many should have reported
	Reported    *int64 `json:"reported,omitempty" most:"9007199254740991"` // how many did
	Carried     *int64 `json:"carried,omitempty" most:"9007199254740991"`  // how many answered with the year before
	Parts       []Part `json:"parts,omitempty"`                            // the terms of a figure that is made of others
}

// A Part is one named term.
type Part struct {
	Name   string `json:"name" text:"name"`
	Number int64  `json:"number" least:"-9007199254740991" most:"9007199254740991"`
}

// Withdrawn is statement.withdrawn/1.
type Withdrawn struct {
	Reason string `json:"reason" text:"2000 lines" vi:"Lý do"`
}

// EventKind is the version that has the members of e.
func (e Issued) EventKind() ledger.Kind {
	if e.Duties == 0 {
		return KindIssued1
	}
	return KindIssued2
}

// EventKind is statement.withdrawn/1.
func (Withdrawn) EventKind() ledger.Kind { return "statement.withdrawn/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{specifyIssued(KindIssued1), specifyIssued(KindIssued2), ledger.Specify(ledger.Row[Withdrawn]{
		Name: fault.Text{English: "withdrawn", Vietnamese: "thu hồi báo cáo"}, Sentence: "thu hồi báo cáo: {reason}",
		Same: ledger.OneInStream[Withdrawn],
	})}
}

// specifyIssued describes one version of Issued: version 1 has no rule of
// duties, and version 2 cannot be without.
func specifyIssued(kind ledger.Kind) ledger.Spec {
	spec := ledger.Specify(ledger.Row[Issued]{
		Name:     fault.Text{English: "issued", Vietnamese: "phát hành báo cáo"},
		Sentence: "phát hành báo cáo “{title}”: {figures#} số liệu tại ngày {valid}, theo {size} bản ghi đầu[, quy tắc bất kiêm nhiệm số {duties}]",
		Same:     ledger.OneInStream[Issued],
	})
	decode := spec.Decode
	spec.Kind, spec.Decode = kind, func(data canonical.Raw) (ledger.Event, error) {
		e, err := decode(data)
		if err != nil {
			return nil, err
		}
		switch {
		case e.EventKind() == kind:
			return e, nil
		case kind == KindIssued1:
			return nil, canonical.ErrUnknown.With("duties").At("/data/duties")
		}
		return nil, canonical.ErrMissing.With("duties").At("/data/duties")
	}
	return spec.OnlyBy(issueCommand)
}

// Check wants a title, a point in the ledger, figures with their definitions,
// a root and, where one is named, a rule of duties that a later version than 1
// can have. A rule of a newer program passes: who applies it tells that.
func (e Issued) Check() error {
	if e.Duties != 0 && e.Duties < DutiesOfMoving {
		return errDuties.With(e.Duties).At("/duties")
	}
	if err := cmp.Or(
		ledger.Require("/title", e.Title),
		ledger.NotNegative("/size", e.Size),
		ledger.RequireKey("/place", e.Place),
		checkPeriod(e.Period, e.Valid),
		ledger.Require("/scheme", e.Scheme),
		checkRoot(e.Root),
	); err != nil {
		return err
	}
	if len(e.Figures) == 0 {
		return ledger.ErrRequired.At("/figures")
	}
	for i, f := range e.Figures {
		pointer := "/figures/" + strconv.Itoa(i)
		if err := f.check(pointer, e.Definitions); err != nil {
			return err
		}
		if slices.ContainsFunc(e.Figures[:i], func(g Figure) bool { return g.Indicator == f.Indicator }) {
			return errTwice.With(f.Indicator).At(pointer + "/indicator")
		}
	}
	return e.checkDefinitions()
}

// checkPeriod wants a period in its one form, so that two statements of the
// same question read the same.
func checkPeriod(name string, valid calendar.Day) error {
	p, err := calendar.PeriodEnding(name, valid)
	if err != nil || name != calendar.CalendarYear && name != calendar.StatisticalYear && name != p.First.String() {
		return calendar.ErrPeriod.With(name, valid).At("/period")
	}
	return nil
}

func (e Issued) checkDefinitions() error {
	for _, code := range slices.Sorted(maps.Keys(e.Definitions)) {
		if version := e.Definitions[code]; version < 1 {
			return errVersion.With(code, version).At("/definitions")
		}
		if !slices.ContainsFunc(e.Figures, func(f Figure) bool { return f.Indicator == code }) {
			return errUnused.With(code).At("/definitions")
		}
	}
	return nil
}

func (f Figure) check(pointer string, definitions map[string]int64) error {
	if err := cmp.Or(
		ledger.Require(pointer+"/indicator", f.Indicator),
		ledger.Require(pointer+"/unit", f.Unit),
		ledger.OptionalNotNegative(pointer+"/expected", f.Expected),
		ledger.OptionalNotNegative(pointer+"/reported", f.Reported),
		ledger.OptionalNotNegative(pointer+"/carried", f.Carried),
	); err != nil {
		return err
	}
	if definitions[f.Indicator] == 0 {
		return errNoDefinition.With(f.Indicator).At(pointer + "/indicator")
	}
	if f.Denominator != nil && *f.Denominator <= 0 {
		return errValue.With(strconv.FormatInt(*f.Denominator, 10)).At(pointer + "/denominator")
	}
	if !f.exact() {
		return errValue.With(f.Value).At(pointer + "/value")
	}
	for i, part := range f.Parts {
		if err := ledger.Require(pointer+"/parts/"+strconv.Itoa(i)+"/name", part.Name); err != nil {
			return err
		}
	}
	return nil
}

// exact reports whether the value is the one form of the number that numerator
// and denominator make, or all three are absent.
func (f Figure) exact() bool {
	if f.Value == "" || f.Numerator == nil || f.Denominator == nil {
		return f.Value == "" && f.Numerator == nil && f.Denominator == nil
	}
	return f.Value == big.NewRat(*f.Numerator, *f.Denominator).RatString()
}

func checkRoot(root string) error {
	b, err := base64.StdEncoding.Strict().DecodeString(root)
	if err != nil || len(b) != 32 {
		return errRoot.With(root).At("/root")
	}
	return nil
}

// Check wants a reason.
func (e Withdrawn) Check() error { return ledger.Require("/reason", e.Reason) }
