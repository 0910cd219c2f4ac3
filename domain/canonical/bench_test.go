package canonical

import (
	"encoding/json"
	"testing"
)

type flat struct {
	A string `json:"actor"`
	B string `json:"basis"`
	C string `json:"code"`
	D string `json:"document"`
	E bool   `json:"edited"`
	F int64  `json:"founders"`
	G string `json:"group,omitempty"`
	I string `json:"id"`
	K string `json:"kind"`
	L string `json:"law,omitempty"`
	N string `json:"name"`
	P int64  `json:"position"`
	R string `json:"recorded"`
	S string `json:"stream"`
	V string `json:"valid"`
	Y int    `json:"year"`
}

const sampleFlat = `{"actor":"can-bo-1","basis":"actual","code":"dak-mil","document":"Quyết định 123/QĐ-UBND ngày 10/3/2023",` +
	`"edited":false,"founders":17,"id":"5f0c3a52-3d0e-5b3c-9d5f-0d1f0f5a6a10","kind":"coop.established/1","law":"2012",` +
	`"name":"HTX Nông nghiệp Thuận An","position":1204,"recorded":"2023-12-05T02:11:09.123456Z",` +
	`"stream":"coop/thuan-an","valid":"2023-03-14","year":2023}`

func BenchmarkUnmarshal(b *testing.B) {
	for _, lib := range []struct {
		name string
		read func([]byte, any) error
	}{{"ours", Unmarshal}, {"encoding-json", json.Unmarshal}} {
		b.Run("flat/"+lib.name, func(b *testing.B) { unmarshals[flat](b, sampleFlat, lib.read) })
	}
	b.Run("page/ours", func(b *testing.B) { unmarshals[page](b, samplePage, Unmarshal) })
}

func unmarshals[T any](b *testing.B, text string, read func([]byte, any) error) {
	src := []byte(text)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		var v T
		if err := read(src, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshal(b *testing.B) {
	var v flat
	if err := Unmarshal([]byte(sampleFlat), &v); err != nil {
		b.Fatal(err)
	}
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		var dst []byte
		for b.Loop() {
			var err error
			if dst, err = Append(dst[:0], &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(&v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	src := []byte(sampleFlat)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Check(src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTransform(b *testing.B) {
	src := pretty([]byte(sampleFlat))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Transform(src, 1<<20); err != nil {
			b.Fatal(err)
		}
	}
}
