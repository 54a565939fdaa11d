package kerasfile

import (
	_ "embed"
	"sync"

	"github.com/gokeras/gokeras/keras"
)

//go:embed vocabulary.json
var vocabularyJSON []byte

// key says in which releases of Keras a class has a key in its config. The releases are
// those that the table was made with.
type key struct {
	Default      any
	Since, Until string // the first and the last to write it; "" for all there were
}

// vocabulary has the keys that not all releases write, by module and class: keras.layers.Dense.
var vocabulary = sync.OnceValue(func() map[string]map[string]key {
	v, _ := keras.ParseJSON(vocabularyJSON) // a test reads it too
	classes, _ := v.(keras.Config)
	table := map[string]map[string]key{}
	for _, class := range classes {
		table[class.Key] = map[string]key{}
		rows, _ := class.Value.(keras.Config)
		for _, row := range rows {
			r, _ := row.Value.(keras.Config)
			d, _ := r.Get("default")
			table[class.Key][row.Key] = key{d, text(r, "since"), text(r, "until")}
		}
	}
	return table
})
