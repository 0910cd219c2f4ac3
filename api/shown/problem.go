package shown

import (
	"strconv"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

// A Problem is the description of an error (RFC 9457), for both doors. The command line
// leaves Status and RequestID out.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"` // of the kind of fault, in Vietnamese
	Status int    `json:"status,omitempty"`
	Code   string `json:"code"`
	// Outcome says what a failed write did: not_recorded, recorded or unknown.
	Outcome  string         `json:"outcome" enum:"not_recorded recorded unknown"`
	Detail   string         `json:"detail"` // in English
	DetailVi string         `json:"detail_vi"`
	Errors   []ProblemError `json:"errors,omitempty"`
	// Omitted is how many errors beyond the first hundred Errors leaves out.
	Omitted int `json:"omitted,omitempty" doc:"Commands of a batch that were refused and that errors leaves out: it lists the first 100."`
	// Retry says whether to send the request again: never unchanged, after a while, or
	// with the same_key, which records once whatever the outcome of the first.
	Retry     string `json:"retry" enum:"never after same_key"`
	RequestID string `json:"request_id,omitempty"`
}

// A ProblemError is one thing wrong, and where: a JSON pointer, the name of a
// query parameter or a flag.
type ProblemError struct {
	Pointer   string `json:"pointer,omitempty"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	MessageVi string `json:"message_vi"`
}

// The values of Retry.
const (
	RetryNever   = "never"
	retryAfter   = "after"
	RetrySameKey = "same_key"
)

// ErrInternal stands for every error that carries no fault. Its cause goes to
// the log and never out.
var ErrInternal = fault.Declare("internal", fault.Unavailable,
	"an internal error occurred", "hệ thống gặp lỗi nội bộ")

// FromError is the problem an error is. Its outcome is ledger.OutcomeOf;
// for an error of a question, which records nothing, call Reading.
func FromError(err error) Problem {
	f, ok := fault.Of(err)
	if !ok {
		f = ErrInternal
	}
	p := Problem{
		Type: "urn:htxledger:problem:" + f.Code, Title: titles[f.Kind], Code: f.Code,
		Outcome: string(ledger.OutcomeOf(err)), Detail: f.En(), DetailVi: f.Vi(),
	}
	if f.Field != "" {
		p.Errors = []ProblemError{problemError(f, f.Field)}
	}
	p.Retry = retryAdvice(f.Kind, p.Outcome)
	return p
}

// ForQuestion is p for an error of a question: nothing was recorded.
func (p Problem) ForQuestion() Problem {
	p.Outcome = string(ledger.NotRecorded)
	// A question has no key to be repeated under.
	if p.Retry == RetrySameKey {
		p.Retry = retryAfter
	}
	return p
}

func retryAdvice(k fault.Kind, outcome string) string {
	switch {
	case outcome == string(ledger.Unknown):
		return RetrySameKey
	case k == fault.Unavailable || k == fault.Locked:
		return retryAfter
	}
	return RetryNever
}

func problemError(f *fault.Fault, pointer string) ProblemError {
	return ProblemError{pointer, f.Code, f.En(), f.Vi()}
}

// maxErrors is how many errors a refused batch lists.
const maxErrors = 100

// FromRefused is the problem of a batch, with one error for each of the first
// hundred commands refused (where among the commands, and why) and the
// number of the others. err is what the recorder gave beside the results, or nil.
func FromRefused(err error, results []recorder.Result) Problem {
	p := FromError(err)
	p.Errors = nil
	for i, r := range results {
		if r.Err == nil {
			continue
		}
		// A file may have thousands of mistakes: the first hundred are enough to go on with.
		if len(p.Errors) == maxErrors {
			p.Omitted++
			continue
		}
		f, ok := fault.Of(r.Err)
		if !ok {
			f = ErrInternal
		}
		p.Errors = append(p.Errors, problemError(f, commandPointer(i)+fieldPointer(f.Field)))
	}
	return p
}

// commandPointer points to a command of a batch.
func commandPointer(i int) string { return "/commands/" + strconv.Itoa(i) }

func fieldPointer(field string) string {
	if strings.HasPrefix(field, "/") {
		return field
	}
	return ""
}

var titles = map[fault.Kind]string{
	fault.Malformed:   "Không đọc được yêu cầu",
	fault.Rejected:    "Không chấp nhận",
	fault.Conflict:    "Mâu thuẫn với điều đã ghi",
	fault.NotFound:    "Không tìm thấy",
	fault.Forbidden:   "Không có quyền",
	fault.TooLarge:    "Vượt giới hạn",
	fault.Unavailable: "Tạm thời không thực hiện được",
	fault.Corrupt:     "Sổ cái bị hỏng",
	fault.NewerFormat: "Do phiên bản mới hơn ghi",
	fault.Locked:      "Đang bị khóa",
	fault.Unverified:  "Không xác minh được",
}
