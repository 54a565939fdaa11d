package optimizers

import (
	"fmt"
	"strings"
)

// faults collects what is wrong with options, to report it all at once.
type faults []string

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// require adds a violation unless ok.
func (f *faults) require(ok bool, format string, args ...any) {
	if !ok {
		f.add(format, args...)
	}
}

// accept adds the text of an error.
func (f *faults) accept(err error) {
	if err != nil {
		f.add("%v", err)
	}
}

// String is all violations in one line.
func (f faults) String() string { return strings.Join(f, "; ") }
