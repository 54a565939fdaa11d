package console

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func widths(columns []Column) string {
	var out []string
	for _, c := range columns {
		out = append(out, fmt.Sprint(c.Width))
	}
	return strings.Join(out, " ")
}

func TestColumnWidthsAgainstKeras(t *testing.T) {
	var cases []struct {
		Connections, Trainable bool
		Positions              []float64
		FirstLength            int `json:"first_length"`
		Step                   int
		Widths                 []string // or the error
	}
	fixture(t, "columns.json", &cases)
	for _, c := range cases {
		layout := Layout{Connections: c.Connections, Trainable: c.Trainable, Positions: c.Positions}
		for i, want := range c.Widths {
			layout.LineLength = c.FirstLength + i*max(c.Step, 1)
			columns, err := layout.Columns()
			got := widths(columns)
			if err != nil {
				got = err.Error()
			}
			require.Equal(t, want, got, "%+v", layout)
		}
	}
}

func TestLayoutDefaults(t *testing.T) {
	for _, c := range []struct {
		reason string
		layout Layout
		want   string
	}{
		{"no terminal: 80 columns, 4 of them free", Layout{}, "33 24 15"},
		{"a wide terminal does not stretch the table", Layout{ConsoleWidth: 300}, "38 29 17"},
		{"connections without a terminal", Layout{Connections: true}, "21 19 12 19"},
		{"connections in a wide terminal", Layout{Connections: true, ConsoleWidth: 300}, "31 27 17 28"},
		{"an explicit length may exceed the console", Layout{LineLength: 108, Connections: true}, "31 27 17 28"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			columns, err := c.layout.Columns()
			require.NoError(t, err)
			assert.Equal(t, c.want, widths(columns)) // printed by model.summary() of Keras 3.15.1
		})
	}
}

func TestLayoutErrors(t *testing.T) {
	_, err := Layout{Positions: []float64{0.5, 1}}.Columns()
	assert.EqualError(t, err, "positions of the summary: expected 3, one for each column without Trainable, received [0.5 1]")
	_, err = Layout{LineLength: -7}.Columns()
	assert.EqualError(t, err, "Insufficient console width to print summary.")
	_, err = ColumnWidths(15, []float64{0.45, 0.80, 1.0})
	assert.EqualError(t, err, "Insufficient console width to print summary.")
	_, err = ColumnWidths(80, []float64{math.NaN()})
	assert.EqualError(t, err, "Insufficient console width to print summary.")
	none, err := ColumnWidths(80, nil)
	require.NoError(t, err)
	assert.Empty(t, none)
	crushed, err := ColumnWidths(1, []float64{10, 20})
	require.NoError(t, err)
	assert.Equal(t, []int{0, 0}, crushed, "no room for cells beside the frame")
}

func TestCount(t *testing.T) {
	// From Python's f"{n:,}".
	for n, want := range map[int]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 76810: "76,810", 230432: "230,432", 1234567: "1,234,567",
		-1: "-1", -999: "-999", -1000: "-1,000", -123456: "-123,456", -1234567: "-1,234,567",
	} {
		assert.Equal(t, want, Count(n))
	}
}

func TestBytes(t *testing.T) {
	// From keras.src.utils.summary_utils.readable_memory_size of Keras 3.15.1.
	for n, want := range map[float64]string{
		0: "0.00 B", 0.125: "0.12 B", 0.5: "0.50 B", 1023.994: "1023.99 B", 1023.996: "1024.00 B", 1024: "1.00 KB", 1536: "1.50 KB",
		307240: "300.04 KB", 921728: "900.12 KB", 1048575: "1024.00 KB", 1 << 20: "1.00 MB", 1 << 30: "1.00 GB", 1 << 40: "1.00 TB",
		3 << 50: "3.00 PB", 1 << 59: "512.00 PB", 3 << 60: "3.00 PB",
	} {
		assert.Equal(t, want, Bytes(n))
	}
}
