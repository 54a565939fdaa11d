package plot_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/plot"
)

var everything = []plot.Option{plot.ShowShapes(), plot.ShowDType(), plot.ShowLayerNames(), plot.ExpandNested(),
	plot.ShowLayerActivations(), plot.ShowTrainable()}

// deep is a residual network of some two hundred layers.
func deep() *models.Model {
	in := input("img", 8, 8, 1)
	x := in
	for range 65 {
		y := layers.Conv2D(1, 1).Activation("relu").Apply(x)
		x = layers.Add().Apply(layers.Conv2D(1, 1).Apply(y), x)
	}
	return build(in, layers.Flatten().Apply(x), "deep")
}

// file is what plot.Model writes.
func file(t *testing.T, m *models.Model, name string, opts ...plot.Option) []byte {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, plot.Model(m, path, opts...))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

func TestTextsFitTheirCells(t *testing.T) {
	cases := maps.Clone(zoo)
	cases["two hundred layers"] = deep
	cases["long name"] = func() *models.Model {
		x := input("x", 1)
		return build(x, dense(1, strings.Repeat("WMij_", 60)).Apply(x), "long")
	}
	for name, make := range cases {
		m := make()
		for i, opts := range [][]plot.Option{nil, everything, append(slices.Clone(everything), plot.RankDir("RL"))} {
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				d := read(t, string(file(t, m, "model.svg", opts...)))
				require.NotEmpty(t, d.texts)
				paper := rect{0, 0, d.width, d.height}
				assert.Equal(t, fill{paper, "#ffffff"}, d.fills[0], "a ground of its own, for dark pages")
				for i, s := range d.texts {
					if !s.ground.grow(-3).holds(s.rect) || s.ground.rect == paper {
						t.Errorf("%q runs out of its cell", s.text)
					}
					for _, other := range d.texts[:i] {
						if s.meets(other.rect) {
							t.Errorf("%q lies on %q", s.text, other.text)
						}
					}
				}
			})
		}
	}
}

func TestEverythingIsDrawn(t *testing.T) {
	for name, make := range zoo {
		t.Run(name, func(t *testing.T) {
			m := make()
			opts := append(slices.Clone(everything), plot.RankDir("LR"))
			dot := string(file(t, m, "model.dot", opts...))
			d := read(t, string(file(t, m, "model.svg", opts...)))
			assert.Len(t, d.lines, strings.Count(dot, " -> "))
			assert.Equal(t, strings.Count(dot, "subgraph"), d.frames)
			boxes := map[string]bool{}
			for _, line := range strings.Split(dot, "\n") {
				if id, _, ok := strings.Cut(line, " [label="); ok {
					boxes[id] = true
				}
			}
			titles := 0
			for i, f := range d.fills[1:] {
				if f.color == "#000000" && d.fills[i].color != "#000000" {
					titles++
				}
			}
			assert.Equal(t, len(boxes), titles)
			var drawn strings.Builder
			for _, s := range d.texts {
				drawn.WriteString(s.text)
			}
			for _, cell := range strings.Split(dot, "</td>") {
				_, text, _ := strings.Cut(cell, "<font")
				_, text, _ = strings.Cut(text, ">")
				text = strings.NewReplacer("<b>", "", "</b>", "", "</font>", "").Replace(text)
				if len(d.foreign) == 0 && strings.Contains(cell, "<font") {
					assert.Contains(t, drawn.String(), text)
				}
			}
		})
	}
}

// The PNG shows what the SVG shows.
func TestPixels(t *testing.T) {
	for _, dpi := range []int{72, 200} {
		m := towers()
		d := read(t, string(file(t, m, "model.svg", everything...)))
		im, err := png.Decode(bytes.NewReader(file(t, m, "model.png", append(slices.Clone(everything), plot.DPI(dpi))...)))
		require.NoError(t, err)
		scale := float64(dpi) / 72
		assert.InDelta(t, d.width*scale, im.Bounds().Dx(), 1)
		assert.InDelta(t, d.height*scale, im.Bounds().Dy(), 1)
		for i, f := range d.fills {
			if i+1 < len(d.fills) && f.holds(d.fills[i+1].rect) || f.bottom-f.top < 20 { // painted over, a tip or a name
				continue
			}
			r, g, b, _ := im.At(int((f.left+3)*scale), int((f.top+3)*scale)).RGBA()
			assert.Equal(t, f.color, fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8), "%v", f)
		}
		for _, s := range d.texts {
			assert.True(t, varied(im, s.rect, scale), "%q is there", s.text)
		}
	}
}

