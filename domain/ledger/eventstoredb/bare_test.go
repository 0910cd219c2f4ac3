package eventstoredb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	grpcmeta "google.golang.org/grpc/metadata"

	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
)

// The demos show the faults of the bare client, each in a process of its own:
// what it leaks, hangs on and dies of is then gone with the process. They tell
// when another version of the client behaves otherwise.
var demos = map[string]func() string{
	"dead for ever":                demoDead,
	"callers hang":                 demoHang,
	"discovery ignores context":    demoContext,
	"refusal masked":               demoMasked,
	"leader not asked for":         demoLeader,
	"codes hidden":                 demoCodes,
	"cancelled":                    demoCancelled,
	"panics on a message":          demoOdd,
	"panics on a trailer":          demoTrailer,
	"ends the process":             demoFatal,
	"ends our process":             demoFatalOurs,
	"version not numeric":          demoVersion,
	"leaks connections":            demoLeak,
	"metadata unreadable":          demoMetadata,
	"empty append":                 demoEmptyAppend,
	"empty answer is success":      demoEmptyAnswer,
	"subscription ends":            demoSubscription,
	"read start unclassified":      demoReadStart,
	"repeated ids, other bytes":    demoRepeatedIDs,
	"credentials dropped":          demoCredentials,
	"unknown option only logged":   demoOption,
	"cut after commit is an error": demoCutAfterCommit,
	"serve":                        demoServe,  // no fault: see serve
	"append":                       demoAppend, // no fault: see appendElsewhere
}

const demoVariable = "HTXLEDGER_TEST_DEMO"

// demo runs a demo and gives what it found, or how the process ended.
func demo(t *testing.T, name string) string {
	t.Helper()
	require.Contains(t, demos, name)
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), demoVariable+"="+name)
	out, err := cmd.CombinedOutput()
	if _, found, ok := strings.Cut(string(out), "found: "); ok && err == nil {
		return strings.TrimSpace(found)
	}
	return fmt.Sprintf("%v: %s", err, out)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func bareServer(config esdbtest.Config) *esdbtest.Server {
	s := esdbtest.NewServer(esdbtest.NewDatabase(), "", config)
	if err := s.Start(); err != nil {
		panic(err)
	}
	return s
}

func bare(url string) *esdb.Client {
	config := must(esdb.ParseConnectionString(url))
	config.Logger = esdb.NoopLogging()
	return must(esdb.NewClient(config))
}

func data(id, text string) esdb.EventData {
	return esdb.EventData{EventID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(id)), EventType: "test", Data: []byte(text)}
}

// put appends one event, whatever the stream holds, within d.
func put(c *esdb.Client, d time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "test", Data: []byte("{}")})
	return err
}

func code(err error) string {
	var e *esdb.Error
	if errors.As(err, &e) {
		return fmt.Sprint(e.Code())
	}
	return fmt.Sprintf("%T", err)
}

func recovered(f func()) (what any) {
	defer func() { what = recover() }()
	f()
	return nil
}

func demoDead() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL() + "&maxDiscoverAttempts=2&discoveryInterval=10")
	must(0, put(c, time.Second))
	s.Stop()
	for range 3 {
		_ = put(c, time.Second)
	}
	if err := s.Start(); err != nil {
		panic(err)
	}
	var codes []string
	for range 3 {
		time.Sleep(50 * time.Millisecond)
		codes = append(codes, code(put(c, time.Second)))
	}
	return strings.Join(codes, " ") // 6 is ErrorCodeConnectionClosed
}

func demoHang() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL() + "&maxDiscoverAttempts=3")
	s.Stop()
	back := make(chan error, 8)
	for range 8 {
		go func() { back <- put(c, 100*time.Millisecond) }()
	}
	time.Sleep(1500 * time.Millisecond)
	return fmt.Sprintf("%d of 8 came back", len(back))
}

func demoContext() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL() + "&maxDiscoverAttempts=1000&discoveryInterval=10")
	s.Stop()
	back := make(chan error, 1)
	go func() { back <- put(c, 50*time.Millisecond) }()
	select {
	case <-back:
		return "back in time"
	case <-time.After(600 * time.Millisecond):
		return "ten deadlines late"
	}
}

