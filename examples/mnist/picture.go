package main

import (
	"fmt"
	"strings"

	"gorgonia.org/tensor"
)

// Each character of a picture shows two dots, one above the other, each dot the
// mean of 2×2 pixels: a picture of MNIST is 14 characters wide and 7 high.
const pixels = 2

// blocks are the characters by their upper dot, then by their lower one.
var blocks = [2][2]string{{" ", "▄"}, {"▀", "█"}}

// ink is from which mean on a dot is dark.
const ink = 80

// pictures draws images (n, rows, cols) uint8 side by side, a caption below each.
func pictures(images *tensor.Dense, captions []string) string {
	shape := images.Shape()
	rows, cols := shape[1], shape[2]
	values := images.Data().([]uint8)
	dot := func(image, row, col int) int {
		sum := 0
		for y := row; y < min(row+pixels, rows); y++ {
			for x := col; x < min(col+pixels, cols); x++ {
				sum += int(values[(image*rows+y)*cols+x])
			}
		}
		if sum >= ink*pixels*pixels {
			return 1
		}
		return 0
	}

	var picture strings.Builder
	for row := 0; row < rows; row += 2 * pixels {
		var line strings.Builder
		for image := range captions {
			for col := 0; col < cols; col += pixels {
				line.WriteString(blocks[dot(image, row, col)][dot(image, row+pixels, col)])
			}
		}
		fmt.Fprintln(&picture, strings.TrimRight(line.String(), " "))
	}
	var line strings.Builder
	for _, c := range captions {
		width := (cols + pixels - 1) / pixels
		left := max(0, (width-len(c))/2)
		fmt.Fprintf(&line, "%*s%-*s", left, "", width-left, c)
	}
	fmt.Fprintln(&picture, strings.TrimRight(line.String(), " "))
	return picture.String()
}
