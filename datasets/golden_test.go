package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

// golden is testdata/datasets.json, written by tools/golden from real Keras.
type golden struct {
	ReutersLabels []string `json:"reuters_labels"`
	Orders        []struct {
		Seed  int64
		Order []int
	}
	WordIndexes []struct {
		Dataset string
		Words   map[string]int
	} `json:"word_indexes"`
	Cases []goldenCase
}

type goldenCase struct {
	Dataset, Name string
	Args          map[string]any
	Error         *struct{ Text string }
	XTrain        json.RawMessage `json:"x_train"`
	YTrain        *goldenTensor   `json:"y_train"`
	XTest         json.RawMessage `json:"x_test"`
	YTest         *goldenTensor   `json:"y_test"`
}

// goldenTensor has its elements, or a checksum of them: the SHA-256 of their
// little-endian bytes.
type goldenTensor struct {
	Shape  tensor.Shape
	Data   []float64
	SHA256 string
}

func readGolden(t *testing.T) (g golden) {
	text, err := os.ReadFile("testdata/datasets.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &g))
	require.NotEmpty(t, g.Cases)
	return g
}

// goldenOption is an option for an argument of Keras.
func goldenOption(t *testing.T, name string, value any) Option {
	number, _ := value.(float64)
	text, _ := value.(string)
	switch name {
	case "num_words":
		return NumWords(int(number))
	case "skip_top":
		return SkipTop(int(number))
	case "maxlen":
		return MaxLen(int(number))
	case "start_char":
		if value == nil {
			return WithoutStartChar()
		}
		return StartChar(int(number))
	case "oov_char":
		if value == nil {
			return WithoutOOVChar()
		}
		return OOVChar(int(number))
	case "index_from":
		return IndexFrom(int(number))
	case "test_split":
		return TestSplit(number)
	case "seed":
		return WithSeed(int64(number))
	case "version":
		return Version(text)
	case "label_mode":
		return LabelMode(text)
	case "path":
		return Path(text)
	}
	require.Fail(t, "no option", name)
	return nil
}

// errorTexts are the errors for what Keras refuses, by its own text.
var errorTexts = map[string]string{
	"Seed must be between 0 and 2**32 - 1":                                                         "expected a seed from 0 to 2**32 - 1, received %v",
	"After filtering for sequences shorter than maxlen=1, no sequence was kept. Increase maxlen.":  "expected a MaxLen that keeps texts, which are those that are shorter, received %v",
	"After filtering for sequences shorter than maxlen=-1, no sequence was kept. Increase maxlen.": "expected a MaxLen that keeps texts, which are those that are shorter, received %v",
	"Invalid `test_split` argument: 1.0. It must be between 0 and 1 (exclusive of 1).":             "expected a TestSplit from 0 to below 1, received %v",
	"Invalid `test_split` argument: -0.1. It must be between 0 and 1 (exclusive of 1).":            "expected a TestSplit from 0 to below 1, received %v",
	"Argument `version` must be one of 'small', 'large'. Received: version=tiny":                   `expected Version "small" or "large", received %q`,
	"`label_mode` must be one of `\"fine\"`, `\"coarse\"`. Received: label_mode=medium.":           `expected LabelMode "fine" or "coarse", received %q`,
}

func TestKerasReadsTheSame(t *testing.T) {
	for _, c := range readGolden(t).Cases {
		t.Run(c.Name, func(t *testing.T) {
			dir := "testdata"
			if c.Dataset == "FashionMNIST" {
				dir = "testdata/fashion-mnist"
			}
			options, given := []Option{WithDir(dir)}, any(nil)
			for name, value := range c.Args {
				options = append(options, goldenOption(t, name, value))
				if number, ok := value.(float64); ok && number == float64(int64(number)) {
					value = int64(number)
				}
				given = value
			}
			err := c.check(t, options)
			if c.Error == nil {
				require.NoError(t, err)
				return
			}
			require.Contains(t, errorTexts, c.Error.Text)
			assert.EqualError(t, err, "datasets: "+c.Dataset+": "+fmt.Sprintf(errorTexts[c.Error.Text], given))
		})
	}
}

// check compares a data set with Keras's and returns its error.
func (c goldenCase) check(t *testing.T, options []Option) error {
	switch load := loaders[c.Dataset].(type) {
	case func(...Option) (Split, Split, error):
		train, test, err := load(options...)
		if err != nil {
			assert.Zero(t, train)
			assert.Zero(t, test)
			return err
		}
		c.checkImages(t, c.XTrain, train.X)
		c.checkImages(t, c.XTest, test.X)
		c.YTrain.check(t, train.Y)
		c.YTest.check(t, test.Y)
	case func(...Option) (Sequences, Sequences, error):
		train, test, err := load(options...)
		if err != nil {
			assert.Zero(t, train)
			assert.Zero(t, test)
			return err
		}
		c.checkTexts(t, c.XTrain, train.X)
		c.checkTexts(t, c.XTest, test.X)
		c.YTrain.check(t, train.Y)
		c.YTest.check(t, test.Y)
	default:
		require.Fail(t, "no such data set", c.Dataset)
	}
	return nil
}

var loaders = map[string]any{
	"MNIST": MNIST, "FashionMNIST": FashionMNIST, "CIFAR10": CIFAR10, "CIFAR100": CIFAR100,
	"BostonHousing": BostonHousing, "CaliforniaHousing": CaliforniaHousing,
	"IMDB": IMDB, "Reuters": Reuters,
}

var wordIndexes = map[string]func(...Option) (map[string]int, error){"IMDB": IMDBWordIndex, "Reuters": ReutersWordIndex}

func (c goldenCase) checkImages(t *testing.T, want json.RawMessage, got *tensor.Dense) {
	var x goldenTensor
	require.NoError(t, json.Unmarshal(want, &x))
	x.check(t, got)
}

func (c goldenCase) checkTexts(t *testing.T, want json.RawMessage, got [][]int32) {
	if bytes.HasPrefix(want, []byte("{")) {
		var sums goldenTexts
		require.NoError(t, json.Unmarshal(want, &sums))
		lengths := make([]int32, len(got))
		for i, words := range got {
			lengths[i] = int32(len(words))
		}
		assert.Equal(t, sums, goldenTexts{digest(t, lengths), digest(t, slices.Concat(got...))})
		return
	}
	var x [][]int32
	require.NoError(t, json.Unmarshal(want, &x))
	if len(x) == 0 {
		assert.Nil(t, got)
		return
	}
	assert.Equal(t, x, got)
}

func (want goldenTensor) check(t *testing.T, got *tensor.Dense) {
	t.Helper()
	if want.Shape[0] == 0 {
		assert.Nil(t, got, "an empty part")
		return
	}
	require.Equal(t, want.Shape, got.Shape())
	if want.SHA256 != "" {
		assert.Equal(t, want.SHA256, digest(t, got.Data()))
		return
	}
	elements := make([]float64, len(want.Data))
	for i := range elements {
		switch d := got.Data().(type) {
		case []uint8:
			elements[i] = float64(d[i])
		case []int64:
			elements[i] = float64(d[i])
		case []float64:
			elements[i] = d[i]
		case []float32:
			elements[i] = float64(d[i])
			want.Data[i] = float64(float32(want.Data[i]))
		}
	}
	assert.Equal(t, want.Data, elements)
}

func digest(t *testing.T, elements any) string {
	t.Helper()
	b, err := binary.Append(nil, binary.LittleEndian, elements)
	require.NoError(t, err)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestOrder(t *testing.T) {
	for _, c := range readGolden(t).Orders {
		s, err := newShuffler(c.Seed)
		require.NoError(t, err)
		assert.Equal(t, c.Order, s.order(len(c.Order)), "seed %d", c.Seed)
	}
}

func TestWordIndexes(t *testing.T) {
	g := readGolden(t)
	require.Len(t, g.WordIndexes, 2)
	for _, c := range g.WordIndexes {
		got, err := wordIndexes[c.Dataset](WithDir("testdata"))
		require.NoError(t, err)
		assert.Equal(t, c.Words, got)
	}
	assert.Equal(t, g.ReutersLabels, ReutersLabelNames())
	ReutersLabelNames()[0] = "changed"
	assert.Equal(t, g.ReutersLabels, ReutersLabelNames(), "each call gives a copy")

	for content, want := range map[string]string{
		`{"a": 1`:    "expected a JSON object of words and their numbers: unexpected end of JSON input",
		`{"a": "b"}`: "expected a JSON object of words and their numbers: json: cannot unmarshal string into Go value of type int",
		`[1]`:        "expected a JSON object of words and their numbers: json: cannot unmarshal array into Go value of type map[string]int",
		`null`:       "expected a JSON object of words and their numbers, received null",
	} {
		dir := folder(t, map[string][]byte{"imdb_word_index.json": []byte(content)})
		index, err := IMDBWordIndex(WithDir(dir))
		assert.EqualError(t, err, "datasets: IMDBWordIndex: "+filepath.Join(dir, "imdb_word_index.json")+": "+want)
		assert.Nil(t, index)
	}
}
