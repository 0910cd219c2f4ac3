// Package web is the Vietnamese pages.
//
// Pages are rendered here whole, from the same services as the JSON: no script
// runs in the browser, every state is an address, and what is said by colour is
// said by a word and a shape first. What a page shows is made ready in Go by
// package vi; the templates lay it out and hold the fixed words.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"path"
	"time"
)

// Policy is the content security policy of pages: a style sheet of our own, a
// form to ourselves, and nothing else.
const Policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed static
var staticFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// render gives a page, whole or not at all.
func render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	err := pages.ExecuteTemplate(&b, name, data)
	return b.Bytes(), err
}

// Static serves one of the embedded files by its bare name, or tells that
// there is none.
func Static(w http.ResponseWriter, r *http.Request, name string) bool {
	if name != path.Base(name) {
		return false
	}
	b, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(b)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	return true
}
