package console

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestListing(t *testing.T) {
	l := Listing{Head: []string{"", "accuracy", "<b>"}, Rows: [][]string{{"1", "0.5", "-3"}, {"日本語", "0.25", "1\n2"}}}
	assert.Equal(t, ""+
		"        accuracy  <b>\n"+
		"     1       0.5   -3\n"+
		"日本語      0.25    1", l.String(), "wide letters count twice, a cell is one line")
	assert.Equal(t, `<table>
<tr><th style="text-align:right"></th><th style="text-align:right">accuracy</th><th style="text-align:right">&lt;b&gt;</th></tr>
<tr><td style="text-align:right">1</td><td style="text-align:right">0.5</td><td style="text-align:right">-3</td></tr>
<tr><td style="text-align:right">日本語</td><td style="text-align:right">0.25</td><td style="text-align:right">1
2</td></tr>
</table>
`, l.HTML())
	assert.Equal(t, "a  b", Listing{Head: []string{"a", "b"}}.String())
}

func TestListingShortened(t *testing.T) {
	l := Listing{Head: []string{"a"}}
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		l.Rows = append(l.Rows, []string{n})
	}
	assert.Equal(t, l, l.Shortened(5))
	assert.Equal(t, "a\n1\n2\n…\n5", l.Shortened(3).String())
	assert.Equal(t, "a\n1\n2\n…\n4\n5", l.Shortened(4).String())
	assert.Len(t, l.Rows, 5)
}

func TestDecimal(t *testing.T) {
	for v, want := range map[float64]string{0: "0.0000", 0.97654: "0.9765", -2: "-2.0000", 1e-3: "1.0000e-03", -4e-9: "-4.0000e-09", math.Inf(-1): "-inf"} {
		assert.Equal(t, want, Decimal(v))
	}
	assert.Equal(t, "nan", Decimal(math.NaN()))
}
