package relay_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/projections/relay"
)

func TestParseTarget(t *testing.T) {
	secret := secretFile(t)
	for raw, want := range map[string]relay.Target{
		"nats://127.0.0.1:4222/htx.records":       {Name: "nats://127.0.0.1:4222/htx.records", Topic: "htx.records"},
		"nats://u:p@broker/HTX":                   {Name: "nats://broker:4222/HTX", Topic: "HTX"},
		"tls://token@broker:1/htx.dak-nong.v1":    {Name: "tls://broker:1/htx.dak-nong.v1", Topic: "htx.dak-nong.v1"},
		"nats://[::1]/a":                          {Name: "nats://[::1]:4222/a", Topic: "a"},
		"https://example.org/hook":                {Name: "https://example.org/hook", Topic: "https://example.org/hook"},
		"https://u:p@example.org:8443/":           {Name: "https://example.org:8443/", Topic: "https://u:p@example.org:8443/"},
		"https://example.org/hook?token=t%2F&x=y": {Name: "https://example.org/hook?3dc4e439", Topic: "https://example.org/hook?token=t%2F&x=y"},
		"http://127.0.0.1:8080/sổ":                {Name: "http://127.0.0.1:8080/s%E1%BB%95", Topic: "http://127.0.0.1:8080/s%E1%BB%95"},
		"http://localhost/":                       {Name: "http://localhost/", Topic: "http://localhost/"},
		"http://[::1]:9/":                         {Name: "http://[::1]:9/", Topic: "http://[::1]:9/"},
	} {
		o := relay.TargetOptions{}
		if strings.HasPrefix(raw, "http") {
			o.SecretFile = secret
		}
		got, err := relay.ParseTarget(raw, o)
		require.NoError(t, err, raw)
		require.NotNil(t, got.Open)
		got.Open = nil
		require.Equal(t, want, got, raw)
	}
}

func TestParseTargetRefuses(t *testing.T) {
	secret := secretFile(t)
	plain := filepath.Join(t.TempDir(), "plain")
	require.NoError(t, os.WriteFile(plain, []byte("hello"), 0o600))
	none := filepath.Join(t.TempDir(), "none")
	type o = relay.TargetOptions
	for _, c := range []struct {
		raw  string
		o    o
		want error
	}{
		{"", o{}, relay.ErrTarget},
		{"broker:4222/x", o{}, relay.ErrTarget},
		{"nats:x", o{}, relay.ErrTarget},
		{"nats:///x", o{}, relay.ErrTarget},
		{"nats://:4222/x", o{}, relay.ErrTarget},
		{"nats://canary:canary@ho st/x", o{}, relay.ErrTarget},
		{"nats://canary:%zz@host/x", o{}, relay.ErrTarget},
		{"nats://host:port/x", o{}, relay.ErrTarget},
		{"kafka://host/x", o{}, relay.ErrTarget},
		{"ftp://host/x", o{}, relay.ErrTarget},
		{"https://host/x#y", o{SecretFile: secret}, relay.ErrTarget},
		{"nats://host", o{}, relay.ErrSubject},
		{"nats://host/", o{}, relay.ErrSubject},
		{"nats://host/a.>", o{}, relay.ErrSubject},
		{"nats://host/a.*", o{}, relay.ErrSubject},
		{"nats://host/a..b", o{}, relay.ErrSubject},
		{"nats://host/a.", o{}, relay.ErrSubject},
		{"nats://host/.a", o{}, relay.ErrSubject},
		{"nats://host/a b", o{}, relay.ErrSubject},
		{"nats://host/a/b", o{}, relay.ErrSubject},
		{"nats://host/$JS.API", o{}, relay.ErrSubject},
		{"nats://host/x?tls=false", o{}, relay.ErrSubject},
		{"nats://host/x?", o{}, relay.ErrSubject},
		{"nats://host/x", o{SecretFile: secret}, relay.ErrOption},
		{"nats://host/x", o{CredsFile: none}, relay.ErrNoFile},
		{"nats://host/x", o{CAFile: none}, relay.ErrCA},
		{"nats://host/x", o{CAFile: plain}, relay.ErrCA},
		{"http://example.org/", o{SecretFile: secret}, relay.ErrPlain},
		{"http://10.0.0.1/", o{SecretFile: secret}, relay.ErrPlain},
		{"http://localhost.example.org/", o{SecretFile: secret}, relay.ErrPlain},
		{"https://example.org/", o{}, relay.ErrNoSecret},
		{"https://example.org/", o{SecretFile: none}, relay.ErrNoFile},
		{"https://example.org/", o{SecretFile: plain}, relay.ErrSecret},
		{"https://example.org/", o{SecretFile: secret, CAFile: plain}, relay.ErrCA},
		{"https://example.org/", o{SecretFile: secret, CredsFile: plain}, relay.ErrOption},
		{"https://example.org/", o{SecretFile: secret, Stream: "S"}, relay.ErrOption},
	} {
		_, err := relay.ParseTarget(c.raw, c.o)
		require.ErrorIs(t, err, c.want, c.raw)
		f, ok := fault.Of(err)
		require.True(t, ok)
		require.NotContains(t, err.Error()+f.Vi(), "canary")
		require.NotContains(t, f.Vi()+f.En(), "%!", c.raw)
	}
}

// TestSecretFiles are read strictly, and never shown.
func TestSecretFiles(t *testing.T) {
	path := secretFile(t)
	require.ErrorIs(t, relay.NewSecretFile(path), relay.ErrSecretExists, "it is never written over")
	parse := func() error {
		_, err := relay.ParseTarget("https://example.org/", relay.TargetOptions{SecretFile: path})
		return err
	}
	require.NoError(t, parse())
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o660} {
			require.NoError(t, os.Chmod(path, mode))
			require.ErrorIs(t, parse(), relay.ErrSecretOpen)
			_, err := relay.ParseTarget("nats://host/x", relay.TargetOptions{CredsFile: path})
			require.ErrorIs(t, err, relay.ErrSecretOpen)
		}
		require.NoError(t, os.Chmod(path, 0o600))
	}
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, bad := range []string{
		"", "\n# only words\n", "whsec_", "whsec_canary", "canary", "whsec_Y2FuYXJ5", // too short
		"whsec_" + strings.Repeat("QUFB", 22), // too long
		string(good) + "canary\n", strings.ToUpper(string(good)), "whsec_" + string(good),
	} {
		require.NoError(t, os.WriteFile(path, []byte(bad), 0o600))
		err := parse()
		require.ErrorIs(t, err, relay.ErrSecret, bad)
		require.NotContains(t, strings.ReplaceAll(err.Error(), path, ""), "canary")
	}
}
