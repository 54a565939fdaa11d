package layers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// einsum is an equation of an EinsumDense: the letters of the axes of input, kernel and output.
type einsum struct {
	in, kernel, out   []rune
	before, behind    bool // the equation has ... in front, or behind
	elided            int  // axes that ... stands for
	inShape, outShape keras.Shape
}

// The forms of an equation, whose ... is written 0.
var (
	einsumForm       = regexp.MustCompile(`^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$`)
	einsumFormBefore = regexp.MustCompile(`^0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)$`)
	einsumFormBehind = regexp.MustCompile(`^([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0$`)
)

// parseEinsum reads an equation.
func parseEinsum(equation string) (einsum, error) {
	text := strings.ReplaceAll(equation, "...", "0")
	for _, form := range []*regexp.Regexp{einsumForm, einsumFormBefore, einsumFormBehind} {
		if parts := form.FindStringSubmatch(text); parts != nil {
			return einsum{
				in: []rune(parts[1]), kernel: []rune(parts[2]), out: []rune(parts[3]),
				before: form == einsumFormBefore, behind: form == einsumFormBehind,
			}, nil
		}
	}
	return einsum{}, keras.Fault(keras.ErrArgument,
		"Invalid einsum equation '%s'. Equations must be in the form [X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]....", equation)
}

// fit puts letters in the place of ..., for an input of a shape, and finds the output's shape,
// of which a part is given.
func (e *einsum) fit(in, given keras.Shape) error {
	e.elided = in.Rank() - len(e.in)
	if e.elided < 0 || e.elided > 0 && !e.before && !e.behind {
		return keras.Expected(keras.ErrShape, fmt.Sprintf("an input with the axes %s", string(e.in)), in)
	}
	var more []rune
	for label := 'A'; len(more) < e.elided; label++ {
		if !slices.Contains(slices.Concat(e.in, e.kernel, e.out), label) {
			more = append(more, label)
		}
	}
	e.inShape = in
	if e.before {
		e.in, e.out = slices.Concat(more, e.in), slices.Concat(more, e.out)
		e.outShape = slices.Concat(in[:max(1, e.elided)], given)
	} else {
		e.in, e.out = slices.Concat(e.in, more), slices.Concat(e.out, more)
		e.outShape = slices.Concat(in[:1], given, in[in.Rank()-e.elided:])
	}
	if len(e.outShape) != len(e.out) {
		return keras.Expected(keras.ErrArgument, fmt.Sprintf("an output shape for the axes %s, without the batch", string(e.out)), given)
	}
	for i, label := range e.in {
		at := slices.Index(e.out, label)
		if at >= 0 && e.outShape[at] != keras.None && e.outShape[at] != in[i] {
			return keras.Fault(keras.ErrShape, "Input shape and output shape do not match at shared dimension '%c'. "+
				"Input shape is %s, and output shape is %s.", label, sizeText(in[i]), sizeText(e.outShape[at]))
		}
	}
	for _, label := range e.out {
		if !slices.Contains(e.in, label) && !slices.Contains(e.kernel, label) {
			return keras.Fault(keras.ErrArgument, "Dimension '%c' was specified in the output '%s' but has no corresponding dim in the input "+
				"spec '%s' or weight spec '%s'", label, string(e.out), string(e.in), string(e.kernel))
		}
	}
	return nil
}

// kernelShape is the kernel's, with its axes that are the input's and those that are the output's.
func (e *einsum) kernelShape() (shape keras.Shape, inputs, outputs []int, err error) {
	inputs, outputs = []int{}, []int{} // none is not nil, which says nothing
	for i, label := range e.kernel {
		at, from := slices.Index(e.out, label), slices.Index(e.in, label)
		switch {
		case at >= 0:
			shape, outputs = append(shape, e.outShape[at]), append(outputs, i)
		case from >= 0:
			shape, inputs = append(shape, e.inShape[from]), append(inputs, i)
		default:
			return nil, nil, nil, keras.Fault(keras.ErrArgument, "Weight dimension '%c' did not have a match in either the input spec '%s' or "+
				"the output spec '%s'. For this layer, the weight must be fully specified.", label, string(e.in), string(e.out))
		}
	}
	return shape, inputs, outputs, nil
}

// biasShape is the shape of a bias for some of the output's axes: from the first of them on,
// with 1 for others.
func (e *einsum) biasShape(axes string) (keras.Shape, error) {
	first := len(e.out)
	for _, label := range axes {
		at := slices.Index(e.out, label)
		if at < 0 {
			return nil, keras.Fault(keras.ErrArgument, "Bias dimension '%c' was requested, but is not part of the output spec '%s'", label, string(e.out))
		}
		first = min(first, at)
	}
	shape := e.outShape[first:].Clone()
	for i, label := range e.out[first:] {
		if !strings.ContainsRune(axes, label) {
			shape[i] = 1
		}
	}
	return shape, nil
}

// isDense reports whether the equation is a Dense's: the last axis is summed over, and another
// one takes its place.
func (e *einsum) isDense() bool {
	last := len(e.in) - 1
	return len(e.kernel) == 2 && len(e.out) == len(e.in) && slices.Equal(e.in[:last], e.out[:last]) &&
		e.kernel[0] == e.in[last] && e.kernel[1] == e.out[last] && e.in[last] != e.out[last]
}

// String is the equation without ....
func (e einsum) String() string { return string(e.in) + "," + string(e.kernel) + "->" + string(e.out) }
