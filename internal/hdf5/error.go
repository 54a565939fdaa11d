package hdf5

import (
	"fmt"

	"github.com/pkg/errors"
)

// The classes of errors, for errors.Is.
var (
	// ErrFormat: the file is damaged, or no HDF5 file.
	ErrFormat = errors.New("damaged or not HDF5")
	// ErrUnsupported: the file is sound, but uses what this package does not read or write.
	ErrUnsupported = errors.New("not supported")
	// ErrNotFound: no object or attribute has the name.
	ErrNotFound = errors.New("not found")
	// ErrArgument: a slice, shape or name that was handed in does not fit.
	ErrArgument = errors.New("argument")
)

// Error says what is wrong, with which structure of the file, and where it begins. Its text is
//
//	hdf5: symbol node at byte 1072: expected SNOD, received "TREE"
type Error struct {
	Kind   error  // one of the classes above; nil if the Cause is an error of the caller's reader
	What   string // a structure, or the path of an object
	Offset int64  // in the file; −1 where no place is concerned
	Text   string
	Cause  error
}

// Error is the text.
func (e *Error) Error() string {
	text := "hdf5: " + e.What
	if e.Offset >= 0 {
		text = fmt.Sprintf("%s at byte %d", text, e.Offset)
	}
	if e.Text != "" {
		text += ": " + e.Text
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Is reports whether target is the error's class.
func (e *Error) Is(target error) bool { return target == e.Kind }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }

// fault is an error about a name rather than a place in the file.
func fault(kind error, what, format string, args ...any) error {
	return &Error{Kind: kind, What: what, Offset: -1, Text: fmt.Sprintf(format, args...)}
}
