package plot

import (
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// svgCanvas draws SVG. Unlike gonum's it needs no fonts where the picture is shown.
type svgCanvas struct {
	svgPen
	height vg.Length
	body   strings.Builder
	glyphs strings.Builder // outlines of the letters in use
	known  map[string]bool // their ids
	stack  []svgPen
}

var _ vg.Canvas = (*svgCanvas)(nil)

// svgPen is what Push saves.
type svgPen struct {
	width  vg.Length
	dash   []vg.Length
	color  color.Color
	groups int // opened by transformations
}

// document is all that was drawn, with points as long as the unit, px in notebooks and pt in files. Letters have the same ids in every picture, which may
// share a page: a letter is the same in all of them.
//
// A page that is narrower shows it smaller: by the style, if the SVG is in the page. In an <img>, as exported notebooks have it,
// a style does not know the page and a relative width does; there it also grows with the page, so only what is too wide has one.
// What would get too small to be read keeps its size: pages of notebooks scroll.
func (c *svgCanvas) document(width vg.Length, unit string) string {
	const page = 800
	w, h := number(width), number(c.height)
	size, style := fmt.Sprintf(`width="%[1]s%[3]s" height="%[2]s%[3]s"`, w, h, unit), "max-width:100%;height:auto"
	switch {
	case unit != "px" || width <= page:
	case width <= 2*page:
		size, style = `width="100%"`, "max-width:"+w+unit
	default:
		style = "max-width:none"
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" %s viewBox="0 0 %s %s" style="%s">`+"\n<defs>\n%s</defs>\n%s%s</svg>",
		size, w, h, style, c.glyphs.String(), c.body.String(), strings.Repeat("</g>", c.groups))
}

// number is a length in points, to a hundredth.
func number(x vg.Length) string {
	return strconv.FormatFloat(math.Round(x.Points()*100)/100+0, 'f', -1, 64) // + 0: no −0
}

// point is a place, from the upper left corner on.
func (c *svgCanvas) point(p vg.Point) string { return number(p.X) + " " + number(c.height-p.Y) }

func (c *svgCanvas) SetLineWidth(w vg.Length)                  { c.width = w }
func (c *svgCanvas) SetLineDash(dash []vg.Length, _ vg.Length) { c.dash = slices.Clone(dash) }
func (c *svgCanvas) SetColor(k color.Color) {
	if c.color = k; k == nil {
		c.color = color.Black
	}
}

func (c *svgCanvas) transform(text string) {
	fmt.Fprintf(&c.body, "<g transform=\"%s\">\n", text)
	c.groups++
}

func (c *svgCanvas) Rotate(rad float64) {
	c.transform(fmt.Sprintf("rotate(%g 0 %s)", -rad*180/math.Pi, number(c.height)))
}

func (c *svgCanvas) Translate(p vg.Point) {
	c.transform(fmt.Sprintf("translate(%s %s)", number(p.X), number(-p.Y)))
}

func (c *svgCanvas) Scale(x, y float64) {
	h := number(c.height)
	c.transform(fmt.Sprintf("translate(0 %s) scale(%g %g) translate(0 -%s)", h, x, y, h))
}

func (c *svgCanvas) Push() {
	c.stack = append(c.stack, c.svgPen)
	c.groups = 0
}

func (c *svgCanvas) Pop() {
	c.body.WriteString(strings.Repeat("</g>\n", c.groups))
	last := len(c.stack) - 1
	c.svgPen, c.stack = c.stack[last], c.stack[:last]
}

// paint is an attribute with the current colour.
func (c *svgCanvas) paint(attribute string) string {
	k := color.NRGBAModel.Convert(c.color).(color.NRGBA)
	text := fmt.Sprintf(`%s="#%02x%02x%02x"`, attribute, k.R, k.G, k.B)
	if k.A < 255 {
		text += fmt.Sprintf(` %s-opacity="%.3g"`, attribute, float64(k.A)/255)
	}
	return text
}

func (c *svgCanvas) Stroke(p vg.Path) {
	if c.width <= 0 {
		return
	}
	dash := ""
	if len(c.dash) > 0 {
		var lengths []string
		for _, d := range c.dash {
			lengths = append(lengths, number(d))
		}
		dash = fmt.Sprintf(` stroke-dasharray="%s"`, strings.Join(lengths, " "))
	}
	fmt.Fprintf(&c.body, `<path d="%s" fill="none" %s stroke-width="%s"%s/>`+"\n", c.path(p), c.paint("stroke"), number(c.width), dash)
}

func (c *svgCanvas) Fill(p vg.Path) {
	fmt.Fprintf(&c.body, `<path d="%s" %s/>`+"\n", c.path(p), c.paint("fill"))
}

// path is the data of a path.
func (c *svgCanvas) path(p vg.Path) string {
	var b strings.Builder
	for i, step := range p {
		switch step.Type {
		case vg.MoveComp:
			b.WriteString("M" + c.point(step.Pos))
		case vg.LineComp:
			b.WriteString("L" + c.point(step.Pos))
		case vg.CurveComp:
			b.WriteByte("QC"[len(step.Control)-1])
			for _, q := range step.Control {
				b.WriteString(c.point(q) + " ")
			}
			b.WriteString(c.point(step.Pos))
		case vg.ArcComp: // in two halves, as SVG has no full circle
			at := func(angle float64) string {
				sin, cos := math.Sincos(angle)
				return c.point(step.Pos.Add(vg.Point{X: step.Radius * vg.Length(cos), Y: step.Radius * vg.Length(sin)}))
			}
			if i == 0 {
				b.WriteString("M" + at(step.Start))
			} else {
				b.WriteString("L" + at(step.Start))
			}
			sweep := 0
			if step.Angle < 0 {
				sweep = 1
			}
			for _, part := range []float64{step.Angle / 2, step.Angle} {
				fmt.Fprintf(&b, "A%s %s 0 0 %d %s", number(step.Radius), number(step.Radius), sweep, at(step.Start+part))
			}
		case vg.CloseComp:
			b.WriteString("Z")
		}
	}
	return b.String()
}

// FillString draws the outlines of the letters: they fit where they are meant to
// whatever fonts there are. Only what the font does not have, as Chinese letters, is left to others.
func (c *svgCanvas) FillString(f font.Face, p vg.Point, text string) {
	var buf sfnt.Buffer
	units := fixed.Int26_6(f.Face.UnitsPerEm())
	scale := f.Font.Size.Points() / float64(units)
	var letters strings.Builder
	for i, r := range text {
		glyph, err := f.Face.GlyphIndex(&buf, r)
		if err != nil || glyph == 0 {
			c.foreign(f, p, text)
			return
		}
		outline, err := f.Face.LoadGlyph(&buf, glyph, units, nil)
		if err != nil {
			c.foreign(f, p, text)
			return
		}
		if len(outline) == 0 { // a space
			continue
		}
		end := i + utf8.RuneLen(r)
		x := (f.Width(text[:end]) - f.Width(text[i:end])).Points() / scale // kerning included
		fmt.Fprintf(&letters, `<use href="#%s" x="%.0f"/>`, c.glyph(f, glyph, outline), x)
	}
	fmt.Fprintf(&c.body, `<g aria-label="%s" transform="translate(%s) scale(%.5f)" %s>%s</g>`+"\n",
		escape(text), c.point(p), scale, c.paint("fill"), letters.String())
}

// glyph is the id of a letter, which is drawn once and then used.
func (c *svgCanvas) glyph(f font.Face, index sfnt.GlyphIndex, outline sfnt.Segments) string {
	id := fmt.Sprintf("sans%d", index)
	if f.Font.Weight >= xfont.WeightBold {
		id = fmt.Sprintf("bold%d", index)
	}
	if c.known[id] {
		return id
	}
	if c.known == nil {
		c.known = map[string]bool{}
	}
	c.known[id] = true
	fmt.Fprintf(&c.glyphs, `<path id="%s" d="`, id)
	for _, s := range outline {
		ends := map[sfnt.SegmentOp]int{sfnt.SegmentOpMoveTo: 1, sfnt.SegmentOpLineTo: 1, sfnt.SegmentOpQuadTo: 2, sfnt.SegmentOpCubeTo: 3}[s.Op]
		c.glyphs.WriteByte("MLQC"[s.Op])
		for k, q := range s.Args[:ends] {
			if k > 0 {
				c.glyphs.WriteByte(' ')
			}
			fmt.Fprintf(&c.glyphs, "%d %d", int(q.X), int(q.Y))
		}
	}
	c.glyphs.WriteString("Z\"/>\n")
	return id
}

// foreign draws text in a font that the viewer finds, squeezed into the room it has.
func (c *svgCanvas) foreign(f font.Face, p vg.Point, text string) {
	weight := ""
	if f.Font.Weight >= xfont.WeightBold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(&c.body, `<text x="%s" y="%s" font-family="sans-serif" font-size="%s"%s textLength="%s" lengthAdjust="spacingAndGlyphs" %s>%s</text>`+"\n",
		number(p.X), number(c.height-p.Y), number(f.Font.Size), weight, number(f.Width(text)), c.paint("fill"), escape(text))
}

// escape writes text so that XML takes it as it is, but for characters that XML has not.
func escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

// DrawImage draws nothing: no picture of this package has images.
func (c *svgCanvas) DrawImage(vg.Rectangle, image.Image) {}