// varied reports whether an area has more than one colour.
func varied(im image.Image, r rect, scale float64) bool {
	colors := map[color.Color]bool{}
	for x := int(r.left * scale); x < int(r.right*scale); x++ {
		for y := int(r.top * scale); y < int(r.bottom*scale); y++ {
			colors[im.At(x, y)] = true
		}
	}
	return len(colors) > 1
}

func TestHugePicturesGetFewerPixels(t *testing.T) {
	for _, c := range []struct {
		reason        string
		width, height float64
		dpi, expected int
	}{
		{"a usual one", 400, 900, 200, 200},
		{"too high", 100, 72_000, 200, 32},
		{"too much in all", 7200, 7200, 200, 57},
		{"never none", 1e9, 1e9, 200, 1},
	} {
		assert.Equal(t, c.expected, plot.Fit(c.width, c.height, c.dpi), c.reason)
	}
}

func TestPalette(t *testing.T) {
	for colors, want := range map[int]bool{1: true, 256: true, 257: false} {
		im := image.NewRGBA(image.Rect(0, 0, colors, 2))
		for i := range colors {
			im.Set(i, 0, color.RGBA{uint8(i), uint8(i >> 8), 7, 255})
			im.Set(colors-1-i, 1, im.At(i, 0))
		}
		out := plot.Paletted(im)
		_, few := out.(*image.Paletted)
		assert.Equal(t, want, few, "%d colours", colors)
		for i := range colors {
			assert.Equal(t, im.At(i, 1), out.At(i, 1), "pixel %d", i)
		}
	}
}

func TestDirectionsAndSplines(t *testing.T) {
	m := toyResNet()
	size := func(dir string) (float64, float64) {
		d := read(t, string(file(t, m, "model.svg", plot.RankDir(dir))))
		return d.width, d.height
	}
	w, h := size("TB")
	assert.Less(t, w, h)
	w, h = size("LR")
	assert.Greater(t, w, h)

	for style, letters := range map[string]string{"ortho": "LMQ", "curved": "CLM", "spline": "CLM", "polyline": "LM", "line": "LM"} {
		d := read(t, string(file(t, m, "model.svg", plot.Splines(style))))
		used := map[rune]bool{}
		most := 0
		for _, line := range d.lines {
			for _, c := range strings.Trim(line, "0123456789. ") + line {
				if c >= 'A' && c <= 'Z' {
					used[c] = true
				}
			}
			most = max(most, strings.Count(line, "L"))
		}
		for c := range used {
			assert.Contains(t, letters, string(c), style)
		}
		assert.Equal(t, style == "line", most <= 1 && !used['C'] && !used['Q'], style)
		upright := true // the tips
		for _, f := range d.fills {
			if f.color == "#3c3c3c" {
				upright = upright && math.Abs(f.right-f.left-7) < 0.1 && math.Abs(f.bottom-f.top-9) < 0.1
			}
		}
		assert.Equal(t, style != "line" && style != "polyline", upright, style)
	}
}

func TestLettersThatTheFontLacks(t *testing.T) {
	x := input("x", 1)
	d := read(t, string(file(t, build(x, dense(1, "日本語").Apply(x), "m"), "model.svg", plot.ShowLayerNames())))
	require.Len(t, d.foreign, 1)
	assert.NotEmpty(t, d.foreign[0])
}

// Keras writes these names as they are, and Graphviz cannot read them.
func TestNamesAreEscaped(t *testing.T) {
	x := input("x", 1)
	inner := input("i", 1)
	m := build(x, build(inner, dense(1, `a<b> & "c"`).Apply(inner), `q"uote`).Apply(x), "m")
	dot := string(file(t, m, "model.dot", plot.ShowLayerNames(), plot.ExpandNested()))
	assert.Contains(t, dot, `<b>a&lt;b&gt; &amp; "c"</b>`)
	assert.Contains(t, dot, `subgraph "cluster_q\"uote" {`)
	assert.Contains(t, dot, `label="q\"uote";`)
	var texts []string
	for _, s := range read(t, string(file(t, m, "model.svg", plot.ShowLayerNames(), plot.ExpandNested()))).texts {
		texts = append(texts, s.text)
	}
	assert.Contains(t, texts, `a<b> & "c"`)
	assert.Contains(t, texts, `q"uote`)
}

func TestExtensions(t *testing.T) {
	for name, start := range map[string]string{
		"m.dot": "digraph G {", "m.DOT": "digraph G {", "m.svg": "<svg ", "m.SVG": "<svg ", "m.png": "\x89PNG", "m": "\x89PNG",
	} {
		assert.True(t, strings.HasPrefix(string(file(t, residual(), name)), start), name)
	}
}