func demoMasked() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	var found []string
	for range 20 {
		s.Inject(esdbtest.Append, esdbtest.Fault{Do: esdbtest.Early, Code: codes.PermissionDenied})
		events := make([]esdb.EventData, 200)
		for i := range events {
			events[i] = esdb.EventData{EventType: "test", Data: bytes.Repeat([]byte("x"), 5000)}
		}
		_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, events...)
		if strings.Contains(err.Error(), "EOF") {
			found = append(found, code(err))
		}
	}
	if len(found) == 0 {
		return "never"
	}
	return found[0] // 0 is ErrorCodeUnknown; the refusal is gone
}

func demoLeader() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{RequiresLeader: true}, data("a", "{}"))
	must(0, err)
	return fmt.Sprintf("%q", s.Asked("requires-leader"))
}

func demoCodes() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	s.Inject(esdbtest.Subscribe, esdbtest.Fault{Do: esdbtest.Fail, Code: codes.PermissionDenied})
	_, err := c.SubscribeToStream(ctx, "s", esdb.SubscribeToStreamOptions{})
	direct, _ := esdb.FromError(err)
	return fmt.Sprintf("FromError %d, errors.As %s", direct.Code(), code(err))
}

func demoCancelled() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	must(0, put(c, time.Second))
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	_, err := c.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, data("a", "{}"))
	return fmt.Sprintf("%s %v", code(err), errors.Is(err, context.Canceled))
}

func demoOdd() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	must(0, put(c, time.Second))
	s.Inject(esdbtest.Read, esdbtest.Fault{Do: esdbtest.Odd})
	return fmt.Sprint(recovered(func() {
		r := must(c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 1))
		_, _ = r.Recv()
	}))
}

var namelessDeletion = esdbtest.Fault{Do: esdbtest.Fail, Code: codes.FailedPrecondition, Trailer: grpcmeta.Pairs("exception", "stream-deleted")}

func demoTrailer() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	s.Inject(esdbtest.Append, namelessDeletion)
	return fmt.Sprint(recovered(func() { _ = put(c, time.Second) }))
}

func demoFatal() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	must(0, put(c, time.Second))
	s.Inject(esdbtest.Read, esdbtest.Fault{Do: esdbtest.Undated})
	r := must(c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 1))
	_, err := r.Recv()
	return fmt.Sprint("survived: ", err)
}

func demoFatalOurs() string {
	s := bareServer(esdbtest.Config{})
	store := must(eventstoredb.Open(ctx, s.URL(), quick("s")))
	must(0, put(bare(s.URL()), time.Second))
	s.Inject(esdbtest.Read, esdbtest.Fault{Do: esdbtest.Undated})
	_, err := store.Size(ctx)
	return fmt.Sprint("survived: ", err)
}

func demoVersion() string {
	s := bareServer(esdbtest.Config{Version: "24.10.0-prerelease"})
	return fmt.Sprint(put(bare(s.URL()+"&maxDiscoverAttempts=2"), time.Second) != nil)
}

// demoLeak lets 12 connections of one client be lost, and tells whether the
// goroutines grew by more than two for each.
func demoLeak() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL() + "&maxDiscoverAttempts=100&discoveryInterval=5")
	must(0, put(c, time.Second))
	before := runtime.NumGoroutine()
	for range 12 {
		s.Inject(esdbtest.Append, esdbtest.Fault{Do: esdbtest.Fail, Code: codes.Unavailable})
		_ = put(c, time.Second)
		must(0, put(c, time.Second))
	}
	return fmt.Sprintf("grew: %v, connections: %d", runtime.NumGoroutine() > before+24, s.Connections())
}

func demoMetadata() string {
	db := esdbtest.NewDatabase()
	s := esdbtest.NewServer(db, "", esdbtest.Config{})
	must(0, s.Start())
	c := bare(s.URL())
	_, none := c.GetStreamMetadata(ctx, "s", esdb.ReadStreamOptions{})
	db.SetMetadata("s", `{"$acl":{"$d":["ops","admins"]}}`)
	_, two := c.GetStreamMetadata(ctx, "s", esdb.ReadStreamOptions{})
	return fmt.Sprintf("none: %v, two roles: %v", none != nil, two != nil)
}

func demoEmptyAppend() string {
	r := must(bare(bareServer(esdbtest.Config{}).URL()).AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}))
	return fmt.Sprint(r.NextExpectedVersion)
}

