package ledger_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// What is told of a text names the character and its place among the characters,
// in both languages.
func TestWhatIsToldOfAText(t *testing.T) {
	name, lines := ledger.TextBound{Most: 12, Name: true}, ledger.TextBound{Most: 12, Lines: true}
	for _, c := range []struct {
		bound    ledger.TextBound
		text     string
		en, vi   string
		declared error
	}{
		{name, "Đắk\u200eMil", "character 4, U+200E, changes the direction of writing", "ký tự thứ 4 (U+200E) đảo chiều chữ; hãy xóa hoặc gõ lại ký tự này", ledger.ErrTextCharacter},
		{name, "\U000E0041HTX", "character 1, U+E0041, cannot be seen", "ký tự thứ 1 (U+E0041) là ký tự không nhìn thấy; hãy xóa hoặc gõ lại ký tự này", ledger.ErrTextCharacter},
		{name, "HTX\u00a0A", "character 4, U+00A0, is a space other than the common one", "ký tự thứ 4 (U+00A0) là khoảng trắng đặc biệt, không phải dấu cách thường; hãy xóa hoặc gõ lại ký tự này", ledger.ErrTextCharacter},
		{name, "HTX\nA", "character 4, U+000A, breaks the line", "ký tự thứ 4 (U+000A) làm ngắt dòng; hãy xóa hoặc gõ lại ký tự này", ledger.ErrTextCharacter},
		{lines, "HTX\tA", "character 4, U+0009, is a control character", "ký tự thứ 4 (U+0009) là ký tự điều khiển; hãy xóa hoặc gõ lại ký tự này", ledger.ErrTextCharacter},
		{lines, "HTX\uf0b7A", "character 4, U+F0B7, has a meaning in one font only", "ký tự thứ 4 (U+F0B7) là ký tự riêng của một phông chữ, máy khác không đọc được; hãy xóa hoặc gõ lại ký tự này", ledger.ErrTextCharacter},
		{lines, "HTX\u0378A", "character 4, U+0378, is not a character of Unicode", "ký tự thứ 4 (U+0378) không phải là ký tự của bảng mã Unicode; hãy xóa hoặc gõ lại ký tự này", ledger.ErrTextCharacter},
		{lines, "\ufffd", "character 1, U+FFFD, stands for something that was lost", "ký tự thứ 1 (U+FFFD) là dấu thay cho nội dung đã bị mất; hãy xóa hoặc gõ lại ký tự này", ledger.ErrTextCharacter},
		{name, "một hai ba bốn", "14 characters are over the limit of 12", "dài 14 ký tự, vượt giới hạn 12 ký tự", ledger.ErrTextLong},
		{lines, " \n ", "only spaces", "chỉ có khoảng trắng, không có chữ nào", ledger.ErrTextBlank},
		{name, "…", `"…" has neither a letter nor a digit`, `"…" không có chữ cái hay chữ số nào`, ledger.ErrTextNameless},
		{lines, " HTX", "character 1 is a space at the start", "ký tự thứ 1 là khoảng trắng thừa ở đầu; hãy xóa", ledger.ErrTextSpace},
		{lines, "HTX Ô\n", "character 6 is a space at the end", "ký tự thứ 6 là khoảng trắng thừa ở cuối; hãy xóa", ledger.ErrTextSpace},
	} {
		err := c.bound.Check(c.text)
		require.ErrorIs(t, err, c.declared, "%+q", c.text)
		f, _ := fault.Of(err)
		require.Equal(t, c.en, f.En())
		require.Equal(t, c.vi, f.Vi())
	}
	for _, text := range []string{"", "một hai ba", "Ê Đê", "1", "株式会社", "a–b “c”"} {
		require.NoError(t, name.Check(text), text)
	}
	require.NoError(t, lines.Check("hai\n  dòng"), "a text of several lines may be indented")
}

// hidden are the characters that are drawn as nothing or stand for something
// lost: those that Unicode calls default ignorable, as ranges written down from
// its DerivedCoreProperties and not from the tables that the program asks, and
// the few that are symbols by name only.
var hidden = [][2]rune{
	{0xAD, 0xAD}, {0x34F, 0x34F}, {0x61C, 0x61C}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x202A, 0x202E},
	{0x2060, 0x206F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
	{0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}, {0x2800, 0x2800}, {0x1D159, 0x1D159}, {0xFFFC, 0xFFFD},
}

// allowed reports whether a text may be recorded, in the words of the rule.
func allowed(text string, b ledger.TextBound) bool {
	letters := 0
	for _, r := range text {
		letters++
		if b.Lines && r == '\n' {
			continue
		}
		if !unicode.IsPrint(r) || slices.ContainsFunc(hidden, func(x [2]rune) bool { return r >= x[0] && r <= x[1] }) {
			return false
		}
	}
	named := strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.L, unicode.N) })
	return strings.TrimSpace(text) == text && letters <= b.Most && (!b.Name || named)
}

// sameAsTheRule wants the check and the rule to say the same of a text.
func sameAsTheRule(t require.TestingT, text string) {
	for _, b := range []ledger.TextBound{{Most: 20}, {Most: 20, Name: true}, {Most: 20, Lines: true}} {
		require.Equal(t, text == "" || allowed(text, b), b.Check(text) == nil, "%+v %+q", b, text)
	}
}

func TestTextsObeyTheRule(t *testing.T) {
	ranges := rapid.Custom(func(t *rapid.T) rune {
		x := rapid.SampledFrom(hidden).Draw(t, "range")
		return rapid.Int32Range(x[0], x[1]).Draw(t, "character")
	})
	r := rapid.OneOf(
		rapid.SampledFrom([]rune("aạ0 -–ĐHTX\n\t\u00a0")), rapid.SampledFrom([]rune("ạ ")), rapid.Rune(), ranges,
		rapid.RuneFrom(nil, unicode.Zs, unicode.Cf, unicode.Co, unicode.Mn, unicode.Variation_Selector),
	)
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			sameAsTheRule(t, rapid.StringOfN(r, 0, 22, -1).Draw(t, "text"))
			sameAsTheRule(t, rapid.StringOfN(rapid.SampledFrom([]rune("aạ  -\n")), 0, 6, -1).Draw(t, "plain"))
		}
	})
}

// Every character is judged as the rule has it.
func TestEveryCharacter(t *testing.T) {
	refused := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		want := r == ' ' || allowed("a"+string(r)+"a", ledger.TextBound{Most: 3})
		why, flawed := ledger.CharacterFlaw(r)
		if want == flawed || flawed && why.Vietnamese == "" {
			require.Fail(t, "judged wrongly", "%U: %q", r, why.Vietnamese)
		}
		if flawed {
			refused++
		}
	}
	require.Greater(t, refused, 900_000, "most of Unicode has no characters yet")
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"HTX Nông nghiệp", "\u200b", " a", "a\u0301\u034f", "\U000E0041", "a\n", "⠀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if utf8.ValidString(text) {
			sameAsTheRule(t, text)
		}
	})
}
