package browsertest

import (
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// call sends one command of the browser's protocol to a tab.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	res, err := chromedp.Call(b.ctx, command, params)
	require.NoError(b.t, err, command.Method)
	return res
}

// unexpected is a reply that was not the one wanted.
type unexpected struct {
	status int
	body   string
}

func (e *unexpected) Error() string { return fmt.Sprintf("status %d: %s", e.status, e.body) }

// trouble is what a server logged.
type trouble struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *trouble) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *trouble) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
