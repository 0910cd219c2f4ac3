package web

import "htxledger/domain/ledger"

// SignIn is the page on which a reader hands in a token. The page asks nothing of
// any service.
type SignIn struct {
	Next  string // an address of our own, where to go then
	Wrong bool   // the token does not hold
	Who   ledger.Actor
}

type signInView struct {
	SignIn
	Role string
}

// roleWords name the roles of accounts.
var roleWords = map[string]string{
	"officer": "cán bộ địa bàn", "alliance": "Liên minh HTX", "auditor": "kiểm toán", "analyst": "phân tích", "admin": "quản trị",
}

// Render gives the page.
func (s SignIn) Render() ([]byte, error) {
	f := &frame{Title: "Đăng nhập"}
	if s.Wrong {
		f.Wrongs = []wrong{{Field: "code", Label: "Mã truy cập", Text: "mã này không đúng, đã bị thu hồi hoặc đã hết hạn"}}
	}
	if s.Who.ID != "" {
		f.Title = "Đã đăng nhập"
	}
	f.Main = signInView{s, roleWords[s.Who.Role]}
	return renderPage("signin.html", f)
}
