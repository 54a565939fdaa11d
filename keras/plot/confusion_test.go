package plot_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/plot"
)

// tensorOf is a tensor over elements, in one axis if no shape is given.
func tensorOf(elements any, shape ...int) *tensor.Dense {
	if shape == nil {
		return tensor.New(tensor.WithBacking(elements))
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(elements))
}

func TestConfusionMatrixCounts(t *testing.T) {
	hot := tensorOf([]float32{1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1}, 4, 3) // 0 1 1 2
	probabilities := tensorOf([]float32{0.9, 0.1, 0, 0.2, 0.7, 0.1, 0.5, 0.4, 0.1, 0.3, 0.3, 0.4}, 4, 3)
	const want = "3 of 4 right (75.0%)\n" +
		"true \\ predicted  0  1  2\n" +
		"               0  1  0  0\n" +
		"               1  1  1  0\n" +
		"               2  0  0  1"
	const binary = "3 of 4 right (75.0%)\n" +
		"true \\ predicted  0  1\n" +
		"               0  2  0\n" +
		"               1  1  1"
	for _, c := range []struct {
		reason       string
		yTrue, yPred *tensor.Dense
		want         string
	}{
		{"classes and classes", tensorOf([]int{0, 1, 1, 2}), tensorOf([]uint8{0, 1, 0, 2}), want},
		{"classes and probabilities", tensorOf([]uint8{0, 1, 1, 2}), probabilities, want},
		{"classes (n, 1) and probabilities", tensorOf([]float32{0, 1, 1, 2}, 4, 1), probabilities, want},
		{"one-hot and probabilities", hot, probabilities, want},
		{"one-hot and classes", hot, tensorOf([]int64{0, 1, 0, 2}), want},
		{"two places of two samples", tensorOf([]int{0, 1, 1, 2}, 2, 2), tensorOf(probabilities.Data(), 2, 2, 3), want},
		{"a probability of class 1: 0.5 is not above the half", tensorOf([]int{0, 0, 1, 1}), tensorOf([]float32{0.1, 0.4, 0.5, 0.51}), binary},
		{"a probability (n, 1)", tensorOf([]int{0, 0, 1, 1}), tensorOf([]float32{0.1, 0.4, 0.5, 0.51}, 4, 1), binary},
		{"truth", tensorOf([]bool{false, false, true, true}), tensorOf([]float64{0, 0, 0, 1}), binary},
		{"a sample", tensorOf([]int{1}), tensorOf([]float32{0.25, 0.75}, 1, 2), "1 of 1 right (100.0%)\ntrue \\ predicted  0  1\n               0  0  0\n               1  0  1"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			image, err := plot.ConfusionMatrixImage(c.yTrue, c.yPred)
			require.NoError(t, err)
			assert.Equal(t, c.want, image.String())
		})
	}
	image, err := plot.ConfusionMatrixImage(tensorOf([]int{0, 1, 1}), tensorOf([]int{0, 1, 0}), "cat", "dog", "bird")
	require.NoError(t, err)
	assert.Equal(t, "2 of 3 right (66.7%)\n"+
		"true \\ predicted  cat  dog  bird\n"+
		"             cat    1    0     0\n"+
		"             dog    1    1     0\n"+
		"            bird    0    0     0", image.String(), "a class that does not occur has its row")
}

// Of many classes the text has what one looks for.
func TestConfusionMatrixOfManyClasses(t *testing.T) {
	actual := make([]int, 3000)
	for i := range actual {
		actual[i] = i % 100
	}
	predicted := slices.Clone(actual)
	predicted[7], predicted[107], predicted[23] = 9, 9, 99
	image, err := plot.ConfusionMatrixImage(tensorOf(actual), tensorOf(predicted))
	require.NoError(t, err)
	assert.Equal(t, "2,997 of 3,000 right (99.9%)\n"+
		"true  predicted  samples\n"+
		"   7          9        2\n"+
		"  23         99        1", image.String())
	d := read(t, image.SVG())
	assert.Less(t, max(d.width, d.height), 800.)
	assert.Empty(t, overlaps(d.texts))
}

