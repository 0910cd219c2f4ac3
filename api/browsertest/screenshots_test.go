package browsertest

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var screenshots = flag.String("screenshots", "", "a directory for a picture of each kind of page, at 1280 and 360 pixels and as printed")

// Pictures of every kind of page, for people to look at:
//
//	go test ./api/browsertest -run Screenshots -screenshots DIR
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("-screenshots names no directory")
	}
	dir, err := filepath.Abs(*screenshots)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	h := demoHouse(t)
	for i, l := range theWalk(t, h).opened() {
		t.Run(l.asked, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, h)
			require.EqualValues(t, http.StatusOK, b.visit(l.at))
			b.settle()
			name := filepath.Join(dir, fmt.Sprintf("%02d%s", i, fileName(l.kind)))
			for _, width := range []int64{wide, narrow} {
				b.resize(width)
				require.NoError(t, os.WriteFile(fmt.Sprintf("%s-%d.png", name, width), b.picture(width), 0o644))
			}
			printed, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(name+".pdf", printed, 0o644))
		})
	}
}

// picture is the page as a PNG, from its top down to a height that can still
// be looked at.
func (b *tab) picture(width int64) []byte {
	const most = 2200
	height := min(most, eval[float64](b, `document.documentElement.scrollHeight`))
	return call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: new(true),
		Clip: &page.Viewport{Width: float64(width), Height: height, Scale: 1},
	}).Data
}

// noName is what has no place in the name of a file.
var noName = regexp.MustCompile(`[^a-z0-9]+`)

func fileName(kind string) string { return strings.TrimRight(noName.ReplaceAllString(kind, "-"), "-") }
