package engine

import (
	"reflect"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// Step draws one step of a recurrence: from the sequences' elements of this step and
// the states to outputs, and a new value of each state.
type Step func(t *keras.Trace, in, states []*gorgonia.Node) (outs, next []*gorgonia.Node, err error)

// Scan runs a step along axis 1 of sequences (batch, time, …). It gives the outputs of
// all steps as sequences, and the last states.
//
// It is one Op, however long the sequences are. The step is drawn in graphs of its own:
// one that computes it, and one that differentiates it. Each runs once for each step. The
// states of all steps are kept for the gradient; what lies between them is computed again.
//
// Errors: no step (ErrShape); a state that changes its shape or type (ErrShape); a step
// that adds a loss or writes to a variable (ErrState); those of the step.
func Scan(t *keras.Trace, sequences, states []*gorgonia.Node, step Step) (outs, last []*gorgonia.Node, err error) {
	s := &scan{step: step, trace: t.Fork(t.Graph(), nil), sequences: len(sequences)}
	for _, n := range sequences {
		shape := n.Shape()
		s.time = shape[1]
		s.in = append(s.in, op.Output{Shape: append(tensor.Shape{shape[0]}, shape[2:]...), Dtype: n.Dtype()})
	}
	if s.time == 0 {
		return nil, nil, keras.Expected(keras.ErrShape, "a sequence of at least one step", keras.Shape(sequences[0].Shape()))
	}
	for _, n := range states {
		s.in = append(s.in, op.Like(n))
	}
	if err := s.sketch(); err != nil {
		return nil, nil, err
	}
	inputs := slices.Concat(sequences, states)
	for _, v := range s.vars {
		inputs = append(inputs, t.Var(v))
	}
	all := slices.Clone(s.out)
	for i, o := range all[:s.outputs] {
		all[i].Shape = append(tensor.Shape{o.Shape[0], s.time}, o.Shape[1:]...)
	}
	nodes := op.ApplyAll(op.Spec{Name: "scan", Outputs: all, Run: s.forward, Grads: s.gradients}, inputs...)
	return nodes[:s.outputs], nodes[s.outputs:], nil
}

// scan is a recurrence. What goes into a step are elements of sequences, then states;
// what comes out are elements of outputs, then the next states.
type scan struct {
	step               Step
	trace              *keras.Trace // where the step is drawn
	time               int
	sequences, outputs int
	in, out            []op.Output
	vars               []*keras.Variable

	compute, differentiate *stepper
	now                    int        // the step that runs
	keys                   [][]uint64 // of random Ops: for each its keys in all steps
	remember               bool       // the states before each step; else only the last two
	states                 [][]any    // before step k, at k modulo their number
	carried                []any      // the cost's gradients by the states after a step
}

// sketch draws the step in a scratch graph, to learn what it gives and reads.
func (s *scan) sketch() error {
	t := s.trace.Fork(gorgonia.NewGraph(), func(seeds *keras.SeedGenerator) func() uint64 { return seeds.Next })
	in := make([]*gorgonia.Node, len(s.in))
	for i, o := range s.in {
		in[i] = t.Input("step", o.Shape, o.Dtype)
	}
	outs, next, err := s.step(t, in[:s.sequences], in[s.sequences:])
	if err != nil {
		return err
	}
	if len(t.Losses()) > 0 || len(t.Updates()) > 0 {
		return keras.Expected(keras.ErrState, "a step without losses and moving averages of its own", "one that adds some")
	}
	states := s.in[s.sequences:]
	if len(next) != len(states) {
		return keras.Expected(keras.ErrShape, "a new value of each state", len(next))
	}
	for i, n := range next {
		if !n.Shape().Eq(states[i].Shape) || n.Dtype() != states[i].Dtype {
			return keras.Expected(keras.ErrShape, "a state that stays "+keras.Shape(states[i].Shape).String()+" of "+states[i].Dtype.String(),
				keras.Shape(n.Shape()).String()+" of "+n.Dtype().String())
		}
	}
	for _, n := range slices.Concat(outs, next) {
		s.out = append(s.out, op.Like(n))
	}
	s.outputs, s.vars = len(outs), t.Variables()
	return nil
}

// stepper is a program of a step.
type stepper struct {
	*Program
	in         []*tensor.Dense   // what goes in
	cotangents []*tensor.Dense   // the cost's gradients by what comes out; nil for no number
	by         []*keras.Variable // of what has a gradient: what goes in, then the weights
}

// stepper makes the program that computes a step, or the one that differentiates it.
func (s *scan) stepper(differentiate bool) (*stepper, error) {
	p := &stepper{}
	var feeds []op.Output
	for _, o := range s.in {
		d := tensor.New(tensor.Of(o.Dtype), tensor.WithShape(o.Shape...))
		p.in = append(p.in, d)
		if op.IsFloat(o.Dtype) {
			p.by = append(p.by, keras.NewVariable("step", "step", d, true))
		} else {
			p.by, feeds = append(p.by, nil), append(feeds, o)
		}
	}
	if differentiate {
		for _, o := range s.out {
			if !op.IsFloat(o.Dtype) {
				p.cotangents = append(p.cotangents, nil)
				continue
			}
			feeds = append(feeds, o)
			p.cotangents = append(p.cotangents, tensor.New(tensor.Of(o.Dtype), tensor.WithShape(o.Shape...)))
		}
	}
	var err error
	p.Program, err = build(s.trace.Fork(gorgonia.NewGraph(), s.keyring(differentiate)), feeds, func(t *keras.Trace, fed []*gorgonia.Node) (Drawing, error) {
		in := make([]*gorgonia.Node, len(s.in))
		for i, v := range p.by {
			if v != nil {
				in[i] = t.Var(v)
			} else {
				in[i], fed = fed[0], fed[1:]
			}
		}
		outs, next, err := s.step(t, in[:s.sequences], in[s.sequences:])
		d := Drawing{Outputs: slices.Concat(outs, next)}
		if err == nil && differentiate {
			d.Cost = cost(d.Outputs, fed)
		}
		return d, err
	})
	if err != nil {
		return nil, err
	}
	p.by = append(p.by, s.vars...)
	at := 0
	for _, d := range slices.Concat(p.in, p.cotangents) {
		if d != nil && (!slices.Contains(p.in, d) || !op.IsFloat(d.Dtype())) {
			if err := p.feeds[at].set(d); err != nil {
				return nil, err
			}
			at++
		}
	}
	return p, nil
}

// cost has given gradients by floating outputs. Nobody reads its value.
func cost(outs, cotangents gorgonia.Nodes) *gorgonia.Node {
	outs = slices.DeleteFunc(slices.Clone(outs), func(n *gorgonia.Node) bool { return !op.IsFloat(n.Dtype()) })
	return op.Apply(op.Spec{
		Name:    "cotangents",
		Outputs: []op.Output{{Dtype: tensor.Float32}},
		Run:     func(_, _ []any) error { return nil },
		Grad:    func(gorgonia.Nodes, *gorgonia.Node, *gorgonia.Node, []bool) gorgonia.Nodes { return cotangents },
	}, outs...)
}

// keyring gives random Ops their keys. The program that differentiates a step takes
// those that the computation of the same step drew.
func (s *scan) keyring(again bool) func(*keras.SeedGenerator) func() uint64 {
	drawn := 0
	return func(seeds *keras.SeedGenerator) func() uint64 {
		i := drawn
		drawn++
		if again {
			return func() uint64 { return s.keys[i][s.now] }
		}
		s.keys = append(s.keys, make([]uint64, s.time))
		return func() uint64 {
			s.keys[i][s.now] = seeds.Next()
			return s.keys[i][s.now]
		}
	}
}

// load lets a stepper see step k.
func (s *scan) load(p *stepper, k int, in []any) {
	s.now = k
	for i, d := range p.in[:s.sequences] {
		s.get(d.Data(), in[i])
	}
	for i, d := range p.in[s.sequences:] {
		copyAll(d.Data(), s.before(k)[i])
	}
}

// before are the states before step k.
func (s *scan) before(k int) []any { return s.states[k%len(s.states)] }

func (s *scan) forward(in, out []any) (err error) {
	if s.compute == nil {
		if s.compute, err = s.stepper(false); err != nil {
			return err
		}
		n := 2
		if s.remember {
			n = s.time + 1
		}
		s.states = make([][]any, n)
		for k := range s.states {
			s.states[k] = memoryOf(s.in[s.sequences:])
		}
	}
	copyEach(s.before(0), in[s.sequences:])
	for k := range s.time {
		s.load(s.compute, k, in)
		if err := s.compute.run(); err != nil {
			return err
		}
		for i := range s.outputs {
			s.put(out[i], elementsOf(s.compute.Output(i)))
		}
		// Not yet into the program's memory: a new state may be the memory of an old one.
		for i, d := range s.before(k + 1) {
			copyAll(d, elementsOf(s.compute.Output(s.outputs+i)))
		}
	}
	copyEach(out[s.outputs:], s.before(s.time))
	return nil
}

// gradients draws the Op that goes back through the steps.
func (s *scan) gradients(in, _, grads gorgonia.Nodes, wants []bool) gorgonia.Nodes {
	s.remember = true
	inputs := slices.Clone(in)
	arrived := make([]int, len(grads)) // the places of gradients among the inputs
	for i, g := range grads {
		if g != nil {
			arrived[i] = len(inputs)
			inputs = append(inputs, g)
		}
	}
	var results []op.Output
	var of []int
	for i, wanted := range wants {
		if wanted {
			results, of = append(results, op.Like(in[i])), append(of, i)
		}
	}
	nodes := op.ApplyAll(op.Spec{
		Name: "scan gradient", Outputs: results,
		Run: func(in, out []any) error { return s.backward(in, out, arrived, of) },
	}, inputs...)
	all := make(gorgonia.Nodes, len(in))
	for i, k := range of {
		all[k] = nodes[i]
	}
	return all
}

// backward computes the gradients by those inputs that of names. arrived has the
// places of the gradients by the outputs among the inputs, 0 for none.
func (s *scan) backward(in, out []any, arrived, of []int) (err error) {
	if s.differentiate == nil {
		if s.differentiate, err = s.stepper(true); err != nil {
			return err
		}
		s.carried = memoryOf(s.in[s.sequences:])
	}
	p, carried := s.differentiate, s.carried
	for _, o := range out {
		reflect.ValueOf(o).Clear()
	}
	for i, c := range carried {
		if at := arrived[s.outputs+i]; at > 0 {
			copyAll(c, in[at])
		} else {
			reflect.ValueOf(c).Clear()
		}
	}
	for k := s.time - 1; k >= 0; k-- {
		s.load(p, k, in)
		for i, c := range p.cotangents {
			switch {
			case c == nil:
			case i >= s.outputs:
				copyAll(c.Data(), carried[i-s.outputs])
			case arrived[i] > 0:
				s.get(c.Data(), in[arrived[i]])
			}
		}
		if err := p.run(); err != nil {
			return err
		}
		for i, v := range p.by[:len(s.in)] {
			if i >= s.sequences {
				p.gradient(v, carried[i-s.sequences], copyAll)
			}
		}
		for i, place := range of {
			switch {
			case place < s.sequences:
				p.gradient(p.by[place], out[i], s.put)
			case place >= len(s.in):
				p.gradient(p.by[place], out[i], addAll)
			}
		}
	}
	for i, place := range of {
		if place >= s.sequences && place < len(s.in) {
			copyAll(out[i], carried[place-s.sequences])
		}
	}
	return nil
}

// gradient hands that of a variable on; zeros, if the step does not depend on it.
func (p *stepper) gradient(v *keras.Variable, to any, write func(to, from any)) {
	if i := slices.Index(p.variables, v); v != nil && i >= 0 {
		write(to, p.Gradient(i).Data())
	} else if v != nil {
		reflect.ValueOf(to).Clear()
	}
}

// get copies the elements of the step that runs from a sequence, put to it.
func (s *scan) get(step, sequence any) { s.copyRows(step, sequence, false) }
func (s *scan) put(sequence, step any) { s.copyRows(step, sequence, true) }

func (s *scan) copyRows(step, sequence any, put bool) {
	batch := s.in[0].Shape[0]
	switch x := step.(type) {
	case []float32:
		copyRows(x, sequence.([]float32), batch, s.time, s.now, put)
	case []float64:
		copyRows(x, sequence.([]float64), batch, s.time, s.now, put)
	case []bool:
		copyRows(x, sequence.([]bool), batch, s.time, s.now, put)
	case []int32:
		copyRows(x, sequence.([]int32), batch, s.time, s.now, put)
	default:
		panic(errors.Errorf("expected sequences of float32, float64, bool or int32, received %T", step))
	}
}

func copyRows[T any](step, sequence []T, batch, time, now int, put bool) {
	width := len(step) / batch
	for b := range batch {
		to, from := step[b*width:][:width], sequence[(b*time+now)*width:][:width]
		if put {
			to, from = from, to
		}
		copy(to, from)
	}
}

// memoryOf is zeroed memory of several outputs.
func memoryOf(outs []op.Output) []any {
	all := make([]any, len(outs))
	for i, o := range outs {
		all[i] = tensor.New(tensor.Of(o.Dtype), tensor.WithShape(o.Shape...)).Data()
	}
	return all
}

func elementsOf(v gorgonia.Value) any { return v.(*tensor.Dense).Data() }

func copyAll(to, from any) { reflect.Copy(reflect.ValueOf(to), reflect.ValueOf(from)) }

func copyEach(to, from []any) {
	for i := range to {
		copyAll(to[i], from[i])
	}
}

// addAll adds floating elements.
func addAll(to, from any) {
	switch y := to.(type) {
	case []float32:
		kernels.AddScaled(y, from.([]float32), 1)
	case []float64:
		kernels.AddScaled(y, from.([]float64), 1)
	default:
		panic(errors.Errorf("expected floating elements, received %T", to))
	}
}
