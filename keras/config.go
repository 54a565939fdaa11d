package keras

import (
	"bytes"
	"slices"
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
	out := slices.Clone(c)
	if i := slices.IndexFunc(out, func(e Entry) bool { return e.Key == key }); i >= 0 {
		out[i].Value = value
		return out
	}
	return append(out, Entry{key, value})
}

// Without is the config without some keys.
func (c Config) Without(keys ...string) Config {
	return slices.DeleteFunc(slices.Clone(c), func(e Entry) bool { return slices.Contains(keys, e.Key) })
}

// String is the config as JSON.
func (c Config) String() string {
	text, err := c.MarshalJSON()
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// MarshalJSON writes the keys in their order and numbers as Python does. Errors
// (ErrConfig): a value that is none of those that a Config holds.
func (c Config) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, c); err != nil {
		return nil, err
	}
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
		return Expected(ErrConfig, "a JSON object", show(v))
	}
	*c = cfg
	return nil
}
