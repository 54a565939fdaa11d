package layertest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Complete checks that each of some classes is given to Run in a test file of the
// package under test, and that each of its config keys (but those of fixed, which
// have one value only) has at least two values among the cases that compute
// something: an option that changes no number is one that does not work.
func Complete(t *testing.T, classes []string, fixed ...string) {
	t.Helper()
	run := given(t)
	for _, class := range classes {
		if !assert.Contains(t, run, class, "no test file calls layertest.Run for the class") {
			continue
		}
		values := map[string]map[string]bool{}
		for _, g := range load(t, class) {
			for _, e := range g.Config {
				values[e.Key] = map[string]bool{}
			}
		}
		for _, g := range load(t, class) {
			if g.ConfigOnly && class != "InputLayer" {
				continue
			}
			for key := range values {
				v, ok := g.Config.Get(key)
				values[key][fmt.Sprint(ok, v)] = true
			}
		}
		for key, v := range values {
			if !slices.Contains(fixed, key) && !slices.Contains(fixed, class+"."+key) {
				assert.Greater(t, len(v), 1, "%s: all cases have the same %s", class, key)
			}
		}
	}
}

// given are the classes in calls of Run in the test files of the current folder.
func given(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var classes []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || types.ExprString(call.Fun) != "layertest.Run" {
				return true
			}
			class, err := strconv.Unquote(types.ExprString(call.Args[1]))
			require.NoError(t, err, "%s: the class is not a literal", name)
			classes = append(classes, class)
			return true
		})
	}
	return classes
}