func TestModelErrors(t *testing.T) {
	dir := t.TempDir()
	broken, _ := models.New(nil, nil)
	unbuilt := models.Must(models.Sequential(layers.Dense(1)))
	for _, c := range []struct {
		reason string
		model  *models.Model
		path   string
		opts   []plot.Option
		kind   error
		text   string
	}{
		{"no model", nil, "m.png", nil, keras.ErrArgument, "expected a model, received nil"},
		{"a model with an error", broken, "m.png", nil, keras.ErrArgument, broken.Err().Error()},
		{"not built", unbuilt, "m.png", nil, keras.ErrState, "This model has not yet been built."},
		{"extension", residual(), "m.pdf", nil, keras.ErrArgument, "expected a path that ends in .png, .svg or .dot, received " + dir + "/m.pdf"},
		{"direction", residual(), "m.png", []plot.Option{plot.RankDir("down")}, keras.ErrArgument, `expected RankDir of TB, BT, LR, RL, received "down"`},
		{"splines", residual(), "m.png", []plot.Option{nil, plot.Splines("wavy")}, keras.ErrArgument, `expected Splines of ortho, curved, polyline, spline, line, received "wavy"`},
		{"dpi", residual(), "m.png", []plot.Option{plot.DPI(0)}, keras.ErrArgument, "expected a DPI of at least 1, received 0"},
		{"a folder that is not there", residual(), "no/m.svg", nil, os.ErrNotExist, "no"},
	} {
		err := plot.Model(c.model, dir+"/"+c.path, c.opts...)
		require.ErrorContains(t, err, c.text, c.reason)
		assert.True(t, errors.Is(err, c.kind), c.reason)
		if !errors.Is(err, os.ErrNotExist) && c.path == "m.png" {
			_, second := plot.ModelImage(c.model, c.opts...)
			assert.Equal(t, err, second, c.reason)
		}
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestNamesAreBold(t *testing.T) {
	bold := map[string]bool{}
	for _, s := range read(t, string(file(t, residual(), "model.svg", plot.ShowLayerNames(), plot.ShowShapes()))).texts {
		bold[s.text] = s.bold
	}
	for text, want := range map[string]bool{"sum": true, " (Add)": false, "Output shape: ": false, "(None, 4)": true} {
		assert.Equal(t, want, bold[text], text)
	}
}

// onPaper is what a file has of a picture for notebooks: the same, in points instead of pixels.
func onPaper(im *plot.Image) string {
	pixels := regexp.MustCompile(`^<svg xmlns="[^"]*" width="([\d.]+)px" height="([\d.]+)px"`)
	return pixels.ReplaceAllString(im.SVG(), `<svg xmlns="http://www.w3.org/2000/svg" width="${1}pt" height="${2}pt"`) + "\n"
}

func TestImageForNotebooks(t *testing.T) {
	m := residual()
	im, err := plot.ModelImage(m, plot.ShowShapes())
	require.NoError(t, err)
	assert.Equal(t, onPaper(im), string(file(t, m, "m.svg", plot.ShowShapes())))
	assert.Equal(t, map[string]any{"image/svg+xml": im.SVG(), "text/plain": "<Functional name=residual, built=True>"}, im.SimpleRender())
	assert.Equal(t, "<Functional name=residual, built=True>", im.String())
}

// A page that has the picture in an <img> does not see its style.
func TestImageWiderThanAPage(t *testing.T) {
	in := keras.Input(keras.Shape{4})
	for branches, want := range map[int]string{
		2:  `width="\d{3}px" height="\d+px" viewBox="0 0 \d{3} \d+" style="max-width:100%;height:auto"`,
		12: `width="100%" viewBox="0 0 1\d{3} \d+" style="max-width:1\d{3}px"`,
		24: `width="2\d{3}px" height="\d+px" viewBox="0 0 2\d{3} \d+" style="max-width:none"`,
	} {
		outputs := make(keras.List, branches)
		for i := range outputs {
			outputs[i] = layers.Dense(3).Apply(in)
		}
		m := models.Must(models.New(in, outputs))
		im, err := plot.ModelImage(m)
		require.NoError(t, err)
		assert.Regexp(t, `^<svg [^>]* `+want+`>`, im.SVG())
		assert.Regexp(t, `^<svg [^>]* width="\d+pt" height="\d+pt" `, string(file(t, m, "m.svg")))
	}
}
