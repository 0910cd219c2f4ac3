package relay_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/projections/relay"
)

const (
	subject    = "htx.dak-nong.records"
	streamName = "HTX"
)

// serveBroker starts a real JetStream broker on this machine.
func serveBroker(dir, port string, change func(*server.Options)) (*server.Server, error) {
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	o := &server.Options{Host: "127.0.0.1", Port: n, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true, MaxPayload: 1 << 20}
	if change != nil {
		change(o)
	}
	s, err := server.NewServer(o)
	if err != nil {
		return nil, err
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		return nil, errors.New("the broker is not ready")
	}
	return s, nil
}

// broker is one that lives as long as the test.
func broker(t testing.TB, change func(*server.Options)) *server.Server {
	t.Helper()
	s, err := serveBroker(t.TempDir(), "-1", change)
	require.NoError(t, err)
	t.Cleanup(func() { stopBroker(s) })
	return s
}

func stopBroker(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

func urlOf(s *server.Server) string { return s.ClientURL() + "/" + subject }

// jet is a client of a broker, apart from the relay's.
func jet(t testing.TB, url string, options ...nats.Option) jetstream.JetStream {
	t.Helper()
	nc, err := nats.Connect(url, options...)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	return js
}

func makeStream(t testing.TB, js jetstream.JetStream, c jetstream.StreamConfig) {
	t.Helper()
	c.Name, c.Subjects = streamName, []string{subject}
	_, err := js.CreateStream(t.Context(), c)
	require.NoError(t, err)
}

// stored is what a stream holds, in its order.
func stored(t testing.TB, js jetstream.JetStream) []letter {
	t.Helper()
	s, err := js.Stream(t.Context(), streamName)
	require.NoError(t, err)
	state := s.CachedInfo().State
	var list []letter
	if state.Msgs == 0 {
		return nil
	}
	for n := state.FirstSeq; n <= state.LastSeq; n++ {
		m, err := s.GetMsg(t.Context(), n)
		require.NoError(t, err)
		require.Equal(t, subject, m.Subject)
		list = append(list, letter{m.Header.Get("Nats-Msg-Id"), m.Header.Get(relay.NATSPosition), m.Header.Get(relay.NATSKind), string(m.Data)})
	}
	return list
}

func target(t testing.TB, url string, o relay.TargetOptions) relay.Target {
	t.Helper()
	to, err := relay.ParseTarget(url, o)
	require.NoError(t, err)
	return to
}

// TestJetStream carries a ledger into a stream that the relay makes.
func TestJetStream(t *testing.T) {
	b, log := broker(t, nil), store(t)
	grow(t, log, 50)
	r := relay.New(log, target(t, urlOf(b), relay.TargetOptions{Stream: streamName}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 50)
	await(t, r, grow(t, log, 5))
	require.NoError(t, stop())
	seen, err := b.Varz(nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, seen.TotalConnections, "one connection carries all")
	require.Zero(t, requireLog(t, log, stored(t, jet(t, b.ClientURL()))))
	until(t, func() bool { return b.NumClients() == 1 }, func() string { return "the relay's connection is not closed" })
}

// TestBrokerIsLate is away at first, then without JetStream's stream, then there.
func TestBrokerIsLate(t *testing.T) {
	dir, log := t.TempDir(), ledgertest.NewMemory()
	grow(t, log, 5)
	port := freePort(t)
	url := "nats://127.0.0.1:" + port + "/" + subject
	r := relay.New(log, target(t, url, relay.TargetOptions{}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	until(t, func() bool { return r.Status(t.Context()).Err != nil }, func() string { return "no error" })
	b, err := serveBroker(dir, port, nil)
	require.NoError(t, err)
	defer stopBroker(b)
	until(t, func() bool { return errors.Is(r.Status(t.Context()).Err, jetstream.ErrNoStreamResponse) },
		func() string { return fmt.Sprint(r.Status(t.Context()).Err) })
	js := jet(t, b.ClientURL())
	makeStream(t, js, jetstream.StreamConfig{})
	await(t, r, 5)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, stored(t, js)))
}

func freePort(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return port
}

// TestBrokerKilled kills the broker again and again in mid-stream, while the
// ledger grows.
func TestBrokerKilled(t *testing.T) {
	dir, log := t.TempDir(), store(t)
	b := startChild(t, "broker", dir, "-1")
	url := b.line(t)
	port := url[strings.LastIndex(url, ":")+1:]
	makeStream(t, jet(t, url), jetstream.StreamConfig{})
	r := relay.New(log, target(t, url+"/"+subject, relay.TargetOptions{}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	size := ledger.Position(0)
	for round := range 6 {
		grow(t, log, 60)
		await(t, r, ledger.Position(60*round+10+7*round))
		b.kill()
		size = grow(t, log, 1) // recording does not wait
		b = startChild(t, "broker", dir, port)
		require.Equal(t, url, b.line(t))
	}
	await(t, r, size)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, stored(t, jet(t, url))), "within its window the broker itself drops second copies")
}

// TestRelayKilled kills the relay again and again. The broker's own window for
// copies is made too short to hide them: at most one record comes twice for
// each kill.
func TestRelayKilled(t *testing.T) {
	b, log, dir := broker(t, nil), ledger.Log(nil), filepath.Join(t.TempDir(), "ledger")
	js := jet(t, b.ClientURL())
	makeStream(t, js, jetstream.StreamConfig{Duplicates: 100 * time.Millisecond})
	s := storeAt(t, dir)
	log = s
	grow(t, log, 400)
	const kills = 8
	for k := range kills {
		c := startChild(t, "relay", dir, urlOf(b))
		for want := strconv.Itoa(k*40 + 25); c.line(t) != want; {
		}
		c.kill()
		time.Sleep(200 * time.Millisecond) // the window passes
	}
	r := relay.New(log, target(t, urlOf(b), relay.TargetOptions{}), relay.Directory(dir+"-relay"), quick)
	stop := start(t, r)
	await(t, r, 400)
	require.NoError(t, stop())
	require.LessOrEqual(t, requireLog(t, log, stored(t, js)), kills)
}

// TestOldPosition is a position older than the broker's stream: what comes again
// has its old id.
func TestOldPosition(t *testing.T) {
	for name, window := range map[string]time.Duration{"within the window": time.Minute, "after it": 100 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			b, log, root := broker(t, nil), ledgertest.NewMemory(), t.TempDir()
			grow(t, log, 10)
			js := jet(t, b.ClientURL())
			makeStream(t, js, jetstream.StreamConfig{Duplicates: window})
			r := relay.New(log, target(t, urlOf(b), relay.TargetOptions{}), relay.Directory(root), quick)
			stop := start(t, r)
			await(t, r, 4)
			require.NoError(t, stop())
			old, err := os.ReadFile(markPath(t, root))
			require.NoError(t, err)
			sent := int(r.Status(t.Context()).Position)
			stop = start(t, r)
			await(t, r, 10)
			require.NoError(t, stop())
			require.NoError(t, os.WriteFile(markPath(t, root), old, 0o600))
			copies := 0
			if window < time.Second {
				time.Sleep(3 * window)
				copies = 10 - sent
			}
			stop = start(t, r)
			await(t, r, 10)
			require.NoError(t, stop())
			require.Equal(t, copies, requireLog(t, log, stored(t, js)))
		})
	}
}

