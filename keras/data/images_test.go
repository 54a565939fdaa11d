package data_test

import (
	"encoding/base64"
	"encoding/xml"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/data"
)

// page is what an SVG of Images shows.
type page struct {
	width, height string
	pictures      []image.Image
	sizes         []string // of the pictures on the page
	texts, inks   []string
}

func read(t *testing.T, svg string) page {
	t.Helper()
	var doc struct {
		Width  string `xml:"width,attr"`
		Height string `xml:"height,attr"`
		Image  []struct {
			Width  string `xml:"width,attr"`
			Height string `xml:"height,attr"`
			Style  string `xml:"style,attr"`
			Href   string `xml:"href,attr"`
		} `xml:"image"`
		Text []struct {
			Fill string `xml:"fill,attr"`
			Text string `xml:",chardata"`
		} `xml:"text"`
	}
	require.NoError(t, xml.Unmarshal([]byte(svg), &doc))
	p := page{width: doc.Width, height: doc.Height}
	for _, m := range doc.Image {
		encoded, ok := strings.CutPrefix(m.Href, "data:image/png;base64,")
		require.True(t, ok)
		picture, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(encoded)))
		require.NoError(t, err)
		p.pictures = append(p.pictures, picture)
		p.sizes = append(p.sizes, m.Width+"x"+m.Height+" "+strings.TrimPrefix(m.Style, "image-rendering:"))
	}
	for _, s := range doc.Text {
		p.texts, p.inks = append(p.texts, s.Text), append(p.inks, s.Fill)
	}
	return p
}

// dense is a tensor of the given shape over elements.
func dense(elements any, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(elements))
}

func zeros(shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.Of(tensor.Uint8))
}

func TestImagesAreThePixels(t *testing.T) {
	for _, c := range []struct {
		reason string
		x      *tensor.Dense
		want   []color.NRGBA // of the first picture
	}{
		{"bytes are as they are", dense([]uint8{0, 128, 255, 7}, 1, 2, 2), greys(0, 128, 255, 7)},
		{"0 to 1 is black to white", dense([]float32{0, 0.5, 1, 0.25}, 1, 2, 2), greys(0, 128, 255, 64)},
		{"what a layer gives is stretched", dense([]float32{0, 0.5, 1.25, 2.5}, 1, 2, 2), greys(0, 51, 128, 255)},
		{"whole floats up to 255 are bytes", dense([]float64{0, 1, 2, 200}, 1, 2, 2), greys(0, 1, 2, 200)},
		{"others are stretched", dense([]float32{-1, 0, 1, 3}, 1, 2, 2), greys(0, 64, 128, 255)},
		{"above 255 too", dense([]int32{0, 510, 102, 255}, 1, 2, 2), greys(0, 255, 51, 128)},
		{"one value that is out of range", dense([]float32{300, 300}, 1, 1, 2), greys(0, 0)},
		{"what is no number is black, infinities are the ends",
			dense([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 1}, 1, 2, 2), greys(0, 255, 0, 255)},
		{"truth is white", dense([]bool{true, false}, 1, 1, 2), greys(255, 0)},
		{"one image", dense([]uint8{9, 8}, 1, 2), greys(9, 8)},
		{"a last axis of 1", dense([]uint8{9, 8}, 1, 1, 2, 1), greys(9, 8)},
		{"one image with a last axis of 1", dense([]uint8{9, 8}, 1, 2, 1), greys(9, 8)},
		{"colours", dense([]uint8{1, 2, 3, 4, 5, 6}, 1, 1, 2, 3), []color.NRGBA{{1, 2, 3, 255}, {4, 5, 6, 255}}},
		{"colours with opacity", dense([]uint8{1, 2, 3, 4, 5, 6, 7, 8}, 1, 1, 2, 4), []color.NRGBA{{1, 2, 3, 4}, {5, 6, 7, 8}}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			g := data.Images(c.x)
			require.NoError(t, g.Err())
			p := read(t, g.SVG())
			require.Len(t, p.pictures, 1)
			assert.Equal(t, c.want, pixels(p.pictures[0]))
			assert.Empty(t, p.texts)
		})
	}
}

func greys(values ...uint8) []color.NRGBA {
	var out []color.NRGBA
	for _, v := range values {
		out = append(out, color.NRGBA{v, v, v, 255})
	}
	return out
}

func pixels(m image.Image) []color.NRGBA {
	var out []color.NRGBA
	for y := range m.Bounds().Max.Y {
		for x := range m.Bounds().Max.X {
			out = append(out, color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA))
		}
	}
	return out
}

