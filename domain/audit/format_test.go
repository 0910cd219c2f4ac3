package audit_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/merkle"
)

// vectors are the texts of signatures.txt, which other programs made.
func vectors(t *testing.T) (body string, made [][4]string) {
	b, err := os.ReadFile("testdata/vectors/signatures.txt")
	require.NoError(t, err)
	parts := strings.SplitN(string(b), "\n\n", 3)
	lines := strings.Split(strings.TrimSpace(parts[2]), "\n")
	var all [][4]string
	for i := 0; i+4 <= len(lines); i += 4 { // the line of a signature is the fourth
		all = append(all, [4]string(lines[i:i+4]))
		if i+4 < len(lines) && lines[i+4] == "" {
			i++
		}
	}
	return parts[1] + "\n", all
}

func TestSignaturesOfOtherProgramsAreOurs(t *testing.T) {
	body, made := vectors(t)
	require.Len(t, made, 2)
	sum, signed := made[0], []byte(body+"\n"+made[0][3]+"\n")
	require.Equal(t, "checkpoint", sum[0])
	k, err := audit.ParseKey(sum[1] + "\n")
	require.NoError(t, err)
	require.Equal(t, sum[2], k.Verifier())
	v, err := audit.ParseVerifier(sum[2])
	require.NoError(t, err)
	n, err := note.Open(signed, note.VerifierList(v))
	require.NoError(t, err)
	require.Len(t, n.Sigs, 1)

	cosigned := append(signed, made[1][3]+"\n"...)
	p, err := audit.NewPolicy(1, made[1][2])
	require.NoError(t, err)
	found, err := p.Check(cosigned)
	require.NoError(t, err)
	at, err := calendar.ParseInstant("2023-12-01T00:00:00Z")
	require.NoError(t, err)
	require.Equal(t, []audit.Cosignature{{Witness: "test.example/nhan-chung", At: at}}, found)

	// A later time, or another text, is another message.
	_, err = p.Check(bytes.Replace(cosigned, []byte("371"), []byte("372"), 1))
	require.ErrorIs(t, err, audit.ErrWitnesses)
}

func TestWitnessSignsWhatOthersWould(t *testing.T) {
	body, made := vectors(t)
	dir := openDir(t)
	require.NoError(t, dir.Create("witness-key", []byte(made[1][1]+"\n")))
	w, err := audit.OpenWitness(dir, made[0][2])
	require.NoError(t, err)
	require.Equal(t, made[1][2], w.Verifier())
	at, err := calendar.ParseInstant("2023-12-01T00:00:00.999999Z")
	require.NoError(t, err)
	line, err := w.Cosign([]byte("old 0\n\n"+body+"\n"+made[0][3]+"\n"), at)
	require.NoError(t, err)
	require.Equal(t, made[1][3]+"\n", string(line))
}

func TestCheckpointTextIsRead(t *testing.T) {
	root := merkle.RootOf(nil)
	body := "test.example/so\n12\n" + root.String() + "\n"
	c, err := audit.ParseCheckpoint(body)
	require.NoError(t, err)
	require.Equal(t, audit.Checkpoint{Origin: "test.example/so", Size: 12, Root: root}, c)
	require.Equal(t, body, c.Body())

	c, err = audit.ParseCheckpoint(body + "phần mở rộng\n— dòng nữa\n")
	require.NoError(t, err)
	require.Equal(t, []string{"phần mở rộng", "— dòng nữa"}, c.Extensions)

	hash := root.String()
	for _, bad := range []string{
		"", "\n", "a\n", "a\n1\n", "a\n1\n" + hash, // no end of line
		"\n1\n" + hash + "\n", "a\n01\n" + hash + "\n", "a\n+1\n" + hash + "\n", "a\n-1\n" + hash + "\n", "a\n1e3\n" + hash + "\n",
		"a\n9223372036854775808\n" + hash + "\n", "a\n1\n" + hash[:43] + "\n", "a\n1\n" + hash + "=\n",
		"a\n1\n" + hash[:42] + "V=\n", // trailing bits of base64 that say nothing
		"a\n1\n" + hash + "\n\n", "a\n1\n" + hash + "\n\nb\n",
	} {
		_, err := audit.ParseCheckpoint(bad)
		require.ErrorIs(t, err, audit.ErrNote, "%q", bad)
	}
}

