package console

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// Style says what a piece of text is. Plain output ignores it; a coloured one
// chooses from it.
type Style uint8

// The styles of a summary, with the look that Keras gives them.
const (
	Normal  Style = iota // frame and words
	Strong               // bold: headers, titles
	Number               // colour 34 of the 256 of xterm, green: counts, sizes, indices
	Missing              // colour 45, light blue: None in a shape
	Symbol               // colour 33, blue: class names
	Yes                  // bold and green: a trainable layer
	No                   // bold and colour 9, red: a frozen layer
)

// Segment is a run of text in one style.
type Segment struct {
	Text  string
	Style Style
}

// Text is styled text. Newlines break lines; other control characters are not
// shown, so that a name cannot steer the terminal.
type Text []Segment

// Plain returns s in the normal style.
func Plain(s string) Text { return Text{{Text: s}} }

// String returns the text without its styles.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
	}
	return b.String()
}

// glyph is the unit of layout: a character that keeps its style while lines
// are cut.
type glyph struct {
	char  rune
	style Style
}

// line is one line of text, without its newline.
type line []glyph

// lines splits t at its newlines; an empty text is one empty line.
func (t Text) lines() []line {
	out := []line{nil}
	for _, s := range t {
		for _, r := range s.Text {
			switch {
			case r == '\n':
				out = append(out, nil)
			case !unicode.IsControl(r):
				out[len(out)-1] = append(out[len(out)-1], glyph{r, s.Style})
			}
		}
	}
	return out
}

// cells is the number of terminal cells that r takes: 0, 1 or 2. Characters of
// ambiguous width count 1 in every locale, as in rich: the frame is made of them.
func cells(r rune) int {
	c := runewidth.Condition{StrictEmojiNeutral: true}
	return c.RuneWidth(r)
}

func (l line) width() int {
	n := 0
	for _, g := range l {
		n += cells(g.char)
	}
	return n
}

// trimmed is l without its trailing spaces.
func (l line) trimmed() line {
	for len(l) > 0 && unicode.IsSpace(l[len(l)-1].char) {
		l = l[:len(l)-1]
	}
	return l
}

// cut returns the first width cells of l. A wide character that would be cut
// in half becomes a space.
func (l line) cut(width int) line {
	used := 0
	for i, g := range l {
		w := cells(g.char)
		if used+w > width {
			out := l[:i:i]
			if used < width {
				out = append(out, glyph{' ', g.style})
			}
			return out
		}
		used += w
	}
	return l
}

// ellipsized returns l, cut to width cells with … as the last if it is longer.
func (l line) ellipsized(width int) line {
	if l.width() <= width {
		return l
	}
	out := l.cut(width - 1)
	return append(out[:len(out):len(out)], glyph{'…', l[len(out)].style})
}

// spaces returns n spaces; none if n is negative.
func spaces(n int) line {
	out := make(line, max(n, 0))
	for i := range out {
		out[i].char = ' '
	}
	return out
}

// word is a part of a line: spaces (in front of the first word only),
// characters, and the spaces behind them.
type word struct {
	start, end int
	width      int // cells without the spaces behind
}

func (l line) words() []word {
	var out []word
	for start := 0; start < len(l); {
		end := start
		for end < len(l) && unicode.IsSpace(l[end].char) {
			end++
		}
		if end == len(l) {
			break // spaces only
		}
		for end < len(l) && !unicode.IsSpace(l[end].char) {
			end++
		}
		width := l[start:end].width()
		for end < len(l) && unicode.IsSpace(l[end].char) {
			end++
		}
		out = append(out, word{start, end, width})
		start = end
	}
	return out
}

// wrap breaks l into lines for width cells, at spaces. A word that is wider
// than a line starts a new line and, if fold is set, is broken into pieces of
// that width; else it stays whole, for the caller to cut.
func (l line) wrap(width int, fold bool) []line {
	var breaks []int
	breakAt := func(i int) {
		if i > 0 {
			breaks = append(breaks, i)
		}
	}
	used := 0
	for _, w := range l.words() {
		switch {
		case w.width <= width-used:
			used += l[w.start:w.end].width()
		case fold && w.width > width:
			used = 0
			breakAt(w.start)
			for i := w.start; i < w.end; i++ {
				c := cells(l[i].char)
				if used+c > width {
					breakAt(i)
					used = 0
				}
				used += c
			}
		default:
			breakAt(w.start)
			used = l[w.start:w.end].width()
		}
	}
	out := make([]line, 0, len(breaks)+1)
	from := 0
	for _, to := range append(breaks, len(l)) {
		piece := l[from:to:to]
		// Spaces at the end go as far as the line is too long. rich counts
		// characters here, not cells.
		out = append(out, piece[:max(len(piece.trimmed()), min(len(piece), width))])
		from = to
	}
	return out
}
