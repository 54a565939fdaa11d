package keras

import (
	"fmt"
	"log"
	"sync/atomic"
)

// warnings is what SetWarnings was given.
var warnings atomic.Pointer[func(text string)]

// SetWarnings hands warnings, which Keras gives as Python's, to a function. nil, as at
// first, is the standard logger: package log, which writes to stderr.
func SetWarnings(to func(text string)) {
	if to == nil {
		warnings.Store(nil)
		return
	}
	warnings.Store(&to)
}

// Warn says that something is no error, but hardly meant.
func Warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if to := warnings.Load(); to != nil {
		(*to)(text)
		return
	}
	log.Print(text)
}
