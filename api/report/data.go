package report

import (
	"io"

	"htxledger/api/shown"
)

// WriteCSV writes the rows of a report, one for each target and for each result of
// a task: for programs, or, for Excel, with a byte order mark, semicolons and
// decimal commas.
func WriteCSV(w io.Writer, d *Document, excel bool) error {
	if excel {
		return d.Flat.WriteExcel(w)
	}
	return d.Flat.Write(w)
}

// A Report is a report as programs read it.
type Report struct {
	Title     string             `json:"title"`
	Ledger    LedgerPoint        `json:"ledger"`
	Statement *ReportedStatement `json:"statement,omitempty"`
	Code      string             `json:"code" doc:"What the printed code says"`
	Legend    string             `json:"legend" doc:"What stands for nothing happened, nothing known, does not apply"`
	Targets   shown.Targets      `json:"targets"`
}

// Describe is for the contract.
func (Report) Describe() string { return "A report as programs read it." }

// A LedgerPoint names the records that a report follows from: a checkpoint.
type LedgerPoint struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root" doc:"The Merkle root of the first so many records, base64"`
}

// Describe is for the contract.
func (LedgerPoint) Describe() string { return "The records that a report follows from." }

// A ReportedStatement is the statement whose point is reported, counted again.
type ReportedStatement struct {
	Key       string `json:"key"`
	Title     string `json:"title"`
	Position  int64  `json:"position"`
	Verdict   string `json:"verdict" enum:"match now-different"`
	Withdrawn bool   `json:"withdrawn"`
}

// Describe is for the contract.
func (ReportedStatement) Describe() string {
	return "The statement whose point is reported, counted again."
}

// JSON is a report for programs.
func (d *Document) JSON() Report {
	r := Report{
		Title: d.About, Ledger: LedgerPoint{d.Ledger.Origin, int64(d.Point.Size), d.Ledger.Root},
		Code: d.Code.Text, Legend: Legend, Targets: shown.FromTargets(d.Targets),
	}
	if s := d.Stated; s != nil {
		r.Statement = &ReportedStatement{s.Key, s.Title, s.Position, string(s.Verdict), s.Withdrawn}
	}
	return r
}

// WriteJSON writes it.
func WriteJSON(w io.Writer, d *Document) error { return shown.Encode(w, d.JSON()) }