func TestImagesHaveASensibleSize(t *testing.T) {
	for _, c := range []struct {
		reason        string
		height, width int
		want          string
	}{
		{"digits are enlarged twice", 28, 28, "56x56 pixelated"},
		{"small ones more", 8, 8, "64x64 pixelated"},
		{"by the longer side", 8, 21, "63x24 pixelated"},
		{"medium ones stay", 100, 128, "128x100 auto"},
		{"large ones shrink", 224, 448, "112x56 auto"},
		{"a narrow one has at least a pixel", 1000, 2, "1x125 auto"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			p := read(t, data.Images(zeros(1, c.height, c.width)).SVG())
			assert.Equal(t, []string{c.want}, p.sizes)
		})
	}
	shrunk := zeros(1, 256, 256)
	for i := range 256 * 256 {
		shrunk.Set(i, uint8(i%2*100)) // columns of 0 and 100
	}
	picture := read(t, data.Images(shrunk).SVG()).pictures[0]
	assert.Equal(t, image.Pt(128, 128), picture.Bounds().Max)
	assert.Equal(t, color.Gray{Y: 50}, picture.At(64, 64), "a pixel is the mean of those that it stands for")
}

func TestImagesOfALargeBatchAreCut(t *testing.T) {
	g := data.Images(zeros(60000, 28, 28))
	p := read(t, g.SVG())
	assert.Len(t, p.pictures, 50)
	assert.Equal(t, []string{"… and 59950 more"}, p.texts)
	assert.Equal(t, "60000 images of 28 × 28 uint8, the first 50 of which are shown", g.String())

	p = read(t, g.Limit(3).SVG())
	assert.Len(t, p.pictures, 3)
	assert.Equal(t, []string{"… and 59997 more"}, p.texts)
	assert.Len(t, read(t, data.Images(zeros(60, 28, 28)).Limit(100).SVG()).pictures, 60)
	assert.Len(t, read(t, data.Images(zeros(60, 100, 100, 3)).SVG()).pictures, 30, "five rows")
	assert.Equal(t, "1 image of 28 × 28 uint8", data.Images(zeros(28, 28)).String())
	assert.Equal(t, "4 images of 28 × 28 uint8", data.Images(zeros(4, 28, 28)).String())
}

func TestImagesHaveLabels(t *testing.T) {
	one, three := zeros(28, 28), zeros(3, 28, 28)
	names := []string{"cat", "<dog>"}
	for _, c := range []struct {
		reason string
		x      *tensor.Dense
		labels []any
		names  []string
		want   []string // red ones begin with !
	}{
		{"class numbers of any type", three, []any{dense([]uint8{1, 0, 7}, 3)}, nil, []string{"1", "0", "7"}},
		{"of shape (n, 1)", three, []any{dense([]float32{1, 0.25, 7}, 3, 1)}, nil, []string{"1", "0.25", "7"}},
		{"with names", three, []any{dense([]int64{1, 0, 7}, 3)}, names, []string{"<dog>", "cat", "7"}},
		{"that are no classes", three, []any{dense([]float64{-1, 0.5, math.NaN()}, 3)}, names, []string{"-1", "0.5", "NaN"}},
		{"strings", three, []any{[]string{"a", "b&", "c"}}, names, []string{"a", "b&", "c"}},
		{"a tensor of strings", three, []any{dense([]string{"a", "b", "c"}, 3)}, names, []string{"a", "b", "c"}},
		{"numbers in a slice", three, []any{[]int{0, 1, 2}}, names, []string{"cat", "<dog>", "2"}},
		{"one-hot", three, []any{dense([]float32{0, 1, 1, 0, 0, 1}, 3, 2)}, names, []string{"<dog>", "cat", "<dog>"}},
		{"probabilities", three, []any{dense([]float32{0.4, 0.6, 0.987, 0.013, 0.5, 0.5}, 3, 2)}, names, []string{"<dog> 60%", "cat 99%", "cat 50%"}},
		{"scores that are no probabilities", three, []any{dense([]float32{-4, 6, 1, 0, 5, 5}, 3, 2)}, nil, []string{"1", "0", "0"}},
		{"NaN loses", three, []any{dense([]float64{math.NaN(), 0.25, 0.25, math.NaN(), 0, 1}, 3, 2)}, nil, []string{"1", "0", "1"}},
		{"a prediction that is another class is red", three,
			[]any{[]int{1, 0, 1}, dense([]float32{0.4, 0.6, 0.25, 0.75, 0, 1}, 3, 2)}, names,
			[]string{"<dog>", "<dog> 60%", "cat", "!<dog> 75%", "<dog>", "<dog>"}},
		{"the label of one image", one, []any{7}, nil, []string{"7"}},
		{"the name of one image", one, []any{"cat"}, nil, []string{"cat"}},
		{"the probabilities of one image", one, []any{dense([]float32{0.1, 0.9}, 1, 2)}, nil, []string{"1 90%"}},
		{"a scalar", one, []any{tensor.New(tensor.FromScalar(uint8(1)))}, names, []string{"<dog>"}},
		{"a long name is cut", one, []any{"an unusually long name"}, nil, []string{"an unusually lo…"}},
		{"but not its percentage", one, []any{dense([]float32{0.1, 0.9}, 1, 2)}, []string{"", "an unusually long name"}, []string{"an unusuall… 90%"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			g := data.Images(c.x, c.labels...).ClassNames(c.names...)
			require.NoError(t, g.Err())
			p := read(t, g.SVG())
			for i, ink := range p.inks {
				if ink != "black" {
					p.texts[i] = "!" + p.texts[i]
				}
			}
			assert.Equal(t, c.want, p.texts)
		})
	}
}

