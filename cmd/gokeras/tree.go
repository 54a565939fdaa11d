package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/gokeras/gokeras/keras"
)

// branch is a group of weights, or a weight.
type branch struct {
	name   string
	weight *storedWeight
	inside []*branch
	names  map[string]*branch // of what is inside
}

// tree draws weights as their paths branch.
func tree(weights []storedWeight) string {
	root := &branch{}
	for i := range weights {
		at := root
		for name := range strings.SplitSeq(weights[i].Path, "/") {
			at = at.find(name)
		}
		at.weight = &weights[i]
	}
	var lines [][2]string // a branch, and what there is to say of it
	root.draw("", &lines)
	width := 0
	for _, l := range lines {
		if l[1] != "" {
			width = max(width, runewidth.StringWidth(l[0]))
		}
	}
	var b strings.Builder
	for _, l := range lines {
		if l[1] != "" {
			l[0] = runewidth.FillRight(l[0], width+2)
		}
		b.WriteString(l[0] + l[1] + "\n")
	}
	return b.String()
}

// find is the branch of a name, a new one if there is none.
func (b *branch) find(name string) *branch {
	if i, ok := b.names[name]; ok {
		return i
	}
	if b.names == nil {
		b.names = map[string]*branch{}
	}
	i := &branch{name: name}
	b.inside, b.names[name] = append(b.inside, i), i
	return i
}

// draw adds the lines of what is inside a branch. Groups that lead to one group alone share its line.
func (b *branch) draw(indent string, lines *[][2]string) {
	slices.SortStableFunc(b.inside, func(x, y *branch) int {
		m, errX := strconv.Atoi(x.name)
		n, errY := strconv.Atoi(y.name)
		if errX != nil || errY != nil {
			return 0
		}
		return cmp.Compare(m, n)
	})
	for i, inside := range b.inside {
		arm, below := "├── ", "│   "
		if i == len(b.inside)-1 {
			arm, below = "└── ", "    "
		}
		name := plain(inside.name)
		for len(inside.inside) == 1 && inside.inside[0].weight == nil {
			inside = inside.inside[0]
			name += "/" + plain(inside.name)
		}
		about := ""
		if w := inside.weight; w != nil {
			about = fmt.Sprintf("%s %s", keras.Shape(w.Shape), w.DType)
		} else if w := inside.inside[0].weight; w != nil && w.Layer != "" && !slices.Contains(strings.Split(name, "/"), w.Layer) {
			name += fmt.Sprintf(" %q", w.Layer)
		}
		*lines = append(*lines, [2]string{indent + arm + name, about})
		inside.draw(indent+below, lines)
	}
}

// plain is a name that does nothing to a terminal.
func plain(name string) string {
	if q := strconv.Quote(name); q != `"`+name+`"` {
		return q
	}
	return name
}
