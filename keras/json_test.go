package keras_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
)

const vocabulary = "testdata/vocabulary.json"

// dumps is a value as a config writes it.
func dumps(t testing.TB, v any) string {
	t.Helper()
	text, err := keras.Config{{Key: "v", Value: v}}.MarshalJSON()
	require.NoError(t, err)
	return strings.TrimSuffix(strings.TrimPrefix(string(text), `{"v": `), "}")
}

func TestFloatsAreWrittenAsPythonDoes(t *testing.T) {
	for _, c := range section(t, golden(t, vocabulary), "floats") {
		bits, err := strconv.ParseUint(str(t, c, "bits"), 16, 64)
		require.NoError(t, err)
		f, want := math.Float64frombits(bits), str(t, c, "json")
		assert.Equal(t, want, dumps(t, f))
		assert.Equal(t, want, keras.FormatFloat(f))
		back, err := keras.ParseJSON([]byte(want))
		require.NoError(t, err, want)
		assert.Equal(t, want, dumps(t, back), "read again")
		assert.IsType(t, 0.0, back)
	}
}

func TestStringsAreWrittenAsPythonDoes(t *testing.T) {
	for _, c := range section(t, golden(t, vocabulary), "strings") {
		v, _ := c.Get("points")
		var s strings.Builder
		for _, p := range v.([]any) {
			s.WriteRune(rune(p.(int)))
		}
		want := str(t, c, "json")
		assert.Equal(t, want, dumps(t, s.String()))
		assert.Equal(t, "{"+want+": 0}", keras.Config{{Key: s.String(), Value: 0}}.String(), "as a key")
		back, err := keras.ParseJSON([]byte(want))
		require.NoError(t, err, want)
		assert.Equal(t, s.String(), back)
	}
	assert.Equal(t, `"\ufffd"`, dumps(t, "\xff"), "what is not UTF-8")
}

func TestTextsAreReadAsPythonDoes(t *testing.T) {
	for _, c := range section(t, golden(t, vocabulary), "texts") {
		text := str(t, c, "text")
		got, err := keras.ParseJSON([]byte(text))
		want, _ := c.Get("json")
		switch {
		case text == "123456789012345678901234567890": // Python's int has no end
			require.NoError(t, err)
			assert.Equal(t, 123456789012345678901234567890.0, got)
		case want == nil:
			assert.ErrorIs(t, err, keras.ErrConfig, text)
			assert.ErrorContains(t, err, "not JSON", text)
		default:
			require.NoError(t, err, text)
			assert.Equal(t, want, dumps(t, got), text)
		}
	}
}

func TestHostileJSON(t *testing.T) {
	deep := func(open, shut string, n int) string { return strings.Repeat(open, n) + "0" + strings.Repeat(shut, n) }
	for _, tt := range []struct {
		reason, text, want string
	}{
		{"lists that end the stack", strings.Repeat("[", 1_000_000), "nests deeper than 10000"},
		{"objects that end the stack", strings.Repeat(`{"a":`, 1_000_000), "nests deeper than 10000"},
		{"one level too deep", deep("[", "]", 10_001), "nests deeper than 10000"},
		{"bytes that are not UTF-8", "\"\xff\"", "not in UTF-8"},
		{"UTF-16", "\xff\xfe[\x00]\x00", "not in UTF-8"},
		{"where it goes wrong", `{"a": [1, 2, x]}`, "expected a value at byte 13, received 'x'"},
		{"what goes wrong", `[1`, "expected ',' or ']' at byte 2, received the end"},
		{"something follows", `1 é`, "expected the end at byte 2, received 'é'"},
	} {
		_, err := keras.ParseJSON([]byte(tt.text))
		assert.ErrorIs(t, err, keras.ErrConfig, tt.reason)
		assert.ErrorContains(t, err, tt.want, tt.reason)
	}
	_, err := keras.ParseJSON([]byte(deep("[", "]", 10_000)))
	assert.NoError(t, err)

	var many strings.Builder
	many.WriteString("{")
	for i := range 100_000 {
		many.WriteString(`"k` + strconv.Itoa(i%50_000) + `":` + strconv.Itoa(i) + ",")
	}
	v, err := keras.ParseJSON([]byte(many.String() + `"end":0}`))
	require.NoError(t, err)
	assert.Len(t, v, 50_001, "a key that stands twice is one")
	assert.Equal(t, keras.Entry{Key: "k7", Value: 50_007}, v.(keras.Config)[7], "in its first place, with its last value")
}

// FuzzParseJSON: whatever is read is written and read again as the same, and
// encoding/json agrees about what is JSON.
func FuzzParseJSON(f *testing.F) {
	for _, c := range section(f, golden(f, vocabulary), "texts") {
		f.Add([]byte(str(f, c, "text")))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := keras.ParseJSON(text)
		if err != nil {
			if json.Valid(text) && !strings.Contains(err.Error(), "not in UTF-8") {
				t.Fatalf("JSON that was not read: %v", err)
			}
			return
		}
		if !json.Valid(text) && !strings.Contains(string(text), "NaN") && !strings.Contains(string(text), "Infinity") {
			t.Fatal("read, but not JSON")
		}
		written := dumps(t, v)
		again, err := keras.ParseJSON([]byte(written))
		require.NoError(t, err, written)
		if !reflect.DeepEqual(v, again) && written != dumps(t, again) { // NaN is not NaN
			t.Fatalf("%s was read as %v", written, again)
		}
	})
}
