package datasets

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

// folders are where GOKERAS_DATA holds data sets.
var folders = map[string]string{
	"IMDB": "imdb", "Reuters": "reuters", "BostonHousing": "housing", "CaliforniaHousing": "housing", "FashionMNIST": "fashion_mnist",
}

// goldenTexts are checksums of texts: of their lengths, and of all words in turn.
type goldenTexts struct{ Lengths, Words string }

// readReal reads testdata/real.json: checksums of what Keras reads from the published files.
func readReal(t *testing.T) (real struct {
	WordIndexes []struct {
		Dataset string
		Count   int
		SHA256  string
	} `json:"word_indexes"`
	Cases []goldenCase
}) {
	text, err := os.ReadFile("testdata/real.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &real))
	require.NotEmpty(t, real.Cases)
	return real
}

func TestKerasReadsTheSameRealData(t *testing.T) {
	for _, c := range readReal(t).Cases {
		t.Run(fmt.Sprint(c.Dataset, c.Args), func(t *testing.T) {
			options := []Option{WithDir(realData(t, folders[c.Dataset]))}
			for name, value := range c.Args {
				options = append(options, goldenOption(t, name, value))
			}
			require.NoError(t, c.check(t, options))
		})
	}
}

func TestRealWordIndexes(t *testing.T) {
	for _, c := range readReal(t).WordIndexes {
		t.Run(c.Dataset, func(t *testing.T) {
			index, err := wordIndexes[c.Dataset](WithDir(realData(t, folders[c.Dataset])))
			require.NoError(t, err)
			assert.Len(t, index, c.Count)
			words := slices.SortedFunc(maps.Keys(index), func(a, b string) int { return cmp.Compare(index[a], index[b]) })
			sum := sha256.Sum256([]byte(strings.Join(words, "\n")))
			assert.Equal(t, c.SHA256, hex.EncodeToString(sum[:]))
		})
	}
}

// What is known of the published images: their number, the first labels, and the first
// pixel.
func TestRealCIFAR10(t *testing.T) {
	dir := realData(t, "cifar10")
	if _, err := os.Stat(filepath.Join(dir, cifar10.file)); err != nil {
		t.Skipf("%s holds no %s", dir, cifar10.file)
	}
	train, test, err := CIFAR10(WithDir(dir))
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{50000, 32, 32, 3}, train.X.Shape())
	assert.Equal(t, tensor.Shape{10000, 1}, test.Y.Shape())
	assert.Equal(t, [10]int{5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000}, histogram(train))
	assert.Equal(t, []uint8{6, 9, 9, 4, 1}, bytesOf(train.Y)[:5])
	assert.Equal(t, []uint8{3, 8, 8, 0, 6}, bytesOf(test.Y)[:5])
	assert.Equal(t, []uint8{59, 62, 63}, bytesOf(train.X)[:3])
}