func TestConfusionMatrixPicture(t *testing.T) {
	image, err := plot.ConfusionMatrixImage(tensorOf([]int{0, 1, 1, 1}), tensorOf([]int{0, 1, 1, 0}), "<cat>", "a dog with an unusually long name")
	require.NoError(t, err)
	d := read(t, image.SVG())
	var texts []string
	for _, s := range d.texts {
		texts = append(texts, s.text)
		assert.True(t, rect{0, 0, d.width, d.height}.holds(s.rect), s.text)
	}
	assert.Equal(t, []string{"3 of 4 right (75.0%)", "predicted", "true",
		"<cat>", "<cat>", "a dog with an unusually lon…", "a dog with …", "1", "0", "1", "2"}, texts)
	assert.Empty(t, overlaps(d.texts))
	grounds := map[string]string{}
	for _, s := range d.texts[7:] {
		grounds[s.text] = s.ground.color
	}
	assert.Equal(t, "#ffffff", grounds["0"], "what did not happen has no colour")
	assert.Equal(t, "#08488c", cell(d, "1", 0), "all of the first class are right")
	assert.NotEqual(t, cell(d, "1", 0), cell(d, "1", 1), "mistakes have another colour")
}

// cell is the colour behind the k-th text of that kind.
func cell(d *drawing, text string, k int) string {
	for _, s := range d.texts {
		if s.text == text {
			if k == 0 {
				return s.ground.color
			}
			k--
		}
	}
	return ""
}

// overlaps are the texts that cover each other.
func overlaps(texts []inscription) []string {
	var found []string
	for i, a := range texts {
		for _, b := range texts[:i] {
			if a.meets(b.rect) {
				found = append(found, a.text+" and "+b.text)
			}
		}
	}
	return found
}

func TestConfusionMatrixFiles(t *testing.T) {
	labels := tensorOf([]int{0, 1})
	for _, name := range []string{"confusion.png", "confusion.svg"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, plot.ConfusionMatrix(labels, labels, path, "cat", "dog"))
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, strings.HasSuffix(name, ".svg"), strings.HasPrefix(string(content), "<svg "))
	}
	assert.ErrorContains(t, plot.ConfusionMatrix(labels, labels, "confusion.gif"), "expected a path that ends in .png or .svg, received confusion.gif")
	assert.Error(t, plot.ConfusionMatrix(labels, nil, "confusion.svg"))
}

func TestConfusionMatrixErrors(t *testing.T) {
	two := tensorOf([]int{0, 1})
	for _, c := range []struct {
		reason       string
		yTrue, yPred *tensor.Dense
		names        []string
		want         string
	}{
		{"no targets", nil, two, nil, "expected targets and predictions, received nil"},
		{"other samples", two, tensorOf([]int{0, 1, 2}), nil, "expected targets and predictions of the same samples, received (2,) and (3,)"},
		{"axes too many", two, tensorOf(make([]float32, 24), 2, 3, 4), nil, "expected targets and predictions of the same samples, received (2,) and (2, 3, 4)"},
		{"negative classes", tensorOf([]int{0, -1}), two, nil, "expected classes 0, 1, 2, … or probabilities, received other numbers"},
		{"scores", two, tensorOf([]float32{0.5, 3}), nil, "expected classes 0, 1, 2, … or probabilities, received other numbers"},
		{"too many classes", two, tensorOf([]float64{0, 1e300}), nil, "expected at most 1000 classes, received 1001"},
		{"no names for all", two, tensorOf([]int{0, 2}), []string{"cat", "dog"}, "expected a name for each of 3 classes, received 2 names"},
		{"strings", two, tensorOf([]string{"cat", "dog"}), nil, "expected numbers or bools, received string"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, err := plot.ConfusionMatrixImage(c.yTrue, c.yPred, c.names...)
			assert.EqualError(t, err, c.want)
		})
	}
}
