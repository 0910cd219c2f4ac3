package merkle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func leavesUpTo(n int) [][]byte {
	leaves := make([][]byte, n)
	for i := range leaves {
		leaves[i] = fmt.Appendf(nil, `{"position":%d}`, i)
	}
	return leaves
}

// shelf keeps every hash that tlog stores, for tlog's own tree hash.
type shelf []Hash

func (s *shelf) ReadHashes(indexes []int64) ([]Hash, error) {
	found := make([]Hash, len(indexes))
	for i, at := range indexes {
		found[i] = (*s)[at]
	}
	return found, nil
}

func TestATreeIsTheReferenceAtEverySize(t *testing.T) {
	var tree Tree
	var stored shelf
	leaves := leavesUpTo(300)
	for n := range len(leaves) + 1 {
		require.Equal(t, int64(n), tree.Size())
		require.Equal(t, RootOf(leaves[:n]), tree.Root(), "size %d", n)
		require.Equal(t, tree.Root(), Root(slices.Values(leaves[:n])), "size %d", n)
		if n > 0 {
			theirs, err := tlog.TreeHash(int64(n), &stored)
			require.NoError(t, err)
			require.Equal(t, theirs, tree.Root(), "size %d", n)
		}
		if n == len(leaves) {
			break
		}
		more, err := tlog.StoredHashes(int64(n), leaves[n], &stored)
		require.NoError(t, err)
		stored = append(stored, more...)
		tree.Append(leaves[n])
	}
}

// The leaves and roots that Certificate Transparency implementations test
// themselves with.
func TestKnownRoots(t *testing.T) {
	var leaves [][]byte
	for _, text := range []string{"", "00", "10", "2021", "3031", "40414243",
		"5051525354555657", "606162636465666768696a6b6c6d6e6f"} {
		leaf, err := hex.DecodeString(text)
		require.NoError(t, err)
		leaves = append(leaves, leaf)
	}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var tree Tree
	for n, want := range roots {
		root := tree.Root()
		require.Equal(t, want, hex.EncodeToString(root[:]), "size %d", n)
		if n < len(leaves) {
			tree.Append(leaves[n])
		}
	}
}

func TestThreeLeavesByHand(t *testing.T) {
	h := func(parts ...string) string {
		var all []byte
		for _, p := range parts {
			all = append(all, p...)
		}
		sum := sha256.Sum256(all)
		return string(sum[:])
	}
	want := h("\x01", h("\x01", h("\x00a"), h("\x00b")), h("\x00c"))
	root := RootOf([][]byte{[]byte("a"), []byte("b"), []byte("c")})
	require.Equal(t, want, string(root[:]))
	require.Equal(t, h("\x00a"), func() string { l := LeafHash([]byte("a")); return string(l[:]) }())
}

func TestACloneGrowsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaf := rapid.SliceOf(rapid.Byte())
		before := rapid.SliceOfN(leaf, 0, 40).Draw(t, "before")
		mine := rapid.SliceOfN(leaf, 0, 40).Draw(t, "mine")
		yours := rapid.SliceOfN(leaf, 0, 40).Draw(t, "yours")
		var a Tree
		for _, l := range before {
			a.Append(l)
		}
		b := a.Clone()
		for i := range max(len(mine), len(yours)) {
			if i < len(mine) {
				a.AppendHash(LeafHash(mine[i]))
			}
			if i < len(yours) {
				b.Append(yours[i])
			}
		}
		require.Equal(t, RootOf(slices.Concat(before, mine)), a.Root())
		require.Equal(t, RootOf(slices.Concat(before, yours)), b.Root())
	})
}

func TestATreeKeepsFewHashes(t *testing.T) {
	var tree Tree
	for range 1 << 12 {
		tree.AppendHash(Hash{})
		require.LessOrEqual(t, len(tree.peaks), 12)
	}
	require.Len(t, tree.peaks, 1)
}

func TestTextFormIsBase64(t *testing.T) {
	var tree Tree
	require.Equal(t, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", tree.Root().String())
	back, err := tlog.ParseHash(tree.Root().String())
	require.NoError(t, err)
	require.Equal(t, tree.Root(), back)
}

func BenchmarkAppend(b *testing.B) {
	leaf := make([]byte, 400)
	b.SetBytes(int64(len(leaf)))
	b.ReportAllocs()
	var tree Tree
	for b.Loop() {
		tree.Append(leaf)
	}
}

func BenchmarkAppendHash(b *testing.B) {
	h := LeafHash([]byte("x"))
	b.ReportAllocs()
	var tree Tree
	for b.Loop() {
		tree.AppendHash(h)
	}
}

func BenchmarkRoot(b *testing.B) {
	var tree Tree
	for range 1<<20 - 1 {
		tree.AppendHash(Hash{1})
	}
	for b.Loop() {
		tree.Root()
	}
}
