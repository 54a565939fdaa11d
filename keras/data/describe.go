package data

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorgonia.org/tensor"
)

// edge is how many elements or rows Describe shows at either end.
const edge = 3

// Describe returns shape, type and some elements of a tensor, a List or a Dict as a short
// text, where printing the tensor would fill pages: the first three rows and the last
// three, of tensors of more than two axes those of the first matrix. Fractions have four digits.
func Describe(structure any) string {
	leaves, keys, err := Leaves(structure)
	switch {
	case err != nil:
		return "data: Describe: " + err.Error()
	case structure == nil:
		return "nil"
	}
	texts := make([]string, len(leaves))
	for i, t := range leaves {
		texts[i] = strings.TrimSpace(leafName("", structure, i, keys[i])+" "+describe(t)) + "\n" + newExcerpt(t).String()
	}
	return strings.Join(texts, "\n")
}

// String says what there is of X, Y and SampleWeight: names, shapes and types.
func (e Element) String() string {
	var parts []string
	for k, v := range []any{e.X, e.Y, e.SampleWeight} {
		leaves, keys, err := Leaves(v)
		if err != nil {
			return fieldName(k) + ": " + err.Error()
		}
		for i, t := range leaves {
			parts = append(parts, fieldName(k)+leafName("", v, i, keys[i])+" "+describe(t))
		}
	}
	return strings.Join(parts, ", ")
}

// excerpt is some elements of a tensor, written as NumPy does.
type excerpt struct {
	elements reflect.Value
	shape    []int
	width    int // of the widest element shown
}

func newExcerpt(t *tensor.Dense) *excerpt { return &excerpt{elements: backing(t), shape: t.Shape()} }

func (x *excerpt) String() string {
	x.write(&strings.Builder{}, 0, 0) // finds the width
	var b strings.Builder
	x.write(&b, 0, 0)
	return b.String()
}

// write writes the part that begins at an offset, of the axes from axis on.
func (x *excerpt) write(b *strings.Builder, axis, offset int) {
	rank := len(x.shape)
	if axis == rank {
		text := text(x.elements.Index(offset).Interface())
		n := utf8.RuneCountInString(text)
		x.width = max(x.width, n)
		b.WriteString(strings.Repeat(" ", x.width-n) + text)
		return
	}
	between := " "
	if inner := rank - 1 - axis; inner > 0 {
		between = strings.Repeat("\n", inner) + strings.Repeat(" ", axis+1)
	}
	// Of the rows and columns of a matrix there are both ends, of matrices the first one.
	n, first, last := x.shape[axis], edge, edge
	if axis < rank-2 {
		first, last = 1, 0
	}
	b.WriteByte('[')
	for i := 0; i < n; i++ {
		if i > 0 {
			b.WriteString(between)
		}
		if i == first && n > first+last {
			b.WriteString("...")
			if i = n - last - 1; last > 0 {
				continue
			}
			break
		}
		x.write(b, axis+1, offset+i*size(x.shape[axis+1:]))
	}
	b.WriteByte(']')
}

// text is an element, short.
func text(element any) string {
	switch v := element.(type) {
	case float32:
		return text(float64(v))
	case float64:
		if math.Abs(v) < 1e7 && v == math.Trunc(v) { // a label, a pixel
			return strconv.FormatFloat(v, 'f', 0, 64)
		}
		return strconv.FormatFloat(v, 'g', 4, 64)
	case string:
		return strconv.Quote(shorten(v, "", 24))
	default:
		return fmt.Sprint(v)
	}
}