// TestSharedStream is two ledgers that write to one stream and give one id to
// two records. The broker calls the second a duplicate and drops it; the relay
// does not believe it.
func TestSharedStream(t *testing.T) {
	b, one, two := broker(t, nil), ledgertest.NewMemory(), ledgertest.NewMemory()
	grow(t, one, 3)
	grow(t, two, 2)
	require.NoError(t, two.Append(t.Context(), 2, entry(2, "HTX của sổ khác")))
	to := target(t, urlOf(b), relay.TargetOptions{Stream: streamName})
	r := relay.New(one, to, relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 3)
	require.NoError(t, stop())
	err := ends(t, relay.New(two, to, relay.Directory(t.TempDir()), quick))
	require.ErrorIs(t, err, relay.ErrRefused)
	require.ErrorContains(t, err, "another message under the id")
	require.Len(t, stored(t, jet(t, b.ClientURL())), 3)
}

// TestDuplicateTakenAway is a copy of a message that a consumer has removed.
func TestDuplicateTakenAway(t *testing.T) {
	b, log := broker(t, nil), ledgertest.NewMemory()
	grow(t, log, 3)
	r := relay.New(log, target(t, urlOf(b), relay.TargetOptions{Stream: streamName}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 3)
	require.NoError(t, stop())
	s, err := jet(t, b.ClientURL()).Stream(t.Context(), streamName)
	require.NoError(t, err)
	require.NoError(t, s.DeleteMsg(t.Context(), 2))
	require.NoError(t, r.Rewind(t.Context(), 0))
	stop = start(t, r)
	await(t, r, 3)
	require.NoError(t, stop())
}

// TestTooBigForBroker stops at the record that the broker's limits refuse.
func TestTooBigForBroker(t *testing.T) {
	log := ledgertest.NewMemory()
	grow(t, log, 2)
	require.NoError(t, log.Append(t.Context(), 2, entry(2, strings.Repeat("x", 8000))))
	require.NoError(t, log.Append(t.Context(), 3, entry(3, "sau")))
	for name, limit := range map[string]struct {
		broker func(*server.Options)
		stream jetstream.StreamConfig
	}{
		"payload": {broker: func(o *server.Options) { o.MaxPayload = 4096 }},
		"stream":  {stream: jetstream.StreamConfig{MaxMsgSize: 4096}},
	} {
		t.Run(name, func(t *testing.T) {
			b := broker(t, limit.broker)
			js := jet(t, b.ClientURL())
			makeStream(t, js, limit.stream)
			r := relay.New(log, target(t, urlOf(b), relay.TargetOptions{}), relay.Directory(t.TempDir()), quick)
			require.ErrorIs(t, ends(t, r), relay.ErrRefused)
			require.Len(t, stored(t, js), 2)
			require.NoError(t, r.Park(t.Context(), 2, name))
			stop := start(t, r)
			await(t, r, 4)
			require.NoError(t, stop())
			got := stored(t, js)
			require.Equal(t, "3", got[len(got)-1].position)
			require.Len(t, got, 3)
		})
	}
}

// TestLargestRecord goes through with a broker's own limits.
func TestLargestRecord(t *testing.T) {
	b, log := broker(t, nil), ledgertest.NewMemory()
	frame := entry(0, "")
	require.NoError(t, log.Append(t.Context(), 0, entry(0, strings.Repeat("x", ledger.MaxEntryBytes-len(frame.Bytes)))))
	r := relay.New(log, target(t, urlOf(b), relay.TargetOptions{Stream: streamName}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 1)
	require.NoError(t, stop())
	got := stored(t, jet(t, b.ClientURL()))
	require.Len(t, got[0].bytes, ledger.MaxEntryBytes)
}

// TestBrokerFull is a stream that takes no more until it is emptied: tried
// again, nothing lost.
func TestBrokerFull(t *testing.T) {
	b, log := broker(t, nil), ledgertest.NewMemory()
	grow(t, log, 6)
	js := jet(t, b.ClientURL())
	makeStream(t, js, jetstream.StreamConfig{MaxMsgs: 4, Discard: jetstream.DiscardNew})
	r := relay.New(log, target(t, urlOf(b), relay.TargetOptions{}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	until(t, func() bool { s := r.Status(t.Context()); return s.Position == 4 && s.Err != nil },
		func() string { return fmt.Sprintf("%+v", r.Status(t.Context())) })
	got := stored(t, js)
	s, err := js.Stream(t.Context(), streamName)
	require.NoError(t, err)
	require.NoError(t, s.Purge(t.Context()))
	await(t, r, 6)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, append(got, stored(t, js)...)))
}

// TestOtherStream holds the relay to the stream that was named.
func TestOtherStream(t *testing.T) {
	b, log := broker(t, nil), ledgertest.NewMemory()
	grow(t, log, 1)
	js := jet(t, b.ClientURL())
	_, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "OTHER", Subjects: []string{subject}})
	require.NoError(t, err)
	_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{Name: streamName, Subjects: []string{"elsewhere"}})
	require.NoError(t, err)
	r := relay.New(log, target(t, urlOf(b), relay.TargetOptions{Stream: streamName}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	until(t, func() bool {
		err := r.Status(t.Context()).Err
		return err != nil && strings.Contains(err.Error(), "expected stream")
	},
		func() string { return fmt.Sprint(r.Status(t.Context()).Err) })
	require.NoError(t, stop())
	require.Empty(t, stored(t, js))
}

// TestCredentials go to the broker and nowhere else.
func TestCredentials(t *testing.T) {
	for name, c := range map[string]struct {
		options    func(*server.Options)
		good, user string
	}{
		"password": {func(o *server.Options) { o.Username, o.Password = "canary-user", "canary-pass" }, "canary-user:canary-pass", "canary-user:canary-wrong"},
		"token":    {func(o *server.Options) { o.Authorization = "canary-token" }, "canary-token", "canary-wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			b, log, root := broker(t, c.options), ledgertest.NewMemory(), t.TempDir()
			grow(t, log, 3)
			with := func(user string) string { return strings.Replace(urlOf(b), "nats://", "nats://"+user+"@", 1) }
			bad := relay.New(log, target(t, with(c.user), relay.TargetOptions{Stream: streamName}), relay.Directory(root), quick)
			stop := start(t, bad)
			until(t, func() bool { return bad.Status(t.Context()).Err != nil }, func() string { return "no error" })
			s := bad.Status(t.Context())
			require.ErrorContains(t, s.Err, "uthorization")
			require.NotContains(t, fmt.Sprintf("%+v %v", s, s.Err), "canary")
			require.NoError(t, stop())
			good := relay.New(log, target(t, with(c.good), relay.TargetOptions{Stream: streamName}), relay.Directory(root), quick)
			stop = start(t, good)
			await(t, good, 3)
			require.NoError(t, stop())
			files, err := filepath.Glob(filepath.Join(root, "*"))
			require.NoError(t, err)
			for _, f := range files {
				b, err := os.ReadFile(f)
				require.NoError(t, err)
				require.NotContains(t, f+string(b), "canary")
			}
		})
	}
}

