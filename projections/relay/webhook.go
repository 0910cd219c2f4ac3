package relay

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// The headers of a request. The first three are those of the Standard Webhooks
// convention, whose libraries can verify them.
const (
	HeaderID        = "Webhook-Id"        // the record's id
	HeaderTimestamp = "Webhook-Timestamp" // seconds since 1970, of this attempt
	HeaderSignature = "Webhook-Signature"
	HeaderPosition  = "Htx-Position"
	HeaderKind      = "Htx-Kind"
)

// maxAnswer is how much of an answer is read. What it says is not looked at.
const maxAnswer = 64 << 10

// A webhook publishes each message as one POST of its payload to the topic, a
// URL. It has taken a message when it has answered 2xx, whole.
type webhook struct {
	secrets secrets
	client  *http.Client
	now     func() time.Time
}

var _ message.Publisher = (*webhook)(nil)

// newWebhook makes a publisher with a client of its own, which follows no redirect: a
// record goes where it was told to, or nowhere.
func newWebhook(s secrets, roots *x509.CertPool) *webhook {
	return &webhook{s, &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    10 * time.Second,
			IdleConnTimeout:        30 * time.Second,
			MaxResponseHeaderBytes: maxAnswer,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, time.Now}
}

// Publish is message.Publisher's.
func (w *webhook) Publish(topic string, messages ...*message.Message) error {
	for _, m := range messages {
		if err := w.post(topic, m); err != nil {
			return err
		}
	}
	return nil
}

// post sends a message as one request, and judges the status of the answer.
func (w *webhook) post(topic string, m *message.Message) error {
	request, err := http.NewRequestWithContext(m.Context(), http.MethodPost, topic, bytes.NewReader(m.Payload))
	if err != nil {
		return Leave(withoutURL(err))
	}
	at := w.now()
	h := request.Header
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "htxledger")
	h.Set(HeaderID, m.UUID)
	h.Set(HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
	h.Set(HeaderSignature, w.secrets.sign(m.UUID, at, m.Payload))
	h.Set(HeaderPosition, m.Metadata.Get(PositionKey))
	h.Set(HeaderKind, m.Metadata.Get(KindKey))
	response, err := w.client.Do(request)
	if err != nil {
		return withoutURL(err)
	}
	// Read to its end: an answer that was cut short does not say that the record was taken.
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer))
	_ = response.Body.Close() // nothing was written to it
	if err != nil {
		return errCut.Because(err)
	}
	return judgeAnswer(response, at)
}

// withoutURL drops the URL from an error of the client: its query may hold a
// token.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// judgeAnswer judges the status of an answer. 4xx is about the message, but for
// those that are about the door, the hour or the load.
func judgeAnswer(response *http.Response, at time.Time) error {
	code := response.StatusCode
	err := errAnswer.With(code)
	switch {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return errRedirect.With(code)
	case code == http.StatusGone:
		return Leave(err)
	case code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable:
		return Later(err, retryAfter(response.Header.Get("Retry-After"), at))
	case code >= 400 && code < 500 && !door[code]:
		return Refuse(err)
	}
	return err
}

// door are the client errors that are not about the message.
var door = map[int]bool{
	http.StatusUnauthorized: true, http.StatusPaymentRequired: true, http.StatusForbidden: true,
	http.StatusNotFound: true, http.StatusMethodNotAllowed: true, http.StatusProxyAuthRequired: true,
	http.StatusRequestTimeout: true, http.StatusMisdirectedRequest: true, http.StatusLocked: true,
	http.StatusTooEarly: true, http.StatusUpgradeRequired: true, http.StatusTooManyRequests: true,
}

// retryAfter reads seconds or a date; 0 for anything else.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return at.Sub(now)
	}
	return 0
}

// Close is message.Publisher's.
func (w *webhook) Close() error {
	w.client.CloseIdleConnections()
	return nil
}
