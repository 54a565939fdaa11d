// Package show writes values for people who look at a cell of a notebook: gophernotes, as patched
// here, shows by it what a cell gives, where a value has no form of its own for notebooks.
package show

import (
	"fmt"
	"reflect"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/data"
)

const (
	manyElements = 100    // of a slice
	longText     = 10_000 // in bytes
)

// Text is a text that fits a page, with a line for each value that is not nil. fmt.Print would write a
// tensor in full, and the memory behind a pointer.
func Text(values ...any) string {
	var texts []string
	for _, v := range values {
		if v != nil {
			texts = append(texts, cut(text(v)))
		}
	}
	return strings.Join(texts, "\n")
}

func text(value any) string {
	switch value.(type) {
	case *tensor.Dense, data.List, data.Dict:
		return data.Describe(value)
	case fmt.Formatter, fmt.Stringer, error:
		return fmt.Sprint(value)
	}
	v := reflect.ValueOf(value)
	switch {
	case v.Kind() == reflect.Slice && v.Len() > manyElements:
		return fmt.Sprintf("%s ... %d elements]", strings.TrimSuffix(fmt.Sprint(v.Slice(0, manyElements)), "]"), v.Len())
	case v.Kind() == reflect.Pointer && isOpaque(v.Type().Elem()):
		return v.Type().String()
	case v.Kind() == reflect.Struct && isCompiled(v.Type()):
		return fmt.Sprintf("%+v", value)
	}
	return fmt.Sprint(value)
}

// isCompiled is false for types of cells: these have no name here, and fields of other names.
func isCompiled(t reflect.Type) bool { return t.Name() != "" }

// isOpaque reports a struct with fields that are not for users.
func isOpaque(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || !isCompiled(t) {
		return false
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

// cut leaves out the end of a text that is too long, but no part of a letter.
func cut(text string) string {
	if len(text) <= longText {
		return text
	}
	return fmt.Sprintf("%s … and %d bytes more", strings.ToValidUTF8(text[:longText], ""), len(text)-longText)
}
