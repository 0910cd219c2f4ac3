package imports

import (
	"errors"

	"htxledger/domain/fault"
)

// A Question is what a file leaves open and only its sender can say: its cells or rows
// may mean one thing or another. Nothing of the file is recorded until it is answered,
// once for the whole file.
type Question struct {
	Name    string // in Options.Answers
	Text    string // in Vietnamese, for a page
	Answers []Answer
	raised  []*fault.Fault
}

// An Answer is one of those that a question takes.
type Answer struct {
	Name string // in Options.Answers
	Text string // in Vietnamese
}

// questions are all that a file can ask.
var questions = []*Question{
	{askedRows, "Các dòng không đọc có phải là số liệu không?",
		[]Answer{{"pass", "Không phải số liệu: bỏ qua các dòng ấy"}}, []*fault.Fault{errLeftBelow, errLeftTitle, errLeftAbove}},
	{askedDash, "Dấu “-” hoặc chữ “không” trong cột số nghĩa là gì?",
		[]Answer{{"zero", "Bằng 0"}, {"blank", "Không có số liệu"}}, []*fault.Fault{errDash}},
	{askedShown, "Ô số hiển thị khác với số đang lưu: lấy số nào?",
		[]Answer{{"shown", "Số hiển thị trên trang tính"}, {"stored", "Số đang lưu trong ô"}}, []*fault.Fault{errShown}},
	{askedFont, "Chữ có thể gõ bằng phông cũ (TCVN3, VNI): chuyển sang Unicode không?",
		[]Answer{{"convert", "Chuyển như đề nghị"}, {"keep", "Giữ nguyên chữ trong tệp"}}, []*fault.Fault{errFont}},
	{askedDays, "Ngày và tháng trong các ô ngày có bị đảo không?",
		[]Answer{{"swap", "Bị đảo: đổi lại ngày và tháng"}, {"keep", "Không đảo: giữ nguyên"}}, []*fault.Fault{errSwappedDays}},
}

// Names of the questions.
const (
	askedRows  = "rows"
	askedDash  = "dash"
	askedShown = "shown"
	askedFont  = "font"
	askedDays  = "days"
)

// Questions are all that a file can ask, in the order in which they are asked.
func Questions() []*Question { return questions }

// QuestionOf is the question that a mark asks; nil for a mark that asks none.
func QuestionOf(m Mark) *Question {
	for _, q := range questions {
		for _, f := range q.raised {
			if errors.Is(m, f) {
				return q
			}
		}
	}
	return nil
}

// CheckAnswer refuses what is no answer to a question.
func CheckAnswer(question, answer string) error {
	for _, q := range questions {
		if q.Name != question {
			continue
		}
		for _, a := range q.Answers {
			if a.Name == answer {
				return nil
			}
		}
	}
	return ErrAnswer.With(question + "=" + answer)
}
