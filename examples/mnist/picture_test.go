package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"gorgonia.org/tensor"
)

func TestPictures(t *testing.T) {
	const o, x = ink - 1, ink
	images := tensor.New(tensor.WithShape(2, 3, 4), tensor.WithBacking([]uint8{
		x, o, x, o,
		x, x, o, o,
		o, o, x, o,

		o, o, o, o,
		o, o, o, o,
		255, o, o, 0,
	}))
	assert.Equal(t, "█▄▀\n  ▀ ▀\n a  bcd\n", pictures(images, []string{"a", "bcd"}),
		"the last of an odd number of rows has nothing below it; no line ends in blanks")
}
