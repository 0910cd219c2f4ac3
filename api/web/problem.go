package web

// A Trouble is why a page cannot be shown.
type Trouble struct {
	Status  int
	Message string // in Vietnamese, without a full stop
	Outcome string // of what was posted, in Vietnamese; "" where nothing was
	Request string // the id by which the log knows the request
}

type problemView struct {
	Trouble
	Later, Missing bool
	Sections       []section
}

// Problem is the page in place of a page that cannot be shown. No service is
// asked, for a service may be the trouble.
func Problem(t Trouble) ([]byte, error) {
	f := &frame{Title: "Không mở được trang này"}
	for _, x := range sections {
		f.Sections = append(f.Sections, section{link{x.Text, x.Path}, false})
	}
	v := problemView{Trouble: t, Later: t.Status == 503, Missing: t.Status == 404, Sections: f.Sections}
	if v.Missing {
		f.Title = "Không có trang này"
	}
	f.Main = v
	return renderPage("problem.html", f)
}