func TestImagesShowWhatIsWrong(t *testing.T) {
	three := zeros(3, 28, 28)
	for _, c := range []struct {
		reason string
		grid   *data.ImageGrid
		want   string
	}{
		{"no tensor", data.Images(nil), "data: Images: expected images, received nil"},
		{"an empty tensor", data.Images(&tensor.Dense{}), "data: Images: expected images, received nil"},
		{"another rank", data.Images(zeros(784)),
			"data: Images: expected (n, height, width) or (n, height, width, channels) with 1, 3 or 4 channels, received (784,) uint8"},
		{"two channels", data.Images(zeros(3, 4, 4, 2)),
			"data: Images: expected (n, height, width) or (n, height, width, channels) with 1, 3 or 4 channels, received (3, 4, 4, 2) uint8"},
		{"strings", data.Images(dense([]string{"a", "b"}, 1, 2)), "data: Images: expected numbers, received (1, 2) string"},
		{"too few labels", data.Images(three, []int{1}), "data: Images: labels 1: expected 3 labels, received 1"},
		{"one for several", data.Images(three, []int{1, 2, 3}, 7), "data: Images: labels 2: expected 3 labels, received 1"},
		{"a tensor of another length", data.Images(three, zeros(4)),
			"data: Images: labels 1: expected 3 labels, or as many rows of probabilities, received (4,) uint8"},
		{"rows of strings", data.Images(three, dense([]string{"a", "b", "c", "d", "e", "f"}, 3, 2)),
			"data: Images: labels 1: expected 3 labels, or as many rows of probabilities, received (3, 2) string"},
		{"nil labels", data.Images(three, nil), "data: Images: labels 1: expected a tensor or a slice, received nil"},
		{"a nil tensor", data.Images(three, (*tensor.Dense)(nil)), "data: Images: labels 1: expected a tensor or a slice, received nil"},
		{"a limit", data.Images(three).Limit(0), "data: Images: expected a Limit of at least 1, received 0"},
		{"the first error stays", data.Images(nil).ClassNames("<a>").Limit(-1), "data: Images: expected images, received nil"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			assert.EqualError(t, c.grid.Err(), c.want)
			assert.Equal(t, c.want, c.grid.String())
			lines := read(t, c.grid.SVG()).texts
			assert.Equal(t, c.want, strings.Join(lines, " "))
			assert.LessOrEqual(t, len(lines[0]), 103, "no wider than a page")
		})
	}
}

func TestImagesInNotebooks(t *testing.T) {
	g := data.Images(zeros(2, 5, 5), []string{"</text><script>", "\x00&"})
	shown := g.SimpleRender()
	assert.Equal(t, map[string]any{"image/svg+xml": g.SVG(), "text/plain": "2 images of 5 × 5 uint8"}, shown)
	assert.True(t, strings.HasPrefix(g.SVG(), "<svg "))
	assert.Equal(t, []string{"</text><script>", "\uFFFD&"}, read(t, g.SVG()).texts)
	assert.NotContains(t, g.SVG(), "id=", "several of them stand in one page")
}

// A notebook keeps what it shows, so a batch of photographs must not become megabytes.
func TestImagesOfPhotographsAreSmall(t *testing.T) {
	noise := data.RandomUniform([]int{30, 224, 224, 3}) // compresses worse than any photograph
	assert.Less(t, len(data.Images(noise).SVG()), 30*112*112*3*3/2)
}
