package console

import "strings"

// css is how a browser shows the styles: rich's translation of the colours of a
// terminal. They can be read on a white page and on a black one; Normal is the page's own.
var css = [...]string{
	Strong:  "font-weight: bold",
	Number:  "color: #00af00; text-decoration-color: #00af00",
	Missing: "color: #00d7ff; text-decoration-color: #00d7ff",
	Symbol:  "color: #0087ff; text-decoration-color: #0087ff",
	Yes:     "color: #00af00; text-decoration-color: #00af00; font-weight: bold",
	No:      "color: #ff0000; text-decoration-color: #ff0000; font-weight: bold",
}

// escape makes text of what a browser would take for marks.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// HTML returns the text in its styles as a block for a notebook, as rich makes them.
func (t Text) HTML() string {
	var b strings.Builder
	b.WriteString(`<pre style="white-space:pre;overflow-x:auto;line-height:normal;font-family:Menlo,'DejaVu Sans Mono',consolas,'Courier New',monospace">`)
	for _, s := range t {
		text := escape.Replace(s.Text)
		if s.Style != Normal {
			text = `<span style="` + css[s.Style] + `">` + text + `</span>`
		}
		b.WriteString(text)
	}
	b.WriteString("</pre>\n")
	return b.String()
}
