package docs_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"
)

const composeFile = "../docker-compose.yml"

// compose reads the file as Compose would, with some profiles. Files of
// environment are left aside.
func compose(t *testing.T, profiles ...string) *types.Project {
	t.Helper()
	p, err := loadCompose(t, composeFile, nil, cli.WithProfiles(profiles), cli.WithoutEnvironmentResolution)
	require.NoError(t, err)
	return p
}

func loadCompose(t *testing.T, file string, env []string, more ...cli.ProjectOptionsFn) (*types.Project, error) {
	t.Helper()
	options := append([]cli.ProjectOptionsFn{cli.WithEnv(env), cli.WithConsistency(true), cli.WithNormalization(true), cli.WithInterpolation(true)}, more...)
	o, err := cli.NewProjectOptions([]string{file}, options...)
	require.NoError(t, err)
	return o.LoadProject(context.Background())
}

// everything is all services, whatever their profile.
func everything(t *testing.T) *types.Project { return compose(t, "*") }

func names(p *types.Project) []string { return slices.Sorted(slices.Values(p.ServiceNames())) }

// ours are the services that run our program.
func ours(p *types.Project) []string {
	var list []string
	for _, name := range names(p) {
		if p.Services[name].Build != nil {
			list = append(list, name)
		}
	}
	return list
}

func TestComposeProfiles(t *testing.T) {
	for profile, want := range map[string][]string{
		"":        {"eventstoredb", "htxledger"},
		"relay":   {"eventstoredb", "htxledger", "nats", "relay"},
		"cluster": {"eventstoredb", "eventstoredb-1", "eventstoredb-2", "eventstoredb-3", "htxledger", "htxledger-cluster"},
	} {
		require.Equal(t, want, names(compose(t, profile)), profile)
	}
	require.Equal(t, []string{"htxledger", "htxledger-cluster", "relay"}, ours(everything(t)))
}

// TestComposeClusterAlone is what docker compose --profile cluster up
// htxledger-cluster starts: not the store without passwords.
func TestComposeClusterAlone(t *testing.T) {
	p, err := compose(t, "cluster").WithSelectedServices([]string{"htxledger-cluster"})
	require.NoError(t, err)
	require.Equal(t, []string{"eventstoredb-1", "eventstoredb-2", "eventstoredb-3", "htxledger-cluster"}, names(p))
}

var pinned = regexp.MustCompile(`^[a-z0-9./-]+:[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.-]+)?$`)

// TestComposeImages wants a whole version of everything that is pulled.
func TestComposeImages(t *testing.T) {
	p := everything(t)
	for name, s := range p.Services {
		if slices.Contains(ours(p), name) {
			require.Equal(t, "htxledger:local", s.Image)
			require.Equal(t, "cmd/htxledger/Dockerfile", s.Build.Dockerfile)
			continue
		}
		require.Regexp(t, pinned, s.Image, name)
	}
	for _, bad := range []string{"nats", "nats:latest", "nats:2", "nats:2.15", "eventstore/eventstore:lts"} {
		require.NotRegexp(t, pinned, bad)
	}
}

// TestComposeHealth wants a check of every service, but of the relay, which has
// no door, and wants everyone to wait for the store.
func TestComposeHealth(t *testing.T) {
	p := everything(t)
	for name, s := range p.Services {
		require.NotNil(t, s.HealthCheck, name)
		if name == "relay" {
			require.True(t, s.HealthCheck.Disable)
			continue
		}
		require.False(t, s.HealthCheck.Disable, name)
		require.Greater(t, len(s.HealthCheck.Test), 1, name)
		require.NotNil(t, s.HealthCheck.Interval, name)
	}
	for _, name := range ours(p) {
		require.NotEmpty(t, p.Services[name].DependsOn, name)
		for on, d := range p.Services[name].DependsOn {
			require.Equal(t, types.ServiceConditionHealthy, d.Condition, "%s on %s", name, on)
			require.True(t, d.Required)
		}
	}
}

// TestComposeRights takes from every service what it does not need, and from
// ours nearly all.
func TestComposeRights(t *testing.T) {
	p := everything(t)
	for name, s := range p.Services {
		require.Equal(t, []string{"ALL"}, s.CapDrop, name)
		require.Empty(t, s.CapAdd, name)
		require.Contains(t, s.SecurityOpt, "no-new-privileges:true", name)
		require.False(t, s.Privileged, name)
		require.Empty(t, s.NetworkMode, name)
		for _, v := range s.Volumes {
			require.Equal(t, types.VolumeTypeVolume, v.Type, "%s mounts a directory of the host", name)
		}
		for _, port := range s.Ports {
			require.Equal(t, "127.0.0.1", port.HostIP, "%s is open to the network", name)
		}
	}
	for _, name := range ours(p) {
		s := p.Services[name]
		require.Equal(t, "65532:65532", s.User)
		require.True(t, s.ReadOnly)
		require.Len(t, s.Tmpfs, 1)
		require.True(t, strings.HasPrefix(s.Tmpfs[0], "/tmp:"))
		require.Contains(t, s.Tmpfs[0], "noexec")
		writable := slices.DeleteFunc(slices.Clone(s.Volumes), func(v types.ServiceVolumeConfig) bool { return v.ReadOnly })
		require.Len(t, writable, 1, name)
		require.Equal(t, "/data", writable[0].Target)
	}
}

