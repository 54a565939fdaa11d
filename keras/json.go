package keras

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSON as Python's json module reads and writes it: with NaN and Infinity, with
// int and float64 apart, and the keys of an object in their order. encoding/json
// does none of that.

// maxDepth is how deep lists and objects may nest. Why not larger: the parser is
// recursive, and the files are not ours. Why not smaller: encoding/json has the same.
const maxDepth = 10_000

// ParseJSON reads JSON into the values that a Config holds: nil, bool, int,
// float64, string, []any or Config. An integer that no int holds is a float64; of
// a key that stands twice the last value counts, as in Python.
//
// Errors (ErrConfig): what is not JSON in UTF-8; nesting deeper than 10000.
func ParseJSON(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, Fault(ErrConfig, "not JSON: it is not in UTF-8")
	}
	p := parser{text: text}
	v, err := p.value(0)
	if err == nil && p.next() != 0 {
		err = p.expected("the end")
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

type parser struct {
	text []byte
	at   int
}

// words are the values without a structure.
var words = []struct {
	text  string
	value any
}{
	{"null", nil}, {"true", true}, {"false", false},
	{"NaN", math.NaN()}, {"Infinity", math.Inf(1)}, {"-Infinity", math.Inf(-1)},
}

func (p *parser) expected(what string) error {
	received := "the end"
	if p.at < len(p.text) {
		r, _ := utf8.DecodeRune(p.text[p.at:])
		received = strconv.QuoteRune(r)
	}
	return Fault(ErrConfig, "not JSON: expected %s at byte %d, received %s", what, p.at, received)
}

// next skips white space and gives the byte that follows; 0 at the end.
func (p *parser) next() byte {
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
		case 0:
			return 1 // no JSON begins with it, nor with 1
		default:
			return c
		}
	}
	return 0
}

// take reads one byte, if it comes next.
func (p *parser) take(c byte) bool {
	if p.next() != c {
		return false
	}
	p.at++
	return true
}

func (p *parser) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, Fault(ErrConfig, "not read: JSON that nests deeper than %d", maxDepth)
	}
	switch c := p.next(); {
	case c == '{':
		return p.object(depth + 1)
	case c == '[':
		return p.list(depth + 1)
	case c == '"':
		return p.str()
	}
	for _, w := range words {
		if bytes.HasPrefix(p.text[p.at:], []byte(w.text)) {
			p.at += len(w.text)
			return w.value, nil
		}
	}
	return p.number()
}

func (p *parser) list(depth int) (any, error) {
	p.at++
	list := []any{}
	if p.take(']') {
		return list, nil
	}
	for {
		v, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if p.take(']') {
			return list, nil
		}
		if !p.take(',') {
			return nil, p.expected("',' or ']'")
		}
	}
}

func (p *parser) object(depth int) (any, error) {
	p.at++
	cfg := Config{}
	if p.take('}') {
		return cfg, nil
	}
	place := map[string]int{}
	for {
		if p.next() != '"' {
			return nil, p.expected("a key")
		}
		key, err := p.str()
		if err != nil {
			return nil, err
		}
		if !p.take(':') {
			return nil, p.expected("':'")
		}
		v, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		if i, twice := place[key]; twice {
			cfg[i].Value = v
		} else {
			place[key] = len(cfg)
			cfg = append(cfg, Entry{key, v})
		}
		if p.take('}') {
			return cfg, nil
		}
		if !p.take(',') {
			return nil, p.expected("',' or '}'")
		}
	}
}

func (p *parser) str() (string, error) {
	start := p.at
	for p.at++; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '\\':
			p.at++
		case '"':
			p.at++
			var s string
			if err := json.Unmarshal(p.text[start:p.at], &s); err != nil {
				return "", Fault(ErrConfig, "not JSON: the string at byte %d: %s", start, err)
			}
			return s, nil
		}
	}
	p.at = len(p.text)
	return "", p.expected("'\"'")
}

func (p *parser) number() (any, error) {
	rest := p.text[p.at:]
	n := bytes.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune("+-.0123456789eE", r) })
	if n < 0 {
		n = len(rest)
	}
	digits := rest[:n]
	if !json.Valid(digits) {
		return nil, p.expected("a value")
	}
	p.at += n
	if i, err := strconv.Atoi(string(digits)); err == nil {
		return i, nil
	}
	f, _ := strconv.ParseFloat(string(digits), 64) // too large is infinite, as in Python
	return f, nil
}

// writeJSON writes a value as Python's json.dumps does. Numbers, lists and words of
// other Go types are written as what a Config holds.
func writeJSON(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int:
		b.WriteString(strconv.Itoa(v))
	case float64:
		b.WriteString(FormatFloat(v))
	case string:
		writeString(b, v)
	case []any:
		return writeAll(b, '[', ']', len(v), func(i int) error { return writeJSON(b, v[i]) })
	case Config:
		return writeAll(b, '{', '}', len(v), func(i int) error {
			writeString(b, v[i].Key)
			b.WriteString(": ")
			return writeJSON(b, v[i].Value)
		})
	default:
		plain, err := encode(reflect.ValueOf(v))
		if err != nil {
			return err
		}
		return writeJSON(b, plain)
	}
	return nil
}

func writeAll(b *bytes.Buffer, open, shut byte, n int, write func(i int) error) error {
	b.WriteByte(open)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		if err := write(i); err != nil {
			return err
		}
	}
	b.WriteByte(shut)
	return nil
}

// escapes are the characters that have one of their own.
var escapes = map[rune]string{
	'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`,
}

// writeString writes ASCII only, as Python does.
func writeString(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	for _, r := range s {
		escape, special := escapes[r]
		switch {
		case special:
			b.WriteString(escape)
		case r >= ' ' && r <= '~':
			b.WriteRune(r)
		case r > 0xffff: // a surrogate pair
			r -= 0x10000
			fmt.Fprintf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
}

// FormatFloat writes a number as Python's repr does, and JSON of Python: 1.0, 0.001, 1e-07, NaN, Infinity.
func FormatFloat(f float64) string { return formatFloat(f, 64) }

// formatFloat writes as many digits as a float of a number of bits needs.
func formatFloat(f float64, bits int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, bits)
	}
	s := strconv.FormatFloat(f, 'f', -1, bits)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
