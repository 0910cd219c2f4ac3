package shown

import (
	"htxledger/domain/recorder"
)

// A Receipt says what became of commands that are not refused.
type Receipt struct {
	Results []Written `json:"results"` // in the order of the commands
	Size    int64     `json:"size"`    // the least that holds them all
	// DryRun says that nothing was written: the results are what would be.
	DryRun bool `json:"dry_run"`
}

// Written is the record of a command, made now or before.
type Written struct {
	Position int64  `json:"position"`
	ID       string `json:"id"`
	Stream   string `json:"stream"`
	Revision int64  `json:"revision"`
	Recorded string `json:"recorded" format:"date-time"`
	// Repeated says that the same command was recorded before, and nothing now.
	Repeated bool `json:"repeated"`
}

// FromResults is the receipt of commands none of which is refused.
func FromResults(results []recorder.Result, dry bool) Receipt {
	r := Receipt{Results: mapList(results, fromWritten), DryRun: dry}
	for _, w := range r.Results {
		r.Size = max(r.Size, w.Position+1)
	}
	return r
}

func fromWritten(x recorder.Result) Written {
	r := x.Record
	return Written{int64(r.Position), r.ID.String(), r.Stream.String(), r.Revision, r.Recorded.String(), x.Repeated}
}
