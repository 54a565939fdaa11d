package keras

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/pkg/errors"
)

// Config is what Keras's get_config gives: keys with values, in Keras's order.
// A value is nil, bool, int, float64, string, []any or Config.
type Config []Entry

// Entry is one key of a Config.
type Entry struct {
	Key   string
	Value any
}

// Get is the value of a key.
func (c Config) Get(key string) (any, bool) {
	for _, e := range c {
		if e.Key == key {
			return e.Value, true
		}
	}
	return nil, false
}

// With is the config with a key set: in its place, or at the end.
func (c Config) With(key string, value any) Config {
	out := append(Config(nil), c...)
	for i := range out {
		if out[i].Key == key {
			out[i].Value = value
			return out
		}
	}
	return append(out, Entry{key, value})
}

// Without is the config without some keys.
func (c Config) Without(keys ...string) Config {
	var out Config
	for _, e := range c {
		keep := true
		for _, k := range keys {
			keep = keep && e.Key != k
		}
		if keep {
			out = append(out, e)
		}
	}
	return out
}

// String is the config as JSON.
func (c Config) String() string {
	var b bytes.Buffer
	writeJSON(&b, c)
	return b.String()
}

// MarshalJSON writes the keys in their order and floats with a point, as Python does.
func (c Config) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	writeJSON(&b, c)
	return b.Bytes(), nil
}

// UnmarshalJSON keeps the order of the keys, and int and float64 apart. It reads
// NaN and Infinity, which Python writes.
func (c *Config) UnmarshalJSON(text []byte) error {
	v, err := ParseJSON(text)
	if err != nil {
		return err
	}
	cfg, ok := v.(Config)
	if !ok {
		return Expected(ErrConfig, "a JSON object", string(text))
	}
	*c = cfg
	return nil
}

// ParseJSON reads JSON into the values that a Config holds.
func ParseJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d)
	if err != nil {
		return nil, &Error{Kind: ErrConfig, Text: "not JSON", Cause: err}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, Fault(ErrConfig, "not JSON: something follows the value at byte %d", d.InputOffset())
	}
	return v, nil
}

func parseValue(d *json.Decoder) (any, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case json.Number:
		if i, err := strconv.Atoi(t.String()); err == nil {
			return i, nil
		}
		return t.Float64()
	case json.Delim:
		if t == '[' {
			list := []any{}
			for d.More() {
				v, err := parseValue(d)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
			_, err := d.Token()
			return list, err
		}
		cfg := Config{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			cfg = append(cfg, Entry{key.(string), v})
		}
		_, err := d.Token()
		return cfg, err
	}
	return tok, nil // nil, bool, string
}

// AppendJSON writes a value of a Config as Python's json.dumps does.
func AppendJSON(b *bytes.Buffer, v any) { writeJSON(b, v) }

func writeJSON(b *bytes.Buffer, v any) {
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
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			writeJSON(b, e)
		}
		b.WriteByte(']')
	case Config:
		b.WriteByte('{')
		for i, e := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			writeString(b, e.Key)
			b.WriteString(": ")
			writeJSON(b, e.Value)
		}
		b.WriteByte('}')
	default:
		panic(errors.Errorf("a config cannot hold %T", v))
	}
}

func writeString(b *bytes.Buffer, s string) {
	var q bytes.Buffer
	e := json.NewEncoder(&q)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // strings always encode
	for _, r := range strings.TrimSuffix(q.String(), "\n") {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r > 0xffff: // Python writes ASCII: a surrogate pair
			r -= 0x10000
			writeEscape(b, 0xd800+r>>10)
			writeEscape(b, 0xdc00+r&0x3ff)
		default:
			writeEscape(b, r)
		}
	}
}

func writeEscape(b *bytes.Buffer, r rune) {
	hex := strconv.FormatInt(int64(r), 16)
	b.WriteString(`\u` + strings.Repeat("0", 4-len(hex)) + hex)
}

// FormatFloat writes a number as Python's repr does: 1.0, 0.001, 1e-07, NaN, Infinity.
func FormatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
