package relay

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net"
	"net/url"
	"os"
	"regexp"

	"github.com/ThreeDotsLabs/watermill/message"
)

// TargetOptions are what a target needs beside its URL. Secrets come in files.
type TargetOptions struct {
	// SecretFile holds the secrets that sign the requests to a webhook, which
	// needs one; see NewSecretFile.
	SecretFile string
	// CAFile replaces the system's certificate authorities, in PEM.
	CAFile string
	// CredsFile is a NATS credentials file.
	CredsFile string
	// Stream is the JetStream stream that must take the records of a NATS
	// target. It is made if it is not there, with the subject of the target.
	// Without it, any stream that takes the subject will do.
	Stream string
}

// ParseTarget reads the URL of a target:
//
//	nats://[user[:password]@]host[:port]/subject   JetStream
//	tls://…                                        the same, over TLS only
//	https://host[:port]/path[?query]               a webhook
//	http://127.0.0.1[:port]/path[?query]           the same, on this machine
//
// The target's name leaves out the user, the password and the query; two
// queries give two names. Files are read here, so that what is wrong with them
// is known before anything runs.
func ParseTarget(raw string, o TargetOptions) (Target, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "" || u.Fragment != "" {
		return Target{}, ErrTarget // the cause would repeat the URL, password and all
	}
	switch u.Scheme {
	case "nats", "tls":
		return natsTarget(u, o)
	case "https", "http":
		return webhookTarget(u, o)
	}
	return Target{}, ErrTarget
}

// subjectForm is a subject without wildcards; JetStream keeps those that begin
// with a dollar sign for itself.
var subjectForm = regexp.MustCompile(`^/([A-Za-z0-9_-][A-Za-z0-9_$-]*(\.[A-Za-z0-9_$-]+)*)$`)

// natsTarget is a target of a nats: address: its path is the subject.
func natsTarget(u *url.URL, o TargetOptions) (Target, error) {
	m := subjectForm.FindStringSubmatch(u.Path)
	if m == nil || u.RawQuery != "" || u.ForceQuery {
		return Target{}, ErrSubject
	}
	if o.SecretFile != "" {
		return Target{}, ErrOption.With("secret")
	}
	if o.CredsFile != "" {
		if err := checkPrivate(o.CredsFile); err != nil {
			return Target{}, err
		}
	}
	roots, err := readCA(o.CAFile)
	if err != nil {
		return Target{}, err
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), "4222")
	}
	open := func() (message.Publisher, error) { return newNATSPublisher(u, o, roots), nil }
	return Target{Name: u.Scheme + "://" + u.Host + u.Path, Topic: m[1], Open: open}, nil
}

// webhookTarget is a target of an https: address, with the secrets of its signature.
func webhookTarget(u *url.URL, o TargetOptions) (Target, error) {
	switch {
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return Target{}, ErrPlain
	case o.CredsFile != "":
		return Target{}, ErrOption.With("creds")
	case o.Stream != "":
		return Target{}, ErrOption.With("stream")
	case o.SecretFile == "":
		return Target{}, ErrNoSecret
	}
	secrets, err := readSecrets(o.SecretFile)
	if err != nil {
		return Target{}, err
	}
	roots, err := readCA(o.CAFile)
	if err != nil {
		return Target{}, err
	}
	open := func() (message.Publisher, error) { return newWebhook(secrets, roots), nil }
	return Target{Name: webhookName(u), Topic: u.String(), Open: open}, nil
}

// webhookName tells two queries apart without showing them: they may hold
// tokens.
func webhookName(u *url.URL) string {
	name := u.Scheme + "://" + u.Host + u.EscapedPath()
	if u.RawQuery == "" {
		return name
	}
	sum := sha256.Sum256([]byte(u.RawQuery))
	return name + "?" + hex.EncodeToString(sum[:4])
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// readCA reads certificates; nil for no file.
func readCA(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, ErrCA.With(path).Because(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, ErrCA.With(path)
	}
	return pool, nil
}