// TestForbidden says what the broker only said on its own accord.
func TestForbidden(t *testing.T) {
	b := broker(t, func(o *server.Options) {
		o.Users = []*server.User{{Username: "u", Password: "p", Permissions: &server.Permissions{Publish: &server.SubjectPermission{Deny: []string{subject}}}}}
	})
	log := ledgertest.NewMemory()
	grow(t, log, 1)
	o := quick
	o.Timeout = 50 * time.Millisecond
	url := strings.Replace(urlOf(b), "nats://", "nats://u:p@", 1)
	r := relay.New(log, target(t, url, relay.TargetOptions{}), relay.Directory(t.TempDir()), o)
	stop := start(t, r)
	until(t, func() bool {
		err := r.Status(t.Context()).Err
		return err != nil && strings.Contains(strings.ToLower(err.Error()), "permissions violation")
	}, func() string { return fmt.Sprint(r.Status(t.Context()).Err) })
	require.NoError(t, stop())
}

// TestTLS is held to its certificate: tls:// does not go to a broker without,
// and not to one that another authority vouches for.
func TestTLS(t *testing.T) {
	ca, cert := authority(t)
	otherCA, _ := authority(t)
	b := broker(t, func(o *server.Options) {
		o.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	})
	plain := broker(t, nil)
	log := ledgertest.NewMemory()
	grow(t, log, 2)
	secure := func(s *server.Server) string {
		return strings.Replace(strings.Replace(urlOf(s), "nats://", "tls://", 1), "0.0.0.0", "127.0.0.1", 1)
	}
	for name, bad := range map[string]relay.Target{
		"no authority":    target(t, secure(b), relay.TargetOptions{Stream: streamName}),
		"other authority": target(t, secure(b), relay.TargetOptions{Stream: streamName, CAFile: otherCA}),
		"no TLS":          target(t, secure(plain), relay.TargetOptions{Stream: streamName, CAFile: ca}),
	} {
		r := relay.New(log, bad, relay.Directory(t.TempDir()), quick)
		stop := start(t, r)
		until(t, func() bool { return r.Status(t.Context()).Err != nil }, func() string { return name })
		require.Zero(t, r.Status(t.Context()).Position, name)
		require.NoError(t, stop())
	}
	r := relay.New(log, target(t, secure(b), relay.TargetOptions{Stream: streamName, CAFile: ca}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	await(t, r, 2)
	require.NoError(t, stop())
	require.Zero(t, requireLog(t, log, stored(t, jet(t, b.ClientURL(), nats.RootCAs(ca)))))
}

// authority is a new authority in a file, and a certificate of it for this
// machine.
func authority(t testing.TB) (file string, cert tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return file, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestCancelWhileConnecting does not wait for a broker that says nothing.
func TestCancelWhileConnecting(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts and is silent
	require.NoError(t, err)
	defer l.Close()
	log := ledgertest.NewMemory()
	grow(t, log, 1)
	r := relay.New(log, target(t, "nats://"+l.Addr().String()+"/"+subject, relay.TargetOptions{}), relay.Directory(t.TempDir()), quick)
	stop := start(t, r)
	conn, err := l.Accept()
	require.NoError(t, err)
	defer conn.Close()
	time.Sleep(20 * time.Millisecond) // the dial is over, the greeting is not
	began := time.Now()
	require.NoError(t, stop())
	require.Less(t, time.Since(began), 4*time.Second, "the greeting is waited for up to five")
	require.NoError(t, r.Status(t.Context()).Err)
}

// TestComposedBroker reads the configuration that docker-compose.yml gives to
// the broker, with the broker's own reader.
func TestComposedBroker(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docker-compose.yml"))
	require.NoError(t, err)
	_, text, ok := strings.Cut(string(b), "\n    content: |\n")
	require.True(t, ok)
	o := new(server.Options)
	require.NoError(t, o.ProcessConfigString(text))
	require.Equal(t, []any{4222, "127.0.0.1", 8222, "/data", true}, []any{o.Port, o.HTTPHost, o.HTTPPort, o.StoreDir, o.SyncAlways})
	require.GreaterOrEqual(t, int(o.MaxPayload), ledger.MaxEntryBytes+1024, "the largest record and its headers")
}