func TestPeekWantsOneTextForOneNote(t *testing.T) {
	s := told(t)
	signed, err := s.journal.Latest()
	require.NoError(t, err)
	c, err := audit.ReadUnverified(signed.Note)
	require.NoError(t, err)
	require.Equal(t, signed.Checkpoint, c)
	text := string(signed.Note)
	for _, bad := range []string{
		text[:len(text)-1], text + "x", text + "\n", strings.Replace(text, "— ", "- ", 1), strings.Replace(text, "\n\n", "\n", 1),
		strings.Replace(text, "=\n", "==\n", 1), text + "— khac AAAA\n", text + strings.Repeat("— khac AAAAAAAA\n", 101), strings.Repeat("x", 1<<20),
	} {
		_, err := audit.ReadUnverified([]byte(bad))
		require.ErrorIs(t, err, audit.ErrNote, "%.80q", bad)
	}
	_, err = audit.ReadUnverified([]byte(text + "— khac AAAAAAAA\n")) // an unknown signature is no matter
	require.NoError(t, err)
}

func TestProofsHoldForEverySize(t *testing.T) {
	var tree audit.Tree
	var leaves [][]byte
	for n := range int64(65) {
		root, err := tree.Root(n)
		require.NoError(t, err)
		require.Equal(t, merkle.RootOf(leaves), root)
		for at := range n {
			p, err := tree.Inclusion(at, n)
			require.NoError(t, err)
			require.NoError(t, p.Check(leaves[at]))
			require.NoError(t, tlog.CheckRecord(p.Hashes, n, root, at, tlog.RecordHash(leaves[at]))) // another's judgement
			require.ErrorIs(t, p.Check([]byte("khác")), audit.ErrProof)
			steps, reached := p.Steps(), p.Leaf
			require.Len(t, steps, len(p.Hashes))
			for i, step := range steps {
				require.Equal(t, p.Hashes[i], step.Sibling)
				reached = step.Node
			}
			require.Equal(t, root, reached, "the steps lead to the root")
			c, err := tree.Consistency(at, n)
			require.NoError(t, err)
			require.NoError(t, c.Check())
			if at > 0 {
				require.NoError(t, tlog.CheckTree(c.Hashes, n, root, at, merkle.RootOf(leaves[:at])))
			}
		}
		leaf := []byte{byte(n), byte(n >> 1), 'x'}
		leaves = append(leaves, leaf)
		tree.Append(leaf)
	}
}

func TestProofsThatCannotBe(t *testing.T) {
	var tree audit.Tree
	for i := range 10 {
		tree.Append([]byte{byte(i)})
	}
	for _, c := range [][2]int64{{10, 10}, {-1, 5}, {3, 3}, {0, 0}, {11, 11}} {
		_, err := tree.Inclusion(c[0], c[1])
		require.Error(t, err, "%v", c)
	}
	for _, c := range [][2]int64{{5, 4}, {-1, 4}, {4, 11}} {
		_, err := tree.Consistency(c[0], c[1])
		require.Error(t, err, "%v", c)
	}
	_, err := tree.Root(11)
	require.ErrorIs(t, err, audit.ErrRootAt)
	require.ErrorIs(t, (&audit.Inclusion{}).Check(nil), audit.ErrProof)
	require.ErrorIs(t, (&audit.Inclusion{Position: 5, Size: 5}).Check(nil), audit.ErrProof)
	require.ErrorIs(t, (&audit.Consistency{From: -1}).Check(), audit.ErrProof)
	require.ErrorIs(t, (&audit.Consistency{From: 0, To: 5}).Check(), audit.ErrProof)
}

