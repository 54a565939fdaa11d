package console

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fixture reads a file that tools/golden/console.py wrote.
func fixture(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, into))
}

// styleCodes are the fixtures' letters for the styles, in the order of the constants.
const styleCodes = ".bnmsYN"

// run is a Segment in a fixture: a pair of text and style letter.
type run [2]string

func texts(runs []run) Text {
	var out Text
	for _, r := range runs {
		out = append(out, Segment{r[0], Style(strings.Index(styleCodes, r[1]))})
	}
	return out
}

type tableCase struct {
	Reason  string
	Console int
	Title   []run
	Columns [][3]any // header, alignment, width
	Rows    [][][]run
	Footer  [][]run
	Text    string
	Styles  string
	HTML    string
}

func (c tableCase) table(t *testing.T) Table {
	out := Table{Title: texts(c.Title), ConsoleWidth: c.Console}
	for _, col := range c.Columns {
		align, ok := map[any]Align{"left": Left, "right": Right, "center": Center}[col[1]]
		require.True(t, ok)
		out.Columns = append(out.Columns, Column{Header: col[0].(string), Align: align, Width: int(col[2].(float64))})
	}
	for _, r := range c.Rows {
		var row []Text
		for _, cell := range r {
			row = append(row, texts(cell))
		}
		out.Rows = append(out.Rows, row)
	}
	for _, f := range c.Footer {
		out.Footer = append(out.Footer, texts(f))
	}
	return out
}

func TestTableAgainstRich(t *testing.T) {
	var cases []tableCase
	fixture(t, "tables.json", &cases)
	require.Greater(t, len(cases), 60)
	styled := 0
	for _, c := range cases {
		t.Run(c.Reason, func(t *testing.T) {
			table := c.table(t)
			require.Equal(t, c.Text, table.String())
			if c.Styles == "" {
				return
			}
			styled++
			assert.Equal(t, c.Styles, styles(table.Segments()))
			assert.Equal(t, bare(c.HTML), bare(Text(table.Segments()).HTML()))
		})
	}
	assert.Greater(t, styled, 10, "summaries of Keras come with styles")
}

// styles spells segments as the fixture does: a letter for every character, spaces as they are.
func styles(segments []Segment) string {
	var b strings.Builder
	for _, s := range segments {
		for _, r := range s.Text {
			if unicode.IsSpace(r) {
				b.WriteRune(r)
			} else {
				b.WriteByte(styleCodes[s.Style])
			}
		}
	}
	return b.String()
}

// bare is HTML without styles of spaces at the ends of a run, where nothing shows them.
func bare(html string) string {
	html = regexp.MustCompile(`(<span [^>]*>)( +)`).ReplaceAllString(html, "$2$1")
	html = regexp.MustCompile(`( +)(</span>)`).ReplaceAllString(html, "$2$1")
	return regexp.MustCompile(`<span [^>]*></span>`).ReplaceAllString(html, "")
}

func TestHTMLShowsMarksAsText(t *testing.T) {
	html := Text{{Text: "<b>&amp;", Style: Symbol}, {Text: "</pre><script>"}}.HTML()
	assert.Contains(t, html, `">&lt;b&gt;&amp;amp;</span>&lt;/pre&gt;&lt;script&gt;</pre>`)
}

func TestTableOddities(t *testing.T) {
	one := []Column{{Header: "h", Width: 5}}
	const head = "┏━━━━━┓\n┃ h   ┃\n┡━━━━━┩\n"
	for _, c := range []struct {
		reason string
		table  Table
		want   string
	}{
		{"rich prints an empty line for a table without columns", Table{}, "\n"},
		{"a missing cell is empty", Table{Columns: one, Rows: [][]Text{{}}}, head + "│     │\n└─────┘\n"},
		{"a cell past the last column is not shown", Table{Columns: one, Rows: [][]Text{{Plain("a"), Plain("b")}}}, head + "│ a   │\n└─────┘\n"},
		{"control characters do not reach the terminal", Table{Columns: one, Rows: [][]Text{{Plain("\x1ba\tb\r")}}}, head + "│ ab  │\n└─────┘\n"},
		{"a negative width counts as none", Table{Columns: []Column{{Header: "h", Width: -3}}}, "┏┓\n┃┃\n┡┩\n└┘\n"},
	} {
		t.Run(c.reason, func(t *testing.T) { assert.Equal(t, c.want, c.table.String()) })
	}
}

func TestSegmentsOfNeighboursDiffer(t *testing.T) {
	segments := Table{Columns: []Column{{Header: "h", Width: 6}}, Rows: [][]Text{{{{"a", Normal}, {"b", Normal}, {"1", Number}}}}}.Segments()
	assert.Equal(t, []Segment{
		{"┏━━━━━━┓\n┃ ", Normal},
		{"h", Strong},
		{"    ┃\n┡━━━━━━┩\n│ ab", Normal},
		{"1", Number},
		{"  │\n└──────┘\n", Normal},
	}, segments)
}
