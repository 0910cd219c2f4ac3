package api

import (
	"regexp"
	"strconv"

	"github.com/labstack/echo/v4"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

var (
	errIfMatch = fault.Declare("if-match", fault.Malformed,
		`If-Match holds a correction to a size of the ledger, as in "@1204", the size that Htxledger-Size said`,
		`If-Match phải là một cỡ sổ trong ngoặc kép, như "@1204", lấy từ Htxledger-Size của câu trả lời đã xem`)
	errIfMatchOfNone = fault.Declare("if-match-of-none", fault.Malformed,
		"If-Match is for corrections, and no command here corrects anything",
		"If-Match chỉ dùng cho đính chính, mà ở đây không có lệnh đính chính nào")
)

const ifMatchHeader = "If-Match"

// keyUnchanged holds, in the context of a request from a page, the size of the
// ledger that the page showed.
const keyUnchanged = "unchanged"

var sizeTag = regexp.MustCompile(`^"@(\d{1,15})"$`)

// unchangedSince is the size at which the sender of corrections looked at what they
// correct: that of the page that was shown, or what the header If-Match says. nil
// holds them to nothing.
func unchangedSince(c echo.Context, drafts []*ledger.Draft) (*ledger.Position, error) {
	if size, ok := c.Get(keyUnchanged).(ledger.Position); ok {
		return &size, nil
	}
	sent := c.Request().Header.Values(ifMatchHeader)
	if len(sent) == 0 {
		return nil, nil
	}
	m := sizeTag.FindStringSubmatch(sent[0])
	if len(sent) > 1 || m == nil {
		return nil, errIfMatch.At(ifMatchHeader)
	}
	for _, d := range drafts {
		if d.Corrects != nil {
			n, err := strconv.ParseInt(m[1], 10, 64)
			size := ledger.Position(n)
			return &size, err
		}
	}
	return nil, errIfMatchOfNone.At(ifMatchHeader)
}

// takeShownSize holds what a page sends to the size of the ledger that it showed,
// which the form has in its field size.
func takeShownSize(c echo.Context, p parameters) error {
	if p.get("size") == "" {
		return nil
	}
	n, err := p.number("size", 0, 0, 1<<53)
	if err == nil {
		c.Set(keyUnchanged, ledger.Position(n))
	}
	return err
}