// No change of a proof passes.
func TestChangedProofsFail(t *testing.T) {
	var tree audit.Tree
	var leaves [][]byte
	for i := range 40 {
		leaves = append(leaves, []byte{byte(i)})
		tree.Append(leaves[i])
	}
	rapid.Check(t, func(r *rapid.T) {
		size := rapid.Int64Range(2, 40).Draw(r, "size")
		at := rapid.Int64Range(0, size-1).Draw(r, "at")
		p, err := tree.Inclusion(at, size)
		require.NoError(r, err)
		bent := *p
		bent.Hashes = append([]audit.Hash(nil), p.Hashes...)
		switch rapid.IntRange(0, 3).Draw(r, "how") {
		case 0:
			i := rapid.IntRange(0, len(bent.Hashes)-1).Draw(r, "hash")
			bent.Hashes[i][rapid.IntRange(0, 31).Draw(r, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(r, "bit")
		case 1:
			bent.Position = (at + 1) % size
		case 2:
			bent.Hashes = bent.Hashes[1:]
		case 3:
			bent.Root[0] ^= 1
		}
		require.ErrorIs(r, bent.Check(leaves[at]), audit.ErrProof)
	})
}

func TestKeysAreReadStrictly(t *testing.T) {
	k, err := audit.NewKey(random(1), origin)
	require.NoError(t, err)
	v := k.Verifier()
	require.Len(t, audit.KeyID(v), 8)
	for _, bad := range []string{"", "x", v[1:], v + "A", strings.Replace(v, "+", "-", 1), strings.Repeat("z", 500)} {
		_, err := audit.ParseVerifier(bad)
		require.ErrorIs(t, err, audit.ErrKeyForm, "%q", bad)
		_, err = audit.ParseWitness(bad)
		require.ErrorIs(t, err, audit.ErrKeyForm, "%q", bad)
		_, err = audit.ParseKey(bad)
		require.ErrorIs(t, err, audit.ErrKeyForm, "%q", bad)
	}
	_, err = audit.ParseWitness(v) // a ledger's key is no witness's
	require.ErrorIs(t, err, audit.ErrKeyForm)
	for _, name := range []string{"", "a b", "a+b", "a\nb", "a\u00a0b", "a\tb"} {
		_, err := audit.NewKey(random(1), name)
		require.ErrorIs(t, err, audit.ErrOriginForm, "%q", name)
	}
}

func TestPoliciesCountWitnessesOnce(t *testing.T) {
	_, made := vectors(t)
	_, err := audit.NewPolicy(2, made[1][2], made[1][2])
	require.ErrorIs(t, err, audit.ErrPolicy)
	_, err = audit.NewPolicy(-1)
	require.ErrorIs(t, err, audit.ErrPolicy)
	_, err = audit.NewPolicy(1, "x")
	require.ErrorIs(t, err, audit.ErrKeyForm)
}

func TestProofsHaveATextAndJSON(t *testing.T) {
	s := told(t)
	signed, err := s.journal.Latest()
	require.NoError(t, err)
	records := s.world.Records()

	p, err := s.view.Inclusion(5, s.view.Size())
	require.NoError(t, err)
	text := p.Text(signed.Note)
	require.Equal(t, "c2sp.org/tlog-proof@v1\nindex 5\n"+hashLines(p.Hashes)+"\n"+string(signed.Note), string(text))
	require.NoError(t, p.Check(records[5].Bytes))

	c, err := s.view.Consistency(9, s.view.Size())
	require.NoError(t, err)
	again, n, err := audit.ParseConsistency(c.Text(signed.Note))
	require.NoError(t, err)
	require.Equal(t, signed.Note, n)
	again.OldRoot = c.OldRoot
	require.Equal(t, c, again)
	require.NoError(t, again.Check())

	b, err := json.Marshal(c)
	require.NoError(t, err)
	var read audit.Consistency
	require.NoError(t, json.Unmarshal(b, &read))
	require.Equal(t, *c, read)
	require.Contains(t, string(b), `"from":9,"to":24,"old_root":"`)

	for _, bad := range []string{"", "old 1\n", "old x\n\n", "old 01\n\n", "new 1\n\n", "old 1\nx\n\n", "old 1\n" + strings.Repeat(c.NewRoot.String()+"\n", 64) + "\n"} {
		_, _, err := audit.ParseConsistency(append([]byte(bad), signed.Note...))
		require.Error(t, err, "%q", bad)
	}
}

// hashLines are hashes as a proof's text has them, one a line.
func hashLines(hashes []audit.Hash) string {
	text := ""
	for _, h := range hashes {
		text += h.String() + "\n"
	}
	return text
}
