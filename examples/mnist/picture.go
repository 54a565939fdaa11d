package main

import (
	"fmt"
	"strings"

	"gorgonia.org/tensor"
)

// Each character of a picture shows two pixels, one above the other.
var blocks = [2][2]string{{" ", "▄"}, {"▀", "█"}} // by the upper pixel, then the lower

// ink is from which value on a pixel of an image counts as dark.
const ink = 96

// pictures draws images (n, rows, cols) uint8 side by side, each with a caption below.
func pictures(images *tensor.Dense, captions []string) string {
	shape := images.Shape()
	rows, cols := shape[1], shape[2]
	pixels := images.Data().([]uint8)
	dark := func(image, row, col int) int {
		if row < rows && pixels[(image*rows+row)*cols+col] >= ink {
			return 1
		}
		return 0
	}
	var b strings.Builder
	for row := 0; row < rows; row += 2 {
		var line strings.Builder
		for image := range captions {
			for col := range cols {
				line.WriteString(blocks[dark(image, row, col)][dark(image, row+1, col)])
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	var line strings.Builder
	for _, c := range captions {
		fmt.Fprintf(&line, "%-*s", cols, center(c, cols))
	}
	b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	return b.String()
}

// center puts a text into the middle of a line.
func center(text string, width int) string {
	return strings.Repeat(" ", max(0, (width-len([]rune(text)))/2)) + text
}