func demoEmptyAnswer() string {
	s := bareServer(esdbtest.Config{})
	s.Inject(esdbtest.Append, esdbtest.Fault{Do: esdbtest.Empty})
	_, err := bare(s.URL()).AppendToStream(ctx, "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, data("a", "1"), data("b", "2"))
	return fmt.Sprint(err)
}

func demoSubscription() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	sub := must(c.SubscribeToStream(ctx, "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}}))
	for sub.Recv().CaughtUp == nil {
	}
	s.Cut()
	for sub.Recv().SubscriptionDropped == nil {
	}
	for put(c, time.Second) != nil {
	}
	return fmt.Sprint("dropped again: ", sub.Recv().SubscriptionDropped != nil)
}

func demoReadStart() string {
	s := bareServer(esdbtest.Config{})
	c := bare(s.URL())
	must(0, put(c, time.Second))
	s.Stop()
	for {
		if _, err := c.ReadStream(ctx, "s", esdb.ReadStreamOptions{}, 1); err != nil {
			return code(err)
		}
	}
}

// demoRepeatedIDs lets two writers record the same id with other bytes.
func demoRepeatedIDs() string {
	db := esdbtest.NewDatabase()
	s := esdbtest.NewServer(db, "", esdbtest.Config{})
	must(0, s.Start())
	c := bare(s.URL())
	first := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
	must(c.AppendToStream(ctx, "s", first, data("id", "recorded at 9:00")))
	_, err := c.AppendToStream(ctx, "s", first, data("id", "recorded at 9:01"))
	return fmt.Sprintf("%v, stored %s", err, db.Data("s"))
}

func demoCredentials() string {
	s := bareServer(esdbtest.Config{})
	must(0, put(bare(strings.Replace(s.URL(), "esdb://", "esdb://user:secret@", 1)), time.Second))
	return fmt.Sprintf("%q", s.Asked("authorization"))
}

func demoOption() string {
	_, err := esdb.ParseConnectionString("esdb://127.0.0.1:2113?tlsVerfyCert=false")
	return fmt.Sprint(err)
}

func demoCutAfterCommit() string {
	db := esdbtest.NewDatabase()
	s := esdbtest.NewServer(db, "", esdbtest.Config{})
	must(0, s.Start())
	s.Inject(esdbtest.Append, esdbtest.Fault{Do: esdbtest.Cut, Commit: true})
	err := put(bare(s.URL()), time.Second)
	return fmt.Sprintf("failed: %v, stored: %d", err != nil, len(db.Data("s")))
}

// What the demos are known to find. The tests of the Store beside each are in
// faults_test.go.
func TestBareClient(t *testing.T) {
	for name, want := range map[string]string{
		"dead for ever":                "6 6 6",
		"callers hang":                 "1 of 8 came back",
		"discovery ignores context":    "ten deadlines late",
		"refusal masked":               "0",
		"leader not asked for":         `[""]`,
		"codes hidden":                 "FromError 0, errors.As 8",
		"cancelled":                    "0 false",
		"panics on a message":          "unreachable code",
		"panics on a trailer":          "runtime error: index out of range [0] with length 0",
		"version not numeric":          "true",
		"leaks connections":            "grew: true, connections: 13",
		"metadata unreadable":          "none: true, two roles: true",
		"empty append":                 "1",
		"empty answer is success":      "<nil>",
		"subscription ends":            "dropped again: true",
		"read start unclassified":      "*status.Error",
		"repeated ids, other bytes":    "<nil>, stored [recorded at 9:00]",
		"credentials dropped":          `[""]`,
		"cut after commit is an error": "failed: true, stored: 1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, demo(t, name))
		})
	}
	t.Run("unknown option only logged", func(t *testing.T) {
		require.Equal(t, "<nil>", demo(t, "unknown option only logged"))
	})
	t.Run("ends the process", func(t *testing.T) {
		require.Contains(t, demo(t, "ends the process"), "exit status 1: ")
		require.Contains(t, demo(t, "ends the process"), "Failed to parse created date")
	})
	t.Run("ends our process too: it cannot be guarded", func(t *testing.T) {
		require.Contains(t, demo(t, "ends our process"), "Failed to parse created date")
	})
}
