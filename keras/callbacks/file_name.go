package callbacks

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// fields are what Python's str.format replaces: {{, }} and {name} or {name:format}, of whose
// formats width, precision and the types d, e, f and g are known; and braces that are neither.
var fields = regexp.MustCompile(`\{\{|\}\}|\{([^{}!:.\[\]]+)(?::(0?)(\d{0,2})(d|(?:\.(\d\d?))?[efg])?)?\}|[{}]`)

// fileName fills numbers into a template as str.format does.
func fileName(template string, numberOf func(name string) (number, error)) (string, error) {
	var failed error
	name := fields.ReplaceAllStringFunc(template, func(field string) string {
		if field == "{{" || field == "}}" {
			return field[:1]
		}
		m := fields.FindStringSubmatch(field)
		if m[1] == "" {
			failed = keras.Fault(keras.ErrArgument, "expected {name} or {name:format} with a format like 02d, .4f, .2e or g, and {{ for a brace, received %q", template)
			return ""
		}
		n, err := numberOf(m[1])
		if err != nil {
			failed = err
			return ""
		}
		text, err := n.format(m[4], m[5])
		if err != nil {
			failed = err
		}
		width, _ := strconv.Atoi(m[3]) // of two digits, or none
		return pad(text, width, m[2] != "")
	})
	return name, failed
}

// number is an int or a float, as Python tells them apart.
type number struct {
	value   float64
	integer bool
}

// format writes the number as a type with a precision says, .4f; without one as str does.
func (n number) format(kind, precision string) (string, error) {
	switch {
	case n.integer && (kind == "" || kind == "d"):
		return strconv.Itoa(int(n.value)), nil
	case kind == "d":
		return "", keras.Fault(keras.ErrArgument, "Unknown format code 'd' for object of type 'float'")
	case math.IsNaN(n.value) || math.IsInf(n.value, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(n.value, 'f', -1, 64)), "+"), nil
	case kind == "":
		return keras.FormatFloat(n.value), nil
	}
	digits, err := strconv.Atoi(precision)
	if err != nil { // none
		digits = 6
	}
	return strconv.FormatFloat(n.value, kind[len(kind)-1], digits, 64), nil
}

// pad puts blanks before a text, or zeros before a number's digits.
func pad(text string, width int, zeros bool) string {
	missing := max(0, width-len(text))
	if !zeros {
		return strings.Repeat(" ", missing) + text
	}
	digits := strings.TrimPrefix(text, "-")
	return text[:len(text)-len(digits)] + strings.Repeat("0", missing) + digits
}
