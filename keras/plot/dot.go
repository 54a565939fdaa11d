package plot

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// dot is the diagram in the language of Graphviz, as Keras and pydot write it. The
// boxes are n0, n1, … in the order in which they appear; Keras has addresses there.
func (d *diagram) dot(o *options) string {
	w := &dotWriter{options: o, ids: map[keras.Layer]string{}}
	fmt.Fprintf(w, "digraph G {\nrankdir=%s;\nconcentrate=true;\ndpi=%d;\nsplines=%s;\nnode [shape=record];\n", o.rankDir, o.dpi, o.splines)
	w.inside(d)
	w.WriteString("}\n")
	return w.String()
}

type dotWriter struct {
	strings.Builder
	*options
	ids map[keras.Layer]string
}

func (w *dotWriter) inside(d *diagram) {
	for _, p := range d.parts {
		if p.inside != nil {
			fmt.Fprintf(w, "subgraph %s {\nstyle=dashed;\nlabel=%s;\nlabeljust=l;\n", dotID("cluster_"+p.inside.name), dotValue(p.inside.name))
			w.inside(p.inside)
			w.WriteString("}\n")
			continue
		}
		if w.ids[p.layer] == "" {
			w.ids[p.layer] = fmt.Sprintf("n%d", len(w.ids))
		}
		fmt.Fprintf(w, "%s [label=%s, fontname=Helvetica, border=0, margin=0];\n", w.ids[p.layer], newLabel(p.layer, w.options).html(w.columns()))
	}
	for _, a := range d.arrows {
		fmt.Fprintf(w, "%s -> %s [penwidth=2];\n", w.ids[a.from], w.ids[a.to])
	}
}

// columns is how many cells Keras expects in the last row of a table.
func (o *options) columns() int {
	n := 0
	if o.shapes {
		n += 2
	}
	if o.dtypes {
		n++
	}
	if o.trainable {
		n++
	}
	return max(n, 1)
}

// html is the table in the HTML of Graphviz.
func (t label) html(columns int) string {
	td := func(attributes string, c cell) string {
		ink := ""
		if c.fill != "white" {
			ink = ` color="white"`
		}
		return fmt.Sprintf(`<td %s><font point-size="%d"%s>%s<b>%s</b>%s</font></td>`, attributes, c.size, ink,
			dotEscape.Replace(c.head), dotEscape.Replace(c.strong), dotEscape.Replace(c.end))
	}
	var b strings.Builder
	b.WriteString(`<<table border="0" cellborder="1" bgcolor="black" cellpadding="10">`)
	fmt.Fprintf(&b, "<tr>%s</tr>", td(fmt.Sprintf(`colspan="%d" bgcolor="black"`, columns), t.title))
	for _, c := range t.activation {
		fmt.Fprintf(&b, "<tr>%s</tr>", td(fmt.Sprintf(`bgcolor="white" colspan="%d"`, columns), c))
	}
	if t.facts != nil {
		b.WriteString("<tr>")
		for _, c := range t.facts {
			b.WriteString(td(fmt.Sprintf(`bgcolor="%s"`, c.fill), c))
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</table>>")
	return b.String()
}

// dotEscape writes the characters that HTML reserves, which Keras forgets.
var dotEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

var (
	dotWords = []string{"graph", "subgraph", "digraph", "node", "edge", "strict"}
	dotPlain = regexp.MustCompile(`^(\d+(\.\d*)?|\d*\.\d+|\pL[\pL\pN]*)$`)
	dotName  = regexp.MustCompile(`^[_a-zA-Z]\w*$`)
)

// dotValue is a value with quotes where pydot writes them: also around words with an underscore.
func dotValue(s string) string {
	if dotPlain.MatchString(s) && !slices.Contains(dotWords, strings.ToLower(s)) {
		return s
	}
	return dotQuote(s)
}

// dotID is the name of a frame, with quotes where Graphviz needs them.
func dotID(s string) string {
	if dotName.MatchString(s) {
		return s
	}
	return dotQuote(s)
}

func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(s) + `"`
}
