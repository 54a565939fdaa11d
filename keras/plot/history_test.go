package plot_test

import (
	"bytes"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/plot"
)

// history has n epochs and the values of a function.
func history(n int, value func(epoch int) float64, keys ...string) *callbacks.History {
	h := &callbacks.History{History: map[string][]float64{}}
	for i := range n {
		h.Epoch = append(h.Epoch, i)
		for _, k := range keys {
			h.History[k] = append(h.History[k], value(i))
		}
	}
	return h
}

func falling(epoch int) float64 { return 1 / float64(epoch+1) }

// curves are the data of the lines that are neither axes nor grid, and the texts.
func curves(t *testing.T, h *callbacks.History) (lines []string, d *drawing) {
	im, err := plot.HistoryImage(h)
	require.NoError(t, err)
	for _, element := range strings.Split(im.SVG(), "\n") {
		if strings.Contains(element, `stroke-width="1.5"`) {
			lines = append(lines, element)
		}
	}
	return lines, read(t, im.SVG())
}

func texts(d *drawing) []string {
	var list []string
	for _, s := range d.texts {
		list = append(list, s.text)
	}
	return list
}

func TestPanels(t *testing.T) {
	for _, c := range []struct {
		reason        string
		keys          []string
		titles        []string
		width, height float64
		legend        bool
	}{
		{"the loss alone", []string{"loss"}, []string{"loss"}, 400, 280, false},
		{"the loss first, then by name", []string{"accuracy", "val_accuracy", "loss", "val_loss"}, []string{"loss", "accuracy"}, 800, 280, true},
		{"rows of two", []string{"loss", "b_loss", "a_loss", "learning_rate", "auc"}, []string{"loss", "a_loss", "auc", "b_loss", "learning_rate"}, 800, 840, false},
	} {
		_, d := curves(t, history(3, falling, c.keys...))
		assert.Equal(t, c.titles, slices.DeleteFunc(texts(d), func(s string) bool { return !slices.Contains(c.titles, s) }), c.reason)
		assert.Equal(t, []float64{c.width, c.height}, []float64{d.width, d.height}, c.reason)
		assert.Equal(t, c.legend, slices.Contains(texts(d), "validation"), c.reason)
	}
}

func TestNothingOverlapsInCurves(t *testing.T) {
	for _, value := range []func(int) float64{falling, func(i int) float64 { return 1e-9 * float64(i) },
		func(i int) float64 { return -1e12 * float64(i) }, func(int) float64 { return 0.25 }, func(int) float64 { return 0 }} {
		for _, n := range []int{1, 2, 7, 100, 500, 12345} {
			_, d := curves(t, history(n, value, "loss", "val_loss", "accuracy"))
			for i, s := range d.texts {
				assert.True(t, rect{0, 0, d.width, d.height}.holds(s.rect), "%q on the paper", s.text)
				for _, other := range d.texts[:i] {
					assert.False(t, s.meets(other.rect), "%q beside %q", s.text, other.text)
				}
			}
		}
	}
}

func TestGaps(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		reason string
		values []float64
		lines  int
		dots   int
	}{
		{"whole", []float64{3, 2, 1}, 1, 3},
		{"one epoch is a dot", []float64{3}, 0, 1},
		{"a gap", []float64{4, 3, nan, 2, 1}, 2, 4},
		{"one between gaps is a dot", []float64{nan, 3, nan}, 0, 1},
		{"an infinite loss", []float64{5, inf, -inf, nan}, 0, 1},
		{"nothing", []float64{nan, nan}, 0, 0},
	} {
		lines, d := curves(t, history(len(c.values), func(i int) float64 { return c.values[i] }, "loss"))
		assert.Len(t, lines, c.lines, c.reason)
		assert.Equal(t, c.dots, d.dots, c.reason)
		assert.Equal(t, c.dots == 0, slices.Contains(texts(d), "no finite values"), c.reason)
	}
}

func TestManyEpochsHaveNoDots(t *testing.T) {
	_, d := curves(t, history(500, falling, "loss"))
	assert.Zero(t, d.dots)
}

// With a ValidationFreq of 3, the values are those of epochs 3, 6 and 9.
func TestValidationNowAndThen(t *testing.T) {
	h := history(10, falling, "loss")
	h.History["val_loss"] = []float64{1, 1, 1}
	lines, d := curves(t, h)
	require.Len(t, lines, 4, "two curves, two entries of the legend")
	whole, some := reach(t, d.lines[slices.IndexFunc(d.lines, func(l string) bool { return strings.Count(l, "L") == 9 })]), reach(t, d.lines[slices.IndexFunc(d.lines, func(l string) bool { return strings.Count(l, "L") == 2 })])
	epoch := (whole.right - whole.left) / 9
	assert.InDelta(t, whole.left+2*epoch, some.left, 0.1)
	assert.InDelta(t, whole.left+8*epoch, some.right, 0.1)
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		reason          string
		least, from, to float64
		labels          string
	}{
		{"epochs are whole numbers", 1, 1, 3, "1 2 3"},
		{"one epoch", 1, 0.5, 1.5, "1"},
		{"by fives", 1, 1, 20, "5 10 15 20"},
		{"by hundreds", 1, 1, 500, "100 200 300 400 500"},
		{"values", 0, 0.02, 0.95, "0.2 0.4 0.6 0.8"},
		{"no minus at zero", 0, -0.01, 1, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{"far from zero", 0, 2.4, 2.45, "2.40 2.41 2.42 2.43 2.44 2.45"},
		{"tiny", 0, 0, 5e-8, "0 1e-08 2e-08 3e-08 4e-08 5e-08"},
		{"large", 0, 0, 5e9, "0 1e+09 2e+09 3e+09 4e+09 5e+09"},
	} {
		assert.Equal(t, c.labels, strings.Join(plot.Ticks(c.least, c.from, c.to), " "), c.reason)
	}
}

func TestHistoryFiles(t *testing.T) {
	h := history(3, falling, "loss", "val_loss")
	path := filepath.Join(t.TempDir(), "curves")
	require.NoError(t, plot.History(h, path+".png"))
	text, err := os.ReadFile(path + ".png")
	require.NoError(t, err)
	im, err := png.Decode(bytes.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, []int{800, 560}, []int{im.Bounds().Dx(), im.Bounds().Dy()})

	require.NoError(t, plot.History(h, path+".svg"))
	text, err = os.ReadFile(path + ".svg")
	require.NoError(t, err)
	value, err := plot.HistoryImage(h)
	require.NoError(t, err)
	assert.Equal(t, onPaper(value), string(text))

	require.ErrorContains(t, plot.History(h, path+".dot"), "expected a path that ends in .png or .svg")
	for _, none := range []*callbacks.History{nil, {}} {
		require.ErrorIs(t, plot.History(none, path+".svg"), keras.ErrArgument)
		_, err = plot.HistoryImage(none)
		require.ErrorIs(t, err, keras.ErrArgument)
	}
}
