package symbolic

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// keyName is the parameter that says which part of a tensor is taken.
const keyName = "key"

// GetItem is a part of x, in the words between Python's brackets: GetItem(x, ":, 0, 1:-1") is
// x[:, 0, 1:-1]. An integer takes one element and drops the axis, a slice start:stop:step
// takes several, None puts in an axis of size 1, and ... stands for the axes that are not named.
func GetItem(x *keras.Tensor, key string) *keras.Tensor { return apply("GetItem", nil, x, key) }

// parseKey reads the words between brackets into what a Config holds.
func parseKey(text string) (any, error) {
	var items []any
	for _, word := range strings.Split(text, ",") {
		word = strings.TrimSpace(word)
		item, err := parseItem(word)
		if err != nil {
			return nil, keras.Expected(keras.ErrArgument, "a key such as \":, 0, 1:-1\"", strconv.Quote(text))
		}
		items = append(items, item)
	}
	if n, ok := items[0].(int); ok && len(items) == 1 {
		return n, nil
	}
	return items, nil
}

func parseItem(word string) (any, error) {
	switch word {
	case "...":
		return keras.Config{{Key: "class_name", Value: "__ellipsis__"}, {Key: "config", Value: keras.Config{}}}, nil
	case "None":
		return nil, nil
	}
	if !strings.Contains(word, ":") {
		return strconv.Atoi(word)
	}
	bounds := []any{nil, nil, nil}
	for i, b := range strings.Split(word, ":") {
		if i >= len(bounds) {
			return nil, fmt.Errorf("%q has too many parts", word)
		}
		if b = strings.TrimSpace(b); b != "" {
			n, err := strconv.Atoi(b)
			if err != nil {
				return nil, err
			}
			bounds[i] = n
		}
	}
	return keras.Config{{Key: "class_name", Value: "__slice__"}, {Key: "config", Value: keras.Config{
		{Key: "start", Value: bounds[0]}, {Key: "stop", Value: bounds[1]}, {Key: "step", Value: bounds[2]}}}}, nil
}

// getItem takes the part that a key names.
func getItem(c *call) []*gorgonia.Node {
	x := c.only()
	key, ok := c.args[1].([]any)
	if !ok {
		key = []any{c.args[1]}
	}
	used, rest := 0, -1 // axes that are named, and where those go that are not
	for i, item := range key {
		switch {
		case isClass(item, "__ellipsis__"):
			check(rest < 0, "one ellipsis", key)
			rest = i
		case item != nil:
			used++
		}
	}
	check(used <= x.Dims(), fmt.Sprintf("at most %d indices", x.Dims()), used)
	if rest >= 0 {
		key = slices.Delete(slices.Clone(key), rest, rest+1)
		all := make([]any, x.Dims()-used)
		for i := range all {
			all[i], _ = parseItem(":")
		}
		key = slices.Insert(key, rest, all...)
	}
	axis := 0
	for _, item := range key {
		switch n := item.(type) {
		case nil:
			x = ops.ExpandDims(x, axis)
			axis++
		case int:
			x = ops.Take(x, axis, n)
		case keras.Config:
			x = slice(x, axis, n)
			axis++
		default:
			check(false, "an integer, a slice, None or ... in a key", fmt.Sprintf("%T", item))
		}
	}
	return []*gorgonia.Node{x}
}

// isClass reports whether a value of a Config is an object of a class.
func isClass(v any, class string) bool {
	c, ok := v.(keras.Config)
	name, _ := c.Get("class_name")
	return ok && name == class
}

// slice is start:stop:step of an axis, with Python's rules.
func slice(x *gorgonia.Node, axis int, item keras.Config) *gorgonia.Node {
	check(isClass(item, "__slice__"), "a slice", item)
	inner, _ := item.Get("config")
	cfg, _ := inner.(keras.Config)
	n, step := x.Shape()[axis], 1
	bound := func(key string) (p int, given bool) {
		v, _ := cfg.Get(key)
		if v == nil {
			return 0, false
		}
		p, ok := v.(int)
		check(ok, "integers in a slice", cfg)
		return p, true
	}
	if s, given := bound("step"); given {
		step = s
	}
	check(step != 0, "a step that is not 0", step)
	place := func(key string, def int) int { // on the axis, which a negative step turns around
		p, given := bound(key)
		if !given {
			return def
		}
		if p < 0 {
			p += n
		}
		if step < 0 {
			p = n - 1 - p
		}
		return min(max(p, 0), n)
	}
	if step < 0 {
		x = ops.Flip(x, axis)
	}
	start, stop := place("start", 0), place("stop", n)
	check(start < stop, fmt.Sprintf("a part of an axis of size %d", n), item)
	if start > 0 || stop < n {
		x = ops.Slice(x, axis, start, stop)
	}
	return every(x, axis, max(step, -step))
}

// every is each step-th element of an axis, from the first one on.
func every(x *gorgonia.Node, axis, step int) *gorgonia.Node {
	if step == 1 {
		return x
	}
	shape := x.Shape()
	count := (shape[axis] + step - 1) / step
	before, after := make([]int, len(shape)), make([]int, len(shape))
	if after[axis] = count*step - shape[axis]; after[axis] > 0 {
		x = ops.Pad(x, before, after, 0)
	}
	dims := slices.Concat(shape[:axis], []int{count, step}, shape[axis+1:])
	return ops.Take(ops.Reshape(x, dims...), axis+1, 0)
}

// check panics with an error of what was expected and received.
func check(ok bool, want string, received ...any) {
	if !ok {
		panic(keras.Expected(keras.ErrShape, want, received...))
	}
}
