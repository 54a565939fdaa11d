package keras

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pkg/errors"
)

// The classes of errors, for errors.Is.
var (
	// ErrShape: a shape, rank or number of inputs is not what a layer takes.
	ErrShape = errors.New("shape")
	// ErrArgument: an argument or option has a value that is not allowed.
	ErrArgument = errors.New("argument")
	// ErrGraph: layers are connected in a way that makes no model.
	ErrGraph = errors.New("graph")
	// ErrConfig: a config that cannot be read, or names a class nobody registered.
	ErrConfig = errors.New("config")
	// ErrData: data fed to a model do not fit it.
	ErrData = errors.New("data")
	// ErrState: something was asked for before it exists (not built, not compiled).
	ErrState = errors.New("state")
	// ErrRun: a graph failed while it was computed.
	ErrRun = errors.New("run")
)

// Error is an error of a layer or model: who, where, what was expected, what was
// received, and a way out where one is known. Its text is
//
//	dense_1 (Dense) at train.go:14: Input 0 is incompatible with the layer: expected axis -1 of input shape to have value 784, but received input with shape (None, 100)
type Error struct {
	Kind  error  // one of the classes above
	Layer string // name; empty where no layer is concerned
	Class string
	Site  string // file:line of the call, where it is known
	Text  string
	Hint  string
	Cause error
}

// Error is the text.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Layer != "" {
		fmt.Fprintf(&b, "%s (%s)", e.Layer, e.Class)
	}
	if e.Site != "" {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("at " + e.Site)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(e.Text)
	if e.Cause != nil {
		if e.Text != "" {
			b.WriteString(": ")
		}
		b.WriteString(e.Cause.Error())
	}
	text := b.String()
	switch {
	case e.Hint == "":
		return text
	case strings.HasSuffix(text, "."): // a sentence of Keras's
		return text + " (" + e.Hint + ")"
	}
	return text + "; " + e.Hint
}

// Is reports whether target is the error's class.
func (e *Error) Is(target error) bool { return target == e.Kind }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Expected is an error that says what was expected and what was received.
// The caller of a layer's Build, OutputShapes and Call adds which layer it is, and where.
func Expected(kind error, want string, received ...any) *Error {
	texts := make([]string, len(received))
	for i, r := range received {
		texts[i] = fmt.Sprint(r)
	}
	return &Error{Kind: kind, Text: fmt.Sprintf("expected %s, received %s", want, strings.Join(texts, ", "))}
}

// incompatible is an error of an input that a layer does not take, in Keras's words.
func incompatible(format string, args ...any) *Error {
	return Fault(ErrShape, "Input 0 is incompatible with the layer: "+format, args...)
}

// WrongRank says that a layer's input must have so many axes.
func WrongRank(want int, in Shape) *Error {
	return incompatible("expected ndim=%d, found ndim=%d. Full shape received: %s", want, len(in), in)
}

// RankTooLow says that a layer's input must have so many axes at least.
func RankTooLow(least int, in Shape) *Error {
	return incompatible("expected min_ndim=%d, found ndim=%d. Full shape received: %s", least, len(in), in)
}

// WrongAxis says that a layer's input must have a size on an axis.
func WrongAxis(axis, want int, in Shape) *Error {
	return incompatible("expected axis %d of input shape to have value %d, but received input with shape %s", axis, want, in)
}

// WrongCount says that a layer takes another number of inputs.
func WrongCount(want, got int) *Error {
	return Fault(ErrShape, "expects %d input(s), but it received %d input tensors", want, got)
}

// Fault is an error of a class with a text of its own.
func Fault(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// WithHint adds a way out.
func (e *Error) WithHint(hint string) *Error {
	c := *e
	c.Hint = hint
	return &c
}

// Locate says which layer an error is about and where it was called. Of an error
// that knows its layer already only a missing site is added: the innermost layer counts.
func Locate(err error, l Layer, site string) error {
	if err == nil {
		return nil
	}
	e := known(err)
	if e != nil && e.Layer != "" {
		if error(e) != err || e.Site != "" || site == "" {
			return err
		}
		located := *e
		located.Site = site
		return &located
	}
	located := &Error{Kind: ErrRun, Site: site, Cause: err}
	if !isNil(l) {
		located.Layer, located.Class = l.Name(), l.Class()
	}
	if e != nil {
		located.Kind = e.Kind
		if error(e) == err {
			located.Text, located.Hint, located.Cause = e.Text, e.Hint, e.Cause
		}
	}
	return located
}

// known is the first Error in a chain that knows its layer, or else the first one.
func known(err error) *Error {
	var first *Error
	for e := (*Error)(nil); errors.As(err, &e); err = e.Cause {
		if e.Layer != "" {
			return e
		}
		if first == nil {
			first = e
		}
	}
	return first
}

// callSite is file:line of the first caller outside this module's packages
// (its examples and tests count as outside); empty in an interpreter, which calls
// by reflection.
func callSite() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		switch {
		case strings.HasPrefix(f.Function, "reflect."):
			return ""
		case f.Function == "" || strings.HasPrefix(f.Function, "runtime."):
		case !own(f.Function) || strings.HasSuffix(f.File, "_test.go"):
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		if !more {
			return ""
		}
	}
}

const modulePath = "github.com/gokeras/gokeras"

// own reports whether a package, or function of a package, is of those that users import.
func own(name string) bool {
	for _, tree := range []string{modulePath + "/keras", modulePath + "/applications"} {
		if rest, ok := strings.CutPrefix(name, tree); ok && (rest == "" || rest[0] == '/' || rest[0] == '.') {
			return true
		}
	}
	return false
}

// asError makes an error of what a panic carried.
func asError(r any) error {
	if err, ok := r.(error); ok {
		return err
	}
	return errors.Errorf("%v", r)
}