// TestComposeStoreIsInside keeps the stores off the host and off the internet.
func TestComposeStoreIsInside(t *testing.T) {
	p := everything(t)
	require.True(t, bool(p.Networks["store"].Internal))
	for name, s := range p.Services {
		if strings.HasPrefix(name, "eventstoredb") || name == "nats" {
			require.Empty(t, s.Ports, name)
			require.Len(t, s.Networks, 1, name)
			require.Contains(t, s.Networks, "store", name)
		}
	}
}

// TestComposeCommands are words of our program, with the store that is there.
func TestComposeCommands(t *testing.T) {
	p := everything(t)
	for name, want := range map[string]string{
		"htxledger":         "serve --store esdb://eventstoredb:2113?tls=false --listen 0.0.0.0:8080",
		"relay":             "relay --store esdb://eventstoredb:2113?tls=false --to nats://nats:4222/htx.records --stream HTX",
		"htxledger-cluster": "serve --store esdb://eventstoredb-1:2113,eventstoredb-2:2113,eventstoredb-3:2113?tlsCAFile=/certs/ca/ca.crt --listen 0.0.0.0:8080",
	} {
		require.Equal(t, want, strings.Join(p.Services[name].Command, " "))
	}
	given, err := loadCompose(t, composeFile, []string{"HTXLEDGER_CLUSTER_STORE=esdb://elsewhere:2113"}, cli.WithProfiles([]string{"cluster"}), cli.WithoutEnvironmentResolution)
	require.NoError(t, err)
	require.Equal(t, "esdb://elsewhere:2113", given.Services["htxledger-cluster"].Command[2])
}

// TestComposeCluster wants three nodes that know one another, each with its own
// data and certificate, and TLS on.
func TestComposeCluster(t *testing.T) {
	p := everything(t)
	used := map[string]bool{}
	for _, n := range []string{"1", "2", "3"} {
		s := p.Services["eventstoredb-"+n]
		get := func(key string) string {
			v := s.Environment["EVENTSTORE_"+key]
			require.NotNil(t, v, key)
			return *v
		}
		require.Equal(t, "3", get("CLUSTER_SIZE"))
		require.NotContains(t, s.Environment, "EVENTSTORE_INSECURE")
		require.Equal(t, "eventstoredb-"+n, get("NODE_HOST_ADVERTISE_AS"))
		require.Equal(t, "eventstoredb-"+n, get("REPLICATION_HOST_ADVERTISE_AS"))
		seeds := strings.Split(get("GOSSIP_SEED"), ",")
		require.Len(t, seeds, 2)
		for _, seed := range seeds {
			host, _, _ := strings.Cut(seed, ":")
			require.Contains(t, p.Services, host)
			require.NotEqual(t, "eventstoredb-"+n, host)
		}
		for _, v := range s.Volumes {
			own := v.Source != "certs" || v.Target == "/certs/node"
			key := v.Source
			if v.Volume != nil {
				key += "/" + v.Volume.Subpath
			}
			require.False(t, own && used[key], "%s is shared", key)
			used[key] = true
		}
		require.True(t, used["certs/node"+n])
		require.Equal(t, []types.EnvFile{{Path: s.EnvFiles[0].Path, Required: true}}, s.EnvFiles)
		require.Equal(t, ".env.cluster", filepath.Base(s.EnvFiles[0].Path))
	}
	require.True(t, bool(p.Volumes["certs"].External))
	for _, v := range p.Services["htxledger-cluster"].Volumes {
		require.False(t, v.Source == "certs" && v.Volume.Subpath != "ca", "the server must not hold a node's key")
	}
}

// TestComposeClusterNeedsItsPasswords does not start with the passwords that the
// store would have by itself.
func TestComposeClusterNeedsItsPasswords(t *testing.T) {
	dir := t.TempDir()
	text, err := os.ReadFile(composeFile)
	require.NoError(t, err)
	file := filepath.Join(dir, "docker-compose.yml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	_, err = loadCompose(t, file, nil, cli.WithWorkingDirectory(dir), cli.WithProfiles([]string{"cluster"}))
	require.ErrorContains(t, err, ".env.cluster")
	_, err = loadCompose(t, file, nil, cli.WithWorkingDirectory(dir))
	require.NoError(t, err, "without the profile it is not asked for")
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".env.cluster"), []byte("EVENTSTORE_DEFAULT_ADMIN_PASSWORD=x\n"), 0o600))
	p, err := loadCompose(t, file, nil, cli.WithWorkingDirectory(dir), cli.WithProfiles([]string{"cluster"}))
	require.NoError(t, err)
	require.Equal(t, "x", *p.Services["eventstoredb-1"].Environment["EVENTSTORE_DEFAULT_ADMIN_PASSWORD"])
	ignored, err := os.ReadFile("../.gitignore")
	require.NoError(t, err)
	require.Contains(t, strings.Split(string(ignored), "\n"), ".env*")
}

