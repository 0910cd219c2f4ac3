package web

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// signersInWords are who signed a note, by name and key id. A name may say
// anything; the page escapes it. Nothing is verified here.
func signersInWords(note []byte) string {
	_, lines, _ := strings.Cut(string(note), "\n\n")
	var list []string
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != "—" {
			continue
		}
		b, err := base64.StdEncoding.DecodeString(fields[2])
		if err != nil || len(b) < 4 {
			continue
		}
		word := "khóa "
		if len(b) == 4+8+64 {
			word = "nhân chứng, khóa "
		}
		list = append(list, fields[1]+" ("+word+hex.EncodeToString(b[:4])+")")
	}
	return strings.Join(list, ", ")
}
