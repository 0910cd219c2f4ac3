package imports

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// wayNames are names of co-operatives as they are typed in each way of writing.
var wayNames = []struct{ unicode, tcvn3, vni string }{
	{"HTX Quyết Thắng", "HTX QuyÕt Th¾ng", "HTX Quyeát Thaéng"},
	{"HTX Tân Lập", "HTX T©n LËp", "HTX Taân Laäp"},
	{"HTX Bình Minh", "HTX B×nh Minh", "HTX Bình Minh"},
	{"HTX Đoàn Kết", "HTX §oµn KÕt", "HTX Ñoaøn Keát"},
	{"HTX Thành Công", "HTX Thµnh C«ng", "HTX Thaønh Coâng"},
	{"HTX Hòa Bình", "HTX Hßa B×nh", "HTX Hoøa Bình"},
	{"HTX Tiến Phát", "HTX TiÕn Ph¸t", "HTX Tieán Phaùt"},
	{"HTX Hưng Thịnh", "HTX H\u00adng ThÞnh", "HTX Höng Thònh"},
	{"HTX Nông nghiệp xanh", "HTX N«ng nghiÖp xanh", "HTX Noâng nghieäp xanh"},
	{"HTX Ea Pô", "HTX Ea P«", "HTX Ea Poâ"},
	{"HTX Cà phê Đắk Nông", "HTX Cµ phª §¾k N«ng", "HTX Caø pheâ Ñaék Noâng"},
	{"HTX Mít Việt", "HTX MÝt ViÖt", "HTX Mít Vieät"},
	{"HTX Hồ tiêu", "HTX Hå tiªu", "HTX Hoà tieâu"},
	{"HTX Gia Nghĩa", "HTX Gia NghÜa", "HTX Gia Nghóa"},
	{"HTX Sầu riêng Krông Nô", "HTX SÇu riªng Kr«ng N«", "HTX Saàu rieâng Kroâng Noâ"},
}

// Every name of a column is read right, whether its cells name the typeface, no
// typeface, or the typeface of another way of writing.
func TestNamesInOldFontsAreReadByTheirColumn(t *testing.T) {
	for _, way := range []struct {
		name string
		of   func(i int) string
		from Font
	}{
		{"Unicode", func(i int) string { return wayNames[i].unicode }, Unicode},
		{"TCVN3", func(i int) string { return wayNames[i].tcvn3 }, TCVN3},
		{"VNI", func(i int) string { return wayNames[i].vni }, VNI},
	} {
		for _, face := range []Font{Unicode, TCVN3, VNI} {
			if face != Unicode && way.from != Unicode && face != way.from {
				continue // nobody sees anything but nonsense in such a file
			}
			t.Run(way.name+" under "+face.String(), func(t *testing.T) {
				g := &Grid{Name: "S"}
				for i := range wayNames {
					g.Rows = append(g.Rows, GridRow{Line: i + 1, Cells: []Cell{{Kind: TextCell, Text: way.of(i), Font: face}}})
				}
				out, changed := convertedGrids(nil, []*Grid{g})
				for i, row := range out[0].Rows {
					c := changed[cellAt{out[0], i + 1, 0}]
					require.Empty(t, c.other, row.Cells[0].Text)
					require.Equal(t, wayNames[i].unicode, row.Cells[0].Text)
				}
			})
		}
	}
}

// Text that can be read in two ways, and beside which nothing decides, is asked about.
func TestTextsThatReadTwoWaysAreDoubted(t *testing.T) {
	var none fontEvidence
	got := none.read(nil, 0, "cô", TCVN3)
	require.Equal(t, "cô", got.text)
	require.Equal(t, "cụ", got.other)
	got = none.read(nil, 0, "cô", Unicode)
	require.Equal(t, "cô", got.text)
	require.Empty(t, got.other, "nothing speaks for an old way of writing")
	for _, s := range []string{"Café Noël", "Coca-Cola® Nestlé™", "Cà phê", "10 m²", "30 °C", "Señor Müller", "½ ha", "“Xanh”", "naïve"} {
		got := none.read(nil, 0, s, Unicode)
		require.Equal(t, s, got.text)
		require.Empty(t, got.other, s)
		require.True(t, got.ok, s)
	}
	require.False(t, none.read(nil, 0, "Há»£p tÃ¡c xÃ£ nÃ´ng nghiá»‡p", Unicode).ok)
}

func TestSyllables(t *testing.T) {
	for _, s := range []string{"quyết", "giếng", "gì", "giàu", "nghĩa", "nước", "Đắk", "huynh", "khuỷu", "ươm", "yên", "quốc", "hợp", "xã", "Nghiệp", "thuở", "quả", "giặt"} {
		require.True(t, isSyllable(s), s)
	}
	for _, s := range []string{"bỡnh", "taân", "quyõt", "hîp", "ađ", "tỏá", "mit", "bạò", "café", "tõt", "n", "ụng6"} {
		require.False(t, isSyllable(s), s)
	}
}

// vietnameseLetters are the letters of the alphabet that ASCII has not.
func vietnameseLetters() (list []rune) {
	for r := range spokenLetters {
		if r > 'z' {
			list = append(list, r)
		}
	}
	return append(list, 'đ')
}
