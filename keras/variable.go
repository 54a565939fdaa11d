package keras

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"gorgonia.org/tensor"
)

// Variable is a weight of a layer, or other state such as a moving average. Its
// memory is shared by every program that computes with it.
type Variable struct {
	name, path  string
	trainable   bool // as made
	frozen      bool // by its layer
	regularizer Regularizer
	constraint  Constraint

	id     uint64 // the order in which several are locked
	mu     sync.RWMutex
	value  *tensor.Dense
	scalar bool // of shape (), which value has as (1): tensors without axes have no slice of elements

	fill   func() // gives the elements their first values; nil: they have them
	filled sync.Once
}

// variables numbers them.
var variables atomic.Uint64

// NewVariable makes a variable of a value, which it takes over.
func NewVariable(name, path string, value *tensor.Dense, trainable bool) *Variable {
	v := &Variable{name: name, path: path, trainable: trainable, id: variables.Add(1)}
	v.hold(value)
	return v
}

// hold takes over a tensor as the variable's memory.
func (v *Variable) hold(value *tensor.Dense) {
	switch {
	case value == nil:
	case value.Dims() == 0:
		value, v.scalar = withAxis(value), true
	case value.RequiresIterator(): // a view: its elements are elsewhere, and not in order
		value = value.Materialize().(*tensor.Dense)
	}
	v.value = value
}

// initialize gives the variable the first value that an initializer makes, now or, if that
// can be, when it is first read.
func (v *Variable) initialize(init Initializer, shape Shape, dt tensor.Dtype) error {
	var value *tensor.Dense
	var err error
	if lazy, ok := init.(LazyInitializer); ok {
		value, v.fill, err = lazy.Later(shape, dt)
	} else {
		value, err = init.Initialize(shape, dt)
	}
	v.hold(value)
	return err
}

// withAxis is a tensor without axes as one of shape (1), of the same memory.
func withAxis(t *tensor.Dense) *tensor.Dense {
	t = t.ShallowClone()
	if err := t.Reshape(1); err != nil {
		return t // it has one element
	}
	return t
}

// Name is the name within the layer: kernel.
func (v *Variable) Name() string { return v.name }

// Path is the name within the model: dense_1/kernel.
func (v *Variable) Path() string { return v.path }

// Shape is the sizes of the axes.
func (v *Variable) Shape() Shape {
	if v.scalar {
		return Shape{}
	}
	return Shape(v.value.Shape().Clone())
}

// DType is the type of the elements.
func (v *Variable) DType() tensor.Dtype { return v.value.Dtype() }

// String writes the variable as Keras does, without its value.
func (v *Variable) String() string {
	return fmt.Sprintf("<Variable path=%s, shape=%s, dtype=%s>", v.path, v.Shape(), v.DType())
}

// Size is the number of elements.
func (v *Variable) Size() int { return v.Shape().Size() }

// Trainable reports whether training may change the variable: it was made to be
// trained, and its layer is not frozen.
func (v *Variable) Trainable() bool { return v.trainable && !v.frozen }

// Regularizer is the penalty on the variable, nil without one.
func (v *Variable) Regularizer() Regularizer { return v.regularizer }

// Constraint is applied after each step of an optimizer, nil without one.
func (v *Variable) Constraint() Constraint { return v.constraint }

// Value is a copy of the elements.
func (v *Variable) Value() *tensor.Dense {
	v.mu.RLock()
	defer v.mu.RUnlock()
	value := v.Memory()
	if v.scalar {
		return tensor.New(tensor.FromScalar(value.Get(0)))
	}
	return value.Clone().(*tensor.Dense)
}

// Assign copies the elements of value, which must have the variable's shape and type.
func (v *Variable) Assign(value *tensor.Dense) error {
	if value == nil {
		return Expected(ErrArgument, "a tensor for "+v.path, "nil")
	}
	if got := Shape(value.Shape()); !v.Shape().Equal(got) {
		return Expected(ErrShape, "a value of shape "+v.Shape().String()+" for "+v.path, got)
	}
	if value.Dtype() != v.DType() {
		return Expected(ErrArgument, "a value of type "+v.DType().String()+" for "+v.path, value.Dtype())
	}
	if v.scalar {
		value = withAxis(value)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return tensor.Copy(v.Overwrite(), value)
}

// Memory is the tensor that programs read and optimizers write, while they hold
// the lock that RLock or Lock takes. Everybody else takes Value. That of a variable
// of shape () has shape (1), and so has its gradient.
func (v *Variable) Memory() *tensor.Dense {
	v.filled.Do(func() {
		if v.fill != nil {
			v.fill()
			v.fill = nil
		}
	})
	return v.value
}

// Overwrite is Memory for somebody who holds the lock and sets every element.
func (v *Variable) Overwrite() *tensor.Dense {
	v.filled.Do(func() { v.fill = nil })
	return v.value
}

// shared is a tensor of its own over the variable's memory: Gorgonia's machines
// write into the tensors that they are given, though not into their elements.
func (v *Variable) shared() *tensor.Dense {
	value := v.Memory()
	return tensor.New(tensor.WithShape(value.Shape()...), tensor.WithBacking(value.Data()))
}

// LockOrder sorts variables, so that whoever locks several does so in one order.
func LockOrder(vars []*Variable) []*Variable {
	sorted := slices.Clone(vars)
	slices.SortFunc(sorted, func(a, b *Variable) int { return cmp.Compare(a.id, b.id) })
	return slices.Compact(sorted)
}

// RLock takes the read locks of variables in LockOrder.
func RLock(ordered []*Variable) {
	for _, v := range ordered {
		v.mu.RLock()
	}
}

// RUnlock undoes RLock.
func RUnlock(ordered []*Variable) {
	for _, v := range ordered {
		v.mu.RUnlock()
	}
}

// Lock takes the write locks of variables in LockOrder.
func Lock(ordered []*Variable) {
	for _, v := range ordered {
		v.mu.Lock()
	}
}

// Unlock undoes Lock.
func Unlock(ordered []*Variable) {
	for _, v := range ordered {
		v.mu.Unlock()
	}
}
