package console

import (
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
