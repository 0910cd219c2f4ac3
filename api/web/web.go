// Package web is the Vietnamese pages.
//
// Pages are rendered here whole, from the same services as the JSON: every state
// is an address, every form works without a script, and what is said by colour is
// said by a word and a shape first. What a page shows is made ready in Go by
// package vi; the templates do the layout and hold the fixed words. A page is one
// line of Routes, one Go file, one template under pages and, where it needs
// any, one style sheet under css.
//
// The one script is htmx, vendored in static (see static/README.md): it spares
// reloads where a form narrows a list or a page waits for something.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// Policy is the content security policy of pages: scripts, style sheets, images
// and answers of our own, a form to ourselves, and nothing else.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed layout.html parts.html pages/*.html
var pageFiles embed.FS

//go:embed static
var staticFiles embed.FS

//go:embed css/*.css
var styleFiles embed.FS

var pages = parsePages()

// parsePages gives each page a set of its own: the layout, the parts that pages
// share, and its own "main".
func parsePages() map[string]*template.Template {
	base := template.Must(template.New("layout.html").Funcs(functions).ParseFS(pageFiles, "layout.html", "parts.html"))
	names, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		panic(err) // the pattern is ours
	}
	sets := map[string]*template.Template{}
	for _, name := range names {
		own := template.Must(base.Clone())
		sets[path.Base(name)] = template.Must(own.ParseFS(pageFiles, name))
	}
	return sets
}

// functions are the functions for templates: for layout, never for decisions.
var functions = template.FuncMap{
	"join": func(list []string) string { return strings.Join(list, "; ") },
}

// renderPage gives a page, whole or not at all.
func renderPage(name string, f *frame) ([]byte, error) {
	var b bytes.Buffer
	err := pages[name].ExecuteTemplate(&b, "layout.html", f)
	return b.Bytes(), err
}

// Static serves one of the embedded files by its bare name, or tells that
// there is none. The style sheet is all of css, in order of name.
func Static(w http.ResponseWriter, r *http.Request, name string) bool {
	b, err := staticFile(name)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(b)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	// Asked again each time, by the tag: a new version shows at once, and the bytes travel once.
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	return true
}

func staticFile(name string) ([]byte, error) {
	switch {
	case name == "style.css":
		return style, nil
	case name != path.Base(name):
		// A name with a folder in it could lead out of the folder of static files.
		return nil, fs.ErrNotExist
	}
	return staticFiles.ReadFile("static/" + name)
}

// style is the one style sheet.
var style = joinStyles()

// joinStyles is the style sheet of all pages: the files of css in order of name.
func joinStyles() []byte {
	var b bytes.Buffer
	names, err := fs.Glob(styleFiles, "css/*.css")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for _, name := range names {
		part, err := styleFiles.ReadFile(name)
		if err != nil {
			panic(err) // it was listed
		}
		b.Write(part)
	}
	return b.Bytes()
}
