package symbolic

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

var _ keras.Operation = (*Operation)(nil)

func init() {
	factories := map[string]keras.Factory{}
	for class := range table {
		factories[class] = func() any { return newOperation(class) }
	}
	keras.Register(keras.KindOperation, factories)
}

// row is what the table says of an operation.
type row struct {
	module string       // where Keras has the class, in keras.src
	params []parameter  // of a call
	config keras.Config // the options with their defaults, in Keras's order
	run    func(c *call) []*gorgonia.Node
}

// parameter is one of a call.
type parameter struct {
	name    string
	list    bool // takes a list of tensors
	keyword bool // Keras writes it by name
}

// Operation is one of the table's. It is called once, as a rule.
type Operation struct {
	keras.Base
	row     row
	options keras.Config
}

// newOperation makes an operation of a class of the table, with default options.
func newOperation(class string) *Operation {
	o := &Operation{row: table[class]}
	o.options = slices.Clone(o.row.config)
	o.Init(o, class)
	o.SetOptions(&struct{}{}, nil)
	o.NothingToBuild()
	return o
}

// Module is where Keras has the class.
func (o *Operation) Module() string { return "keras.src." + o.row.module }

// Config is the name and the options.
func (o *Operation) Config() keras.Config {
	return append(keras.Config{{Key: "name", Value: o.Name()}}, o.options...)
}

// FromConfig sets name and options.
func (o *Operation) FromConfig(cfg keras.Config) error {
	for _, e := range cfg {
		if name, ok := e.Value.(string); ok && e.Key == "name" {
			o.WithName(name)
		} else if err := o.set(e.Key, e.Value); err != nil {
			return err
		}
	}
	return o.Err()
}

// set sets an option.
func (o *Operation) set(key string, value any) error {
	if _, ok := o.options.Get(key); !ok {
		keys := []string{"name"}
		for _, e := range o.options {
			keys = append(keys, e.Key)
		}
		return keras.Expected(keras.ErrArgument, "one of the options "+strings.Join(keys, ", "), key)
	}
	o.options = o.options.With(key, value)
	return nil
}

// Call computes the operation.
func (o *Operation) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	c := &call{t: t, options: o.options}
	for _, p := range o.row.params {
		v, given := t.Named(p.name)
		switch {
		case given:
			c.args = append(c.args, v)
		case p.list:
			c.args, in = append(c.args, in), nil
		case len(in) > 0:
			c.args, in = append(c.args, in[0]), in[1:]
		case p.keyword:
			c.args = append(c.args, nil)
		default:
			return nil, keras.Expected(keras.ErrArgument, fmt.Sprintf("%d operands", len(o.row.params)), len(c.args))
		}
	}
	if len(in) > 0 {
		return nil, keras.Expected(keras.ErrArgument, fmt.Sprintf("%d operands", len(o.row.params)), "more")
	}
	return t.Out(o.row.run(c)...)
}

// apply calls a new operation of a class: with options, and operands in the order of its parameters.
func apply(class string, options []Option, operands ...any) *keras.Tensor {
	return applyAll(class, options, operands...)[0]
}

// applyAll is apply for an operation that may have several results.
func applyAll(class string, options []Option, operands ...any) keras.List {
	o := newOperation(class)
	in, args, err := o.bind(operands, nil)
	for _, set := range options {
		if err == nil && set.key == "name" {
			o.WithName(set.value.(string))
		} else if err == nil {
			err = o.set(set.key, set.value)
		}
	}
	if err == nil {
		err = o.Err()
	}
	if err != nil {
		return keras.Fail(o, err)
	}
	return keras.ApplyArgs(o, args, in...)
}

// call is one run of an operation.
type call struct {
	t       *keras.Trace
	options keras.Config
	args    []any // *gorgonia.Node, []*gorgonia.Node, or constants
}

// node is argument i as a node; numbers are of a type.
func (c *call) node(i int, dt tensor.Dtype) *gorgonia.Node {
	if n, ok := c.args[i].(*gorgonia.Node); ok {
		return n
	}
	return constant(c.t, c.args[i], dt)
}

// only is the one argument, a node.
func (c *call) only() *gorgonia.Node { return c.node(0, tensor.Float32) }

// option is the value of an option.
func (c *call) option(key string) any {
	v, _ := c.options.Get(key)
	return v
}

// number is an option that is a number.
func (c *call) number(key string) float64 {
	switch v := c.option(key).(type) {
	case int:
		return float64(v)
	case float64:
		return v
	}
	panic(keras.Expected(keras.ErrArgument, "a number for "+key, fmt.Sprint(c.option(key))))
}

// integer is an option that is an integer.
func (c *call) integer(key string) int {
	n, ok := c.option(key).(int)
	if !ok {
		panic(keras.Expected(keras.ErrArgument, "an integer for "+key, fmt.Sprint(c.option(key))))
	}
	return n
}

// integers is an option that is an integer or several; nil for None.
func (c *call) integers(key string) []int {
	switch v := c.option(key).(type) {
	case nil:
		return nil
	case int:
		return []int{v}
	case []any:
		all := make([]int, len(v))
		for i, e := range v {
			n, ok := e.(int)
			if !ok {
				panic(keras.Expected(keras.ErrArgument, "integers for "+key, fmt.Sprint(v)))
			}
			all[i] = n
		}
		return all
	}
	panic(keras.Expected(keras.ErrArgument, "integers for "+key, fmt.Sprint(c.option(key))))
}

// isSet reports whether an option is true.
func (c *call) isSet(key string) bool { return c.option(key) == true }
