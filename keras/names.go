package keras

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

var (
	nonWord   = regexp.MustCompile(`[^\pL\pN_]+`) // Python's \W
	wordStart = regexp.MustCompile(`(.)([A-Z][a-z]+)`)
	lowerUp   = regexp.MustCompile(`([a-z])([A-Z])`)
)

// SnakeCase is Keras's to_snake_case: MaxPooling2D is max_pooling2d, RMSprop rm_sprop.
func SnakeCase(class string) string {
	s := nonWord.ReplaceAllString(class, "")
	s = wordStart.ReplaceAllString(s, "${1}_${2}")
	return strings.ToLower(lowerUp.ReplaceAllString(s, "${1}_${2}"))
}

// names counts the automatic names, one counter for each base name.
var names = struct {
	sync.Mutex
	next map[string]int
}{next: map[string]int{}}

// AutoName is Keras's auto_name: the snake_case class, then with _1, _2, …
func AutoName(class string) string {
	base := SnakeCase(class)
	names.Lock()
	defer names.Unlock()
	n := names.next[base]
	names.next[base] = n + 1
	return numbered(base, n)
}

// ReleaseName gives an automatic name back if it was the last one of its kind,
// so that a layer that is given a name in its chain of setters uses up no number.
func ReleaseName(class, name string) {
	base := SnakeCase(class)
	names.Lock()
	defer names.Unlock()
	if n := names.next[base]; n > 0 && name == numbered(base, n-1) {
		names.next[base] = n - 1
	}
}

func numbered(base string, n int) string {
	if n == 0 {
		return base
	}
	return fmt.Sprintf("%s_%d", base, n)
}

// ClearSession starts the automatic names again: the next Dense is called dense.
// Models, layers and the random seed stay as they are.
func ClearSession() {
	names.Lock()
	defer names.Unlock()
	clear(names.next)
}
