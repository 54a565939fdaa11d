package gokeras_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Go in the documents for users is part of a file that go test or go vet compiles, or of a notebook's cell.
func TestDocumentsShowCodeThatCompiles(t *testing.T) {
	h := enter(t)
	var sources strings.Builder
	for _, s := range h.goes {
		sources.WriteString("\n")
		sources.Write(s.text)
	}
	for name, text := range h.texts {
		if path.Ext(name) == ".ipynb" {
			for _, cell := range cells(t, text) {
				sources.WriteString("\n" + cell + "\n")
			}
		}
	}
	all, seen := sources.String(), 0
	for _, document := range h.documents() {
		if dir := path.Dir(document); dir != "." && dir != "docs" && dir != "notebooks" {
			continue
		}
		for _, b := range blocks(string(h.texts[document]), "go") {
			seen++
			assert.True(t, b.isIn(all), "%s:%d: this Go is in no file of the repository: make it part of an example that is tested, to the letter. Leave out only indentation that all lines have:\n%s",
				document, b.line, b.text)
		}
	}
	assert.Positive(t, seen)
}

// What stands side by side fits on a page without scrolling.
func TestSideBySideFits(t *testing.T) {
	const columns = 110
	seen := 0
	for name, text := range enter(t).texts {
		if path.Dir(name) != "docs" || path.Ext(name) != ".md" {
			continue
		}
		for _, table := range table.FindAllString(string(text), -1) {
			seen++
			width := 0
			for _, language := range []string{"python", "go"} {
				for _, b := range blocks(table, language) {
					width += b.width()
				}
			}
			assert.LessOrEqual(t, width, columns, "%s: these blocks are too wide to stand side by side: break their longest lines\n%s", name, table)
		}
	}
	assert.Positive(t, seen)
}

var table = regexp.MustCompile(`(?s)<table>.*?</table>`)

// width is that of the longest line, with tabs of 8.
func (b block) width() (widest int) {
	for line := range strings.Lines(b.text) {
		line = strings.TrimRight(strings.ReplaceAll(line, "\t", "        "), "\n")
		widest = max(widest, utf8.RuneCountInString(line))
	}
	return widest
}

// documents are the paths of the texts in Markdown, sorted.
func (h *house) documents() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(h.texts)), func(name string) bool { return path.Ext(name) != ".md" })
}

// block is code in a document, and the line where it begins.
type block struct {
	text string
	line int
}

// cells are the code of a notebook.
func cells(t *testing.T, notebook []byte) (code []string) {
	var file struct {
		Cells []struct {
			Type   string   `json:"cell_type"`
			Source []string `json:"source"`
		}
	}
	require.NoError(t, json.Unmarshal(notebook, &file))
	for _, c := range file.Cells {
		if c.Type == "code" {
			code = append(code, strings.Join(c.Source, ""))
		}
	}
	return code
}

var fence = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

// blocks are those of a language.
func blocks(document, language string) (found []block) {
	for _, m := range fence.FindAllStringSubmatchIndex(document, -1) {
		if document[m[2]:m[3]] == language {
			found = append(found, block{document[m[4]:m[5]], 1 + strings.Count(document[:m[4]], "\n")})
		}
	}
	return found
}

// isIn reports whether the lines of a block follow each other in a source, all indented by as many tabs.
func (b block) isIn(source string) bool {
	const deepest = 3
	text := b.text
	for range deepest {
		if strings.Contains(source, "\n"+text) {
			return true
		}
		text = indented.ReplaceAllString(text, "\t$0")
	}
	return false
}

var indented = regexp.MustCompile(`(?m)^.`)

var (
	code    = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)|(?:href|src|srcset)="([^"\s]+)"`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
)

// Links of documents lead to files of the repository, and to headings that are there.
func TestLinksLeadSomewhere(t *testing.T) {
	h := enter(t)
	for _, document := range h.documents() {
		text := code.ReplaceAll(h.texts[document], nil)
		for _, m := range link.FindAllSubmatch(text, -1) {
			target := string(m[1]) + string(m[2])
			if strings.Contains(target, ":") { // another site
				continue
			}
			file, anchor, hasAnchor := strings.Cut(target, "#")
			if file = path.Join(path.Dir(document), file); strings.HasPrefix(target, "#") {
				file = document
			}
			_, err := os.Stat(file)
			assert.NoError(t, err, "%s: the link %s leads nowhere", document, target)
			if hasAnchor && path.Ext(file) == ".md" {
				assert.Contains(t, anchors(h.texts[file]), anchor, "%s: the link %s leads to no heading", document, target)
			}
		}
	}
}

var (
	notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	linked       = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
)

// anchors are the names of a document's headings, as GitHub makes them.
func anchors(document []byte) (names []string) {
	count := map[string]int{}
	for _, m := range heading.FindAllSubmatch(fence.ReplaceAll(document, nil), -1) {
		name := strings.ToLower(linked.ReplaceAllString(string(m[1]), "$1"))
		name = strings.ReplaceAll(notInAnchors.ReplaceAllString(name, ""), " ", "-")
		if count[name]++; count[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, count[name]-1)
		}
		names = append(names, name)
	}
	return names
}

func TestAnchors(t *testing.T) {
	text := "# Files: `.keras`, and more\n\n## A [link](x.md) – or two\n```\n# no heading\n```\n## Same\n## Same\n"
	require.Equal(t, []string{"files-keras-and-more", "a-link--or-two", "same", "same-1"}, anchors([]byte(text)))
}

func TestBlocks(t *testing.T) {
	text := "a\n```go\nx := 1\n\nif x > 0 {\n\ty()\n}\n```\n```python\nz\n```\n"
	found := blocks(text, "go")
	require.Len(t, found, 1)
	assert.Equal(t, 3, found[0].line)
	source := "\nfunc f() {\n\tx := 1\n\n\tif x > 0 {\n\t\ty()\n\t}\n}\n"
	assert.True(t, found[0].isIn(source))
	assert.False(t, found[0].isIn(strings.Replace(source, "x > 0", "x > 1", 1)))
	assert.False(t, found[0].isIn(strings.Replace(source, "\t\ty()", "\ty()", 1)), "indentation within the block counts")
}

func TestCells(t *testing.T) {
	notebook := `{"cells": [{"cell_type": "markdown", "source": ["x"]}, {"cell_type": "code", "source": ["a := 1\n", "a"]}]}`
	assert.Equal(t, []string{"a := 1\na"}, cells(t, []byte(notebook)))
}
