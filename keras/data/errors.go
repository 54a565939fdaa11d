package data

import (
	"fmt"

	"github.com/pkg/errors"
)

// errorf returns an error that names the last stage of d: data: Batch (stage 3): …
func (d *Dataset) errorf(format string, args ...any) error {
	return errors.WithStack(fmt.Errorf("data: %s (stage %d): "+format, append([]any{d.name, d.stage}, args...)...))
}

// elementError names the stage and the element that failed.
func (d *Dataset) elementError(i int, err error) error {
	return d.errorf("element %d: %w", i, err)
}

// recovered calls f, a user's function, and returns a panic in it as an error.
func recovered(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = errors.WithStack(p)
		default:
			err = errors.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// throw panics with an error, in the functions made for a Map. who is the exported function.
func throw(who, format string, args ...any) {
	panic(errors.Errorf("data."+who+": "+format, args...))
}
