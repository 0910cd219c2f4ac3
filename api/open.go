package api

import (
	"net/http"
	"net/url"
	"strings"

	"htxledger/api/access"
	"htxledger/domain/fault"
)

var (
	errForeign = fault.Declare("cross-site", fault.Forbidden,
		"without tokens no page of another origin may ask here; type the address into the browser yourself",
		"khi chưa có mã truy cập, trang của nguồn khác không được hỏi máy chủ này; hãy tự gõ địa chỉ vào trình duyệt")
	errForwarded = fault.Declare("forwarded", fault.Forbidden,
		"without tokens nothing that another server passes on is answered (%s); make a token first: htxledger token add",
		"khi chưa có mã truy cập, không trả lời yêu cầu do máy chủ khác chuyển tiếp (%s); hãy tạo mã truy cập trước: htxledger token add")
)

// checkOpen tells whether a server without tokens answers a request: one that was
// made on this machine, by a program or by a reader in a browser.
//
// Whoever reaches the server is the local user then, so three things that reach it
// from elsewhere are refused. A host that is not this machine: a page may have let
// its own name point here. What another server passed on: it would open the ledger
// to everybody who reaches that server. And what a page of another origin asked, a
// link the reader followed included: such a page cannot read the answer, but
// it can tell how long it took and make it be counted again and again. Another
// port of this machine is another origin. With tokens a browser sends no cookie
// from there (SameSite=Strict), and none that it sends counts.
func checkOpen(r *http.Request) error {
	if !access.Loopback(r.Host) {
		return errHost.With(r.Host)
	}
	if by := forwardedBy(r); by != "" {
		return errForwarded.With(by)
	}
	if isForeign(r) {
		return errForeign
	}
	return nil
}

// forwarding are the headers, beside those of forwardingPrefix, that only a server
// between the reader and this one adds.
var forwarding = []string{
	"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "X-Original-Forwarded-For", "X-Original-Host",
	"X-Proxyuser-Ip", "True-Client-Ip", "Fastly-Client-Ip", "Cf-Connecting-Ip", "Cf-Ray", "Cdn-Loop",
}

const forwardingPrefix = "X-Forwarded"

// forwardedBy names what shows that another server passed a request on, or is "".
// HTTP/1.0 does: nginx speaks it to the servers behind it, under their own name and
// without any other mark, unless it is told otherwise; no browser does.
func forwardedBy(r *http.Request) string {
	for name := range r.Header {
		if strings.HasPrefix(name, forwardingPrefix) {
			return name
		}
	}
	for _, name := range forwarding {
		if r.Header[name] != nil {
			return name
		}
	}
	if !r.ProtoAtLeast(1, 1) {
		return r.Proto
	}
	return ""
}

// isForeign reports whether a page of another origin made a request, as far as the
// browser says. An origin that is not the host asked is foreign even where the
// browser calls it the same: there is a server in between.
func isForeign(r *http.Request) bool {
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	switch site {
	case "", "none", "same-origin":
	default:
		return true
	}
	if origin == "" {
		return false
	}
	// Our pages say no-referrer, so a browser sends their forms with "null" for an
	// origin. A page whose origin is withheld for being foreign is never same-origin.
	if origin == "null" && site == "same-origin" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host != r.Host
}
