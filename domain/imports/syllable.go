package imports

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// rimes are what may stand behind the first consonants of a Vietnamese syllable,
// without tones. Those with k are of names of the highlands (Đắk, Pắk).
var rimes = func() map[string]bool {
	m := map[string]bool{}
	for _, r := range strings.Fields(`
		a ac ach ai ak am an ang anh ao ap at au ay
		ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
		e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
		i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
		o oc oi ok om on ong ooc oong op ot oa oac oach oai oam oan oang oanh oao oap oat oay
		oăc oăm oăn oăng oăt oe oem oen oeo oet ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơk ơm ơn ơp ơt
		u ua uc ui uk um un ung up ut uân uâng uât uây uê uêch uên uênh uơ uy uya uyt uych uynh uyp uyu uyên uyêt
		uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
		y ych ym yn ynh yp yt yêm yên yêng yêt yêu`) {
		m[r] = true
	}
	return m
}()

// A spoken letter is one of the alphabet without its tone, and the tone: 0 for none,
// then huyền, hỏi, ngã, sắc, nặng.
type spoken struct {
	base rune
	tone int
}

// spokenLetters are the vowels with their tones.
var spokenLetters = func() map[rune]spoken {
	m := map[rune]spoken{}
	for _, row := range []string{
		"aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ",
	} {
		letters := []rune(row)
		for tone, r := range letters {
			m[r] = spoken{letters[0], tone}
		}
	}
	return m
}()

// Tones that a syllable with a stop at its end may have.
const (
	sharpTone = 4
	heavyTone = 5
)

// isSyllable reports whether a word can be a syllable of Vietnamese, by its rime, its
// one tone and the place of its đ. What stands before the rime is not looked at: old
// ways of writing keep it, and names of the highlands have what Vietnamese has not.
func isSyllable(word string) bool {
	var base []rune
	tone, vowels := 0, 0
	for _, r := range strings.ToLower(word) {
		s, vowel := spokenLetters[r]
		switch {
		case vowel:
			vowels++
			if s.tone > 0 && tone > 0 {
				return false
			}
			tone = max(tone, s.tone)
			base = append(base, s.base)
		case r == 'đ' && len(base) > 0, r != 'đ' && r >= utf8.RuneSelf:
			return false
		default:
			base = append(base, r)
		}
	}
	onset := 0
	for onset < len(base) && spokenLetters[base[onset]].base == 0 {
		onset++
	}
	if vowels == 0 {
		return false
	}
	rest, before := string(base[onset:]), ""
	if onset > 0 {
		before = string(base[onset-1])
	}
	if before == "q" {
		rest = strings.TrimPrefix(rest, "u")
	}
	if !rimes[rest] && (before != "g" || !rimes[strings.TrimPrefix(rest, "i")]) {
		return false
	}
	last := rest[len(rest)-1]
	if strings.HasSuffix(rest, "ch") {
		last = 'c'
	}
	switch last {
	case 'c', 'p', 't':
		return tone == sharpTone || tone == heavyTone
	case 'k':
		return tone == 0 || tone == sharpTone || tone == heavyTone
	}
	return true
}

// A reading of a text counts its words with letters beyond ASCII: those that are
// syllables of Vietnamese, with their letters, and those that are none.
type reading struct {
	text            string
	good, bad, size int
}

// fits reports whether a text says Vietnamese words in a way of writing: few or none
// of its words are no syllables (a foreign name may be among them).
func (r reading) fits() bool {
	const few = 4 // of so many words one may be foreign
	return r.good > 0 && r.bad*few <= r.good
}

// readAs reads a text in a way of writing.
func readAs(s string, font Font) reading {
	var r reading
	var out strings.Builder
	for s != "" {
		n := strings.IndexFunc(s, inWord)
		if n < 0 {
			n = len(s)
		}
		out.WriteString(s[:n])
		s = s[n:]
		if n = strings.IndexFunc(s, func(r rune) bool { return !inWord(r) }); n < 0 {
			n = len(s)
		}
		if n > 0 {
			out.WriteString(r.word(s[:n], font))
			s = s[n:]
		}
	}
	r.text = out.String()
	return r
}

// inWord reports what may be part of a word in an old way of writing: a letter, or
// any sign beyond ASCII.
func inWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && !unicode.IsSpace(r)
}

// word counts one word and gives it in Unicode.
func (r *reading) word(word string, font Font) string {
	text, known := word, true
	switch font {
	case TCVN3, TCVN3Capitals:
		text, known = wordOfTCVN3(word)
	case VNI:
		text, known = wordOfVNI(word)
	}
	core := text
	if font == Unicode {
		core = strings.TrimFunc(text, func(r rune) bool { return r >= utf8.RuneSelf && !unicode.IsLetter(r) })
	}
	if isASCII(core) && (known || font == Unicode) {
		return text // it says the same in every way of writing
	}
	if known && isSyllable(core) {
		r.good++
		r.size += utf8.RuneCountInString(core)
	} else {
		r.bad++
	}
	return text
}

// wordOfTCVN3 gives a word of TCVN3 in Unicode; known is false where it has a letter
// that TCVN3 has not.
func wordOfTCVN3(word string) (text string, known bool) {
	known = true
	return strings.Map(func(r rune) rune {
		letter, ok := tcvn3[r]
		if !ok {
			known = known && (r < utf8.RuneSelf || !unicode.IsLetter(r))
			return r
		}
		return letter
	}, word), known
}

// wordOfVNI gives a word of VNI in Unicode; known is false where it has a letter that
// VNI has not, or a sign behind a letter that does not take it.
func wordOfVNI(word string) (text string, known bool) {
	var b strings.Builder
	known = true
	for i := 0; i < len(word); {
		r, n := utf8.DecodeRuneInString(word[i:])
		next, more := utf8.DecodeRuneInString(word[i+n:])
		if letter, ok := vniMarked[string(r)+string(next)]; ok && more > 0 {
			b.WriteRune(letter)
			i += n + more
			continue
		}
		letter, ok := vniAlone[r]
		if !ok {
			letter = r
			known = known && (r < utf8.RuneSelf || !unicode.IsLetter(r))
		}
		b.WriteRune(letter)
		i += n
	}
	return b.String(), known
}
