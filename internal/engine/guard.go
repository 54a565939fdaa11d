package engine

import (
	"reflect"
	"unsafe"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/op"
)

// guarded is somebody else's Op (Gorgonia's own, or a user's) made safe to run
// here. Gorgonia's machine runs Ops in a goroutine of its own, where a panic ends
// the process, and lets its own Ops overwrite inputs that it takes for dead,
// which after a Reshape may be a weight. A guarded Op recovers, and has no way to
// overwrite anything: of its methods the machine finds Do alone.
type guarded struct {
	gorgonia.Op
	label string
}

func (g guarded) Do(in ...gorgonia.Value) (v gorgonia.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, op.Failed(g.label, g.String(), r)
		}
	}()
	if v, err = g.Op.Do(in...); err != nil {
		err = op.Failed(g.label, g.String(), err)
	}
	return v, err
}

func (g guarded) ReturnsPtr() bool     { return false }
func (g guarded) CallsExtern() bool    { return false }
func (g guarded) OverwritesInput() int { return -1 }

// guard replaces the foreign Ops of a graph, when it is complete and differentiated.
func guard(g *gorgonia.ExprGraph, label func(*gorgonia.Node) string) error {
	for _, n := range g.AllNodes() {
		o := n.Op()
		if o == nil || op.Own(n) || o.Arity() == 0 { // inputs and constants
			continue
		}
		if err := setOp(n, guarded{o, label(n)}); err != nil {
			return err
		}
	}
	return nil
}

// setOp changes the Op of a node. Gorgonia has no way to do that: the field is set
// behind its back, which is safe as long as it is there under this name and type (the
// version is frozen).
func setOp(n *gorgonia.Node, o gorgonia.Op) error {
	field, ok := reflect.TypeFor[gorgonia.Node]().FieldByName("op")
	if !ok || field.Type != reflect.TypeFor[gorgonia.Op]() {
		return errors.New("this version of Gorgonia is not supported: its Node has no field op")
	}
	*(*gorgonia.Op)(unsafe.Add(unsafe.Pointer(n), field.Offset)) = o
	return nil
}
