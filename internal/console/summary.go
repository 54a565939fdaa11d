package console

import (
	"math"
	"strconv"

	"github.com/pkg/errors"
)

// Layout says which columns a model summary has and how wide it is.
type Layout struct {
	Connections  bool      // a column "Connected to": the model is not a plain chain of layers
	Trainable    bool      // a column "Trainable"
	LineLength   int       // width of the table; default 88 (108 with Connections), 12 more with Trainable, and at most ConsoleWidth-4
	Positions    []float64 // right ends of the columns without Trainable, as fractions of LineLength; default .45 .8 1, with Connections .3 .56 .74 1
	ConsoleWidth int       // default DefaultWidth
}

// Columns returns the columns with their widths. Errors: a line too short for
// its columns, a count of Positions that is not the count of columns.
func (l Layout) Columns() ([]Column, error) {
	columns := []Column{{Header: "Layer (type)"}, {Header: "Output Shape"}, {Header: "Param #", Align: Right}}
	length, positions := 88, []float64{0.45, 0.80, 1.0}
	if l.Connections {
		columns = append(columns, Column{Header: "Connected to"})
		length, positions = 108, []float64{0.3, 0.56, 0.74, 1.0}
	}
	if len(l.Positions) > 0 {
		if len(l.Positions) != len(columns) {
			return nil, errors.Errorf("positions of the summary: expected %d, one for each column without Trainable, received %v", len(columns), l.Positions)
		}
		positions = l.Positions
	}
	if l.Trainable {
		columns = append(columns, Column{Header: "Trainable", Align: Center})
		length += 12
		narrower := make([]float64, 0, len(columns))
		for _, p := range positions {
			narrower = append(narrower, p*0.9)
		}
		positions = append(narrower, 1)
	}
	console := l.ConsoleWidth
	if console <= 0 {
		console = DefaultWidth
	}
	length = min(length, console-4)
	if l.LineLength != 0 {
		length = l.LineLength
	}
	widths, err := ColumnWidths(length, positions)
	if err != nil {
		return nil, err
	}
	for i := range columns {
		columns[i].Width = widths[i]
	}
	return columns, nil
}

// ColumnWidths returns the widths of a summary's columns, with the space on
// either side of the text, for a table of lineLength cells. Positions are the
// right ends of the columns as fractions of the line. Errors: a column with
// less than 4 cells.
//
// Keras gives each column its share of the line and rich adds the spaces. As
// the frame takes cells too, that is too much: rich takes the excess back from
// all columns evenly, left to right, each time rounding half to even. Where the
// last position is below 1 cells can be left over: they go to the columns in
// proportion to their widths, each time rounding up.
func ColumnWidths(lineLength int, positions []float64) ([]int, error) {
	room := max(lineLength-(len(positions)+1), 0)
	widths := make([]int, len(positions))
	end, total := 0, 0
	for i, p := range positions {
		share := int(p*float64(lineLength)) - end
		if share < 4 {
			return nil, errors.New("Insufficient console width to print summary.")
		}
		end += share
		widths[i] = min(share+2, room)
		total += widths[i]
	}
	excess, left := max(total-room, 0), max(room-total, 0)
	for i, w := range widths {
		take := min(w, int(math.RoundToEven(float64(excess)/float64(len(widths)-i))))
		widths[i] -= take
		excess -= take
		if left > 0 {
			give := int(math.Ceil(float64(w*left) / float64(total)))
			widths[i] += give
			left -= give
			total -= w
		}
	}
	return widths, nil
}

// Count returns n with a comma between thousands: 76,810.
func Count(n int) string {
	s := strconv.Itoa(n)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Bytes returns a size in bytes with its unit: 0.00 B, 300.04 KB. As in Keras,
// what is past the last unit, PB, is divided once more and still called PB.
func Bytes(n float64) string {
	unit := ""
	for _, unit = range []string{"B", "KB", "MB", "GB", "TB", "PB"} {
		if n/1024 < 1 {
			break
		}
		n /= 1024
	}
	return strconv.FormatFloat(n, 'f', 2, 64) + " " + unit
}
