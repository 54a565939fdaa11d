package engine

import (
	"runtime"
	"unsafe"

	"gorgonia.org/gorgonia"
)

// machine is Gorgonia's TapeMachine, run on the caller's goroutine.
type machine struct {
	gorgonia.VM
	tape   unsafe.Pointer // the same, a *tapeMachine
	failed chan error
	done   chan struct{}
}

func newMachine(g *gorgonia.ExprGraph) *machine {
	tape := gorgonia.NewTapeMachine(g)
	// Its finalizer frees memory of graphics cards. It would keep the machine, and
	// all the memory of its program, for one more cycle of the garbage collector; the next
	// cycle would then begin later by as much, and so on: memory would grow without end.
	runtime.SetFinalizer(tape, nil)
	return &machine{tape, unsafe.Pointer(tape), make(chan error, 1), make(chan struct{}, 1)}
}

// run does what Reset and RunAll do, without the goroutine that RunAll starts and the
// thread that it locks: changing threads twice takes longer than a step of a small model.
func (m *machine) run() error {
	m.Reset()
	runall(m.tape, m.failed, m.done)
	select {
	case err := <-m.failed:
		return err
	case <-m.done:
		return nil
	}
}

// runall executes the instructions of a *tapeMachine and sends an error, or the end, to
// one of the channels. Gorgonia does not export it: a version without it does not link.
//
//go:linkname runall gorgonia.org/gorgonia.(*tapeMachine).runall
func runall(tape unsafe.Pointer, failed chan error, done chan struct{})