// secretWord finds what looks like a secret that is written out.
var secretWord = regexp.MustCompile(`(?i)(passw(or)?d|secret|token|api_?key)\w*["']?\s*[:=]\s*["']?[^\s"'$]|://[^/\s:@]+:[^/\s@]+@|BEGIN [A-Z ]*(KEY|CERTIFICATE)|changeit`)

// TestComposeHoldsNoSecret looks at the text, comments too.
func TestComposeHoldsNoSecret(t *testing.T) {
	for _, file := range []string{composeFile, "../cmd/htxledger/Dockerfile"} {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Empty(t, secretWord.FindString(string(b)), file)
	}
	for _, bad := range []string{
		"EVENTSTORE_DEFAULT_ADMIN_PASSWORD: hunter2", "esdb://admin:hunter2@node:2113", "token=abc", "API_KEY: 'x'", "-----BEGIN PRIVATE KEY-----",
	} {
		require.Regexp(t, secretWord, bad)
	}
}

// TestDockerfile is checked as text: pinned bases, a static build, a user
// without rights, and nothing but what is named.
func TestDockerfile(t *testing.T) {
	b, err := os.ReadFile("../cmd/htxledger/Dockerfile")
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(string(b), "\\\n", " ")) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	stages := map[string]bool{"scratch": true}
	last := 0
	for i, line := range lines {
		words := strings.Fields(line)
		if words[0] != "FROM" {
			continue
		}
		if !stages[words[1]] {
			require.Regexp(t, pinned, words[1])
		}
		if len(words) == 4 {
			stages[words[3]] = true
		}
		last = i
	}
	require.Equal(t, "FROM scratch", lines[last])
	final := lines[last:]
	require.Contains(t, final, "USER 65532:65532")
	require.Contains(t, final, `ENTRYPOINT ["/htxledger"]`)
	require.True(t, slices.ContainsFunc(final, func(l string) bool { return strings.HasPrefix(l, "HEALTHCHECK ") }))
	require.False(t, slices.ContainsFunc(final, func(l string) bool { return strings.HasPrefix(l, "RUN ") || strings.HasPrefix(l, "ADD ") }))
	require.Contains(t, string(b), "CGO_ENABLED=0")
	require.NotContains(t, string(b), "latest")
	requireGoVersion(t, lines)
	requireIgnored(t)
}

// requireGoVersion wants a compiler that go.mod is content with.
func requireGoVersion(t *testing.T, lines []string) {
	t.Helper()
	mod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	m := regexp.MustCompile(`(?m)^go (1\.[0-9]+)\.[0-9]+$`).FindSubmatch(mod)
	require.NotNil(t, m)
	require.True(t, strings.HasPrefix(lines[0], "FROM golang:"+string(m[1])+"."), lines[0])
}

// requireIgnored wants the build to see only what it names.
func requireIgnored(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile("../cmd/htxledger/Dockerfile.dockerignore")
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	require.Equal(t, "*", lines[0])
	for _, secret := range []string{"**/.env*", "**/*.key", "**/*.pem", "**/*.db"} {
		require.Contains(t, lines, secret)
	}
	require.NotContains(t, lines, "!.git")
}

// TestDocumentedCertificates runs the commands of containers.md and holds what
// they make to what the cluster needs.
func TestDocumentedCertificates(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl here")
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	dir := t.TempDir()
	cmd := exec.Command(shell, "-eu", "-c", strings.Join(block(t, "containers.md", "sh"), "\n"))
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	roots := x509.NewCertPool()
	ca, err := os.ReadFile(filepath.Join(dir, "certs", "ca", "ca.crt"))
	require.NoError(t, err)
	require.True(t, roots.AppendCertsFromPEM(ca))
	for _, n := range []string{"1", "2", "3"} {
		node := filepath.Join(dir, "certs", "node"+n)
		pair, err := tls.LoadX509KeyPair(filepath.Join(node, "node.crt"), filepath.Join(node, "node.key"))
		require.NoError(t, err)
		require.Equal(t, "eventstoredb-node", pair.Leaf.Subject.CommonName, "one name for all nodes")
		for _, use := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
			_, err = pair.Leaf.Verify(x509.VerifyOptions{DNSName: "eventstoredb-" + n, Roots: roots, KeyUsages: []x509.ExtKeyUsage{use}})
			require.NoError(t, err)
		}
		info, err := os.Stat(filepath.Join(node, "node.key"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	keys, err := filepath.Glob(filepath.Join(dir, "certs", "ca", "*.key"))
	require.NoError(t, err)
	require.Empty(t, keys, "the authority's key is in no container")
}
