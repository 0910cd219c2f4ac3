package eventstoredb_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/eventstoredb"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
	"htxledger/domain/ledger/ledgertest"
)

// A stream that has lost records, or is set to, is no ledger.
func TestOpenRefusesStreamsThatLoseRecords(t *testing.T) {
	for _, c := range []struct {
		name, metadata string
		want           error
	}{
		{"no metadata", "", nil},
		{"other metadata", `{"owner":"ban","$cacheControl":60}`, nil},
		{"nothing truncated", `{"$tb":0}`, nil},
		{"null", `{"$maxCount":null}`, nil},
		{"count", `{"$maxCount":1000000}`, eventstoredb.ErrRetention},
		{"age", `{"$maxAge":31536000}`, eventstoredb.ErrRetention},
		{"truncated", `{"$tb":2}`, eventstoredb.ErrRetention},
		{"deleted softly", `{"$tb":9223372036854775807}`, eventstoredb.ErrRetention},
		{"unreadable", `[1]`, eventstoredb.ErrRetention},
		{"list of roles", `{"$acl":{"$r":["$all","x"],"$w":"app","$d":["ops","admins"],"$mw":"$admins"}}`, nil},
		{"anybody deletes", `{"$acl":{"$d":"$all"}}`, eventstoredb.ErrOpenACL},
		{"anybody sets metadata", `{"$acl":{"$mw":["ops","$all"]}}`, eventstoredb.ErrOpenACL},
		{"the list for users' streams", `{"$acl":"$userStreamAcl"}`, eventstoredb.ErrOpenACL},
		{"the list for system streams", `{"$acl":"$systemStreamAcl"}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := esdbtest.NewDatabase()
			url := node(t, db, esdbtest.Config{}).URL()
			require.NoError(t, open(t, url, quick("s")).Append(ctx, 0, ledgertest.Entries(0, 5)...))
			if c.metadata != "" {
				db.SetMetadata("s", c.metadata)
			}
			s, err := eventstoredb.Open(ctx, url, quick("s"))
			if c.want == nil {
				require.NoError(t, err)
				require.NoError(t, s.Close())
				return
			}
			require.ErrorIs(t, err, c.want)
			if c.want == eventstoredb.ErrRetention {
				require.ErrorIs(t, err, ledger.ErrCorrupt)
			}
		})
	}
}

func TestOpenRefusesALostBeginning(t *testing.T) {
	db := esdbtest.NewDatabase()
	url := node(t, db, esdbtest.Config{}).URL()
	require.NoError(t, open(t, url, quick("s")).Append(ctx, 0, ledgertest.Entries(0, 5)...))
	db.SetMetadata("s", `{"$tb":2}`)
	db.Scavenge("s")
	db.SetMetadata("s", `{}`)
	_, err := eventstoredb.Open(ctx, url, quick("s"))
	require.ErrorIs(t, err, ledger.ErrCorrupt)
	require.ErrorContains(t, err, "event 2")

	db.Tombstone("s")
	_, err = eventstoredb.Open(ctx, url, quick("s"))
	require.ErrorIs(t, err, eventstoredb.ErrGone)
	require.ErrorIs(t, err, ledger.ErrCorrupt)
}

// What is done to the stream while it is open shows at the next read.
func TestStreamSpoiledWhileOpen(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*esdbtest.Database)
		want  error
	}{
		{"truncated", func(db *esdbtest.Database) { db.SetMetadata("s", `{"$tb":2}`) }, ledger.ErrCorrupt},
		{"counted", func(db *esdbtest.Database) { db.SetMetadata("s", `{"$maxCount":3}`) }, ledger.ErrCorrupt},
		{"aged", func(db *esdbtest.Database) {
			db.SetMetadata("s", `{"$maxAge":60}`)
			db.Advance(time.Hour)
		}, ledger.ErrCorrupt},
		{"deleted softly", func(db *esdbtest.Database) { db.SetMetadata("s", `{"$tb":9223372036854775807}`) }, eventstoredb.ErrRetention},
		{"deleted", func(db *esdbtest.Database) { db.Tombstone("s") }, eventstoredb.ErrGone},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := esdbtest.NewDatabase()
			s := open(t, node(t, db, esdbtest.Config{}).URL(), quick("s"))
			require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 5)...))
			c.spoil(db)
			_, err := ledgertest.Collect(ctx, s, 0)
			require.ErrorIs(t, err, c.want)
			require.ErrorIs(t, err, ledger.ErrCorrupt)
		})
	}
	t.Run("seen by the follower, and that it is mended", func(t *testing.T) {
		db := esdbtest.NewDatabase()
		s := open(t, node(t, db, esdbtest.Config{}).URL(), quick("s"))
		require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 5)...))
		go s.Grown(ctx, 1<<40)
		live := func() bool { return s.Status().Live }
		require.Eventually(t, live, 5*time.Second, time.Millisecond)
		for metadata, want := range map[string]error{
			`{"$maxCount":5}`: eventstoredb.ErrRetention, `{"$maxAge":86400}`: eventstoredb.ErrRetention, `{"$acl":{"$d":"$all"}}`: eventstoredb.ErrOpenACL,
		} {
			db.SetMetadata("s", metadata)
			require.Eventually(t, func() bool { return errors.Is(s.Status().Err, want) }, 5*time.Second, time.Millisecond, metadata)
			require.False(t, live())
			db.SetMetadata("s", `{}`)
			require.Eventually(t, live, 5*time.Second, time.Millisecond, metadata)
		}
	})
	t.Run("a deleted stream takes no append", func(t *testing.T) {
		db := esdbtest.NewDatabase()
		s := open(t, node(t, db, esdbtest.Config{}).URL(), quick("s"))
		require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 5)...))
		db.Tombstone("s")
		err := s.Append(ctx, 5, ledgertest.Entries(5, 1)...)
		require.ErrorIs(t, err, eventstoredb.ErrGone)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	})
	t.Run("a softly deleted stream begun anew", func(t *testing.T) {
		db := esdbtest.NewDatabase()
		url := node(t, db, esdbtest.Config{}).URL()
		s := open(t, url, quick("s"))
		require.NoError(t, open(t, url, quick("s")).Append(ctx, 0, ledgertest.Entries(0, 5)...))
		db.SetMetadata("s", `{"$tb":9223372036854775807}`)
		err := s.Append(ctx, 0, ledgertest.Entries(0, 1)...) // the server goes on at 5
		require.Error(t, err)
		require.NotEqual(t, ledger.Recorded, ledger.OutcomeOf(err))
		_, err = ledgertest.Collect(ctx, s, 0)
		require.ErrorIs(t, err, ledger.ErrCorrupt)
		_, err = eventstoredb.Open(ctx, url, quick("s"))
		require.ErrorIs(t, err, eventstoredb.ErrRetention)
	})
}

// What can be seen from outside is told, all of it, and nothing is changed.
func TestExamine(t *testing.T) {
	config, file := certificate(t)
	db := esdbtest.NewDatabase()
	server := node(t, db, esdbtest.Config{TLS: config, Password: "app:secret", Reader: "audit:secret", Version: "23.10.8"})
	url := "esdb://%s@" + server.Addr() + "?tlsCAFile=" + file
	require.NoError(t, open(t, fmt.Sprintf(url, "app:secret"), quick("s")).Append(ctx, 0, ledgertest.Entries(0, 5)...))
	examine := func(account string) eventstoredb.Report {
		seen := 0
		r, err := eventstoredb.Examine(ctx, fmt.Sprintf(url, account), quick("s"), func(ledger.Entry) error { seen++; return nil })
		require.NoError(t, err)
		require.EqualValues(t, seen, r.Held)
		require.Equal(t, "23.10.8", r.Version)
		return r
	}
	require.Equal(t, eventstoredb.Report{
		Version: "23.10.8", Stream: "s", Size: 5, Held: 5, MayWrite: true,
		Members: []eventstoredb.Member{{Address: server.Addr(), State: "Leader", Alive: true}},
	}, examine("app:secret"))
	require.False(t, examine("audit:secret").MayWrite)
	require.Len(t, stored(db, "s"), 5)

	db.SetMetadata("s", `{"$maxCount":3,"$acl":{"$d":"$all"}}`)
	r := examine("app:secret")
	var codes []string
	for _, p := range r.Problems {
		f, _ := fault.Of(p)
		codes = append(codes, f.Code)
	}
	require.Equal(t, []string{"esdb-retention", "corrupt", "corrupt"}, codes)
	require.EqualValues(t, 5, r.Size)
	require.Zero(t, r.Held)
	db.Tombstone("s")
	require.NotEmpty(t, examine("app:secret").Problems)
	_, err := eventstoredb.Examine(ctx, fmt.Sprintf(url, "app:wrong"), quick("s"), nil)
	require.ErrorIs(t, err, eventstoredb.ErrDenied)
}

func TestConnectionStrings(t *testing.T) {
	for _, c := range []struct{ url, says string }{
		{"", "scheme"},
		{"http://127.0.0.1:2113", "scheme"},
		{"esdb://", "host"},
		{"esdb://user:hunter2@127.0.0.1:2113?tls=false", "no credentials"},
		{"esdb://user:hunter2@127.0.0.1:2113?tlsVerfyCert=false", "unknown option tlsVerfyCert"},
		{"esdb://user:hunter2@127.0.0.1:x", "port"},
		{"esdb://user:hunter2@127.0.0.1:2113?tls=maybe", "tls"},
		{"esdb://user:hunter2@127.0.0.1:2113?%zz", "malformed"},
		{"esdb://user:hunter2@a:1,b:x", "port"},
		{"esdb://user:hunter2@127.0.0.1:2113?userCertFile=only.pem", "userKeyFile"},
		{"esdb://user:hunter2@127.0.0.1:2113?tls=false&tls=true", "given twice"},
		{"esdb://user:hunter2@127.0.0.1:2113#tls=true", "host"},
		// A password with a character that ends it for the parser, or without a host.
		{"esdb://user:hunter2", "host"},
		{"esdb://user:hunter2/x@127.0.0.1:2113", "percent-encoded"},
		{"esdb://user:hunter2?x@127.0.0.1:2113", "percent-encoded"},
		{"esdb://user:x?hunter2@127.0.0.1:2113", "percent-encoded"},
		{"esdb://user:hunter2#x@127.0.0.1:2113", "percent-encoded"},
		{"esdb://user:x%hunter2@127.0.0.1:2113", "percent-encoded"},
		{"esdb://user:x@hunter2@127.0.0.1:2113", "percent-encoded"},
		{"esdb://user:x hunter2@127.0.0.1:2113", "percent-encoded"},
		{"esdb://user:x,hunter2:@127.0.0.1:x", "host"},
		{"esdb://user@hunter2:hunter2:1", "host"},
	} {
		_, err := eventstoredb.Open(shortly(t), c.url, eventstoredb.Options{})
		require.ErrorContains(t, err, c.says, c.url)
		require.NotContains(t, err.Error(), "unter2", c.url)
		require.ErrorIs(t, err, eventstoredb.ErrConnection, c.url)
	}
}

// certificate makes a synthetic certificate for 127.0.0.1 and its file.
func certificate(t testing.TB) (*tls.Config, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "esdbtest"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file
}

func TestTLSAndCredentials(t *testing.T) {
	config, file := certificate(t)
	server := start(t, esdbtest.Config{TLS: config, Password: "app:secret"})
	url := "esdb://%s@" + server.Addr() + "?tlsCAFile=" + file
	ledgertest.Run(t, maker(fmt.Sprintf(url, "app:secret"), "tls", eventstoredb.Options{}))

	_, err := eventstoredb.Open(ctx, fmt.Sprintf(url, "app:wrong"), quick("s"))
	require.ErrorIs(t, err, eventstoredb.ErrDenied)
}

// Why a server does not answer is told, in words that name no address.
func TestWhyAServerIsAway(t *testing.T) {
	config, file := certificate(t)
	secure, plain := start(t, esdbtest.Config{TLS: config}), start(t, esdbtest.Config{})
	gone := start(t, esdbtest.Config{})
	gone.Stop()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	for url, says := range map[string]string{
		"esdb://" + secure.Addr():                       "its certificate is not trusted",
		"esdb://" + secure.Addr() + "?tls=false":        "what listens there wants TLS, or is no EventStoreDB",
		"esdb://" + plain.Addr() + "?tlsCAFile=" + file: "it does not speak TLS",
		"esdb://" + gone.Addr() + "?tls=false":          "nothing listens at its address",
		"esdb://nowhere.invalid:2113?tls=false":         "its name is not known",
		"esdb://" + silent.Addr().String():              "nothing came in time",
	} {
		_, err := eventstoredb.Open(ctx, url, quick("s"))
		require.ErrorIs(t, err, eventstoredb.ErrAway, url)
		f, _ := fault.Of(err)
		require.Contains(t, f.En(), says, url)
		require.NotContains(t, f.En(), "127.0.0.1")
	}
}

// How the records lie in the stream.
func TestStoredForm(t *testing.T) {
	db := esdbtest.NewDatabase()
	s := open(t, node(t, db, esdbtest.Config{}).URL(), eventstoredb.Options{})
	e := ledgertest.Entries(0, 2)
	require.NoError(t, s.Append(ctx, 0, e...))
	require.Equal(t, texts(e), stored(db, eventstoredb.DefaultStream))
	metadata, types := db.Metadata(eventstoredb.DefaultStream)
	require.Equal(t, []string{"coop.renamed/1", "coop.renamed/1"}, types)
	require.JSONEq(t, fmt.Sprintf(`{"$correlationId":"coop/test-1","id":%q}`, e[1].ID), metadata[1])
}

// The largest append that the ledger allows is below what the server takes,
// with the longest names.
func TestLargestAppendFitsTheServer(t *testing.T) {
	s := open(t, start(t, esdbtest.Config{}).URL(), quick("s"))
	var small []ledger.Entry
	long := ledger.Stream{Family: "certificate", Key: fmt.Sprintf("%0128d", 1)}
	for p := ledger.Position(0); ledger.EntryOverhead*(p+1)+50*(p+1) <= ledger.MaxAppendBytes; p++ {
		e := ledgertest.SizedEntry(p, 50)
		e.Stream, e.Kind = long, "support.model-recognised/1"
		small = append(small, e)
	}
	require.NoError(t, ledger.CheckAppend(0, small))
	require.NoError(t, s.Append(ctx, 0, small...))
	n := ledger.Position(len(small))
	require.NoError(t, s.Append(ctx, n, ledgertest.SizedEntry(n, ledger.MaxEntryBytes)))
}

// The same appends give the same bytes and the same Merkle root in every store.
func TestSameRootInEveryStore(t *testing.T) {
	disk, err := embedded.Open(ctx, t.TempDir(), embedded.Options{Create: true})
	require.NoError(t, err)
	defer disk.Close()
	esdb := open(t, start(t, esdbtest.Config{}).URL(), quick("s"))
	memory := ledgertest.NewMemory()
	ledgertest.SameRoot(t, map[string]ledger.Log{"eventstoredb": esdb, "embedded": disk, "memory": memory})

	onDisk, err := ledgertest.Collect(ctx, disk, 0)
	require.NoError(t, err)
	inStream, err := ledgertest.Collect(ctx, esdb, 0)
	require.NoError(t, err)
	require.Equal(t, texts(onDisk), texts(inStream))
}

// Over our embedded store the test server keeps what it has answered.
func TestServerKeepsItsEvents(t *testing.T) {
	dir := t.TempDir()
	var size ledger.Position
	for range 3 {
		disk, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
		require.NoError(t, err)
		db, err := esdbtest.OpenDatabase(ctx, disk)
		require.NoError(t, err)
		server := node(t, db, esdbtest.Config{})
		s := open(t, server.URL(), quick("s"))
		got, err := ledgertest.Collect(ctx, s, 0)
		require.NoError(t, err)
		require.EqualValues(t, size, len(got))
		require.NoError(t, s.Append(ctx, size, ledgertest.Entries(size, 50)...))
		require.NoError(t, s.Append(ctx, size+50, ledgertest.SizedEntry(size+50, ledger.MaxEntryBytes)))
		size += 51
		require.NoError(t, s.Close())
		server.Stop()
		require.NoError(t, disk.Close())
	}
}
