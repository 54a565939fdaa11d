package atomicfile

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

// names are those of everything in a directory.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.keras")
	require.NoError(t, Write(path, text("first")))
	assert.Equal(t, "first", content(t, path))

	require.NoError(t, Write(path, text("second")))
	assert.Equal(t, "second", content(t, path))
	assert.Equal(t, []string{"model.keras"}, names(t, dir))
}

func TestWriteLeavesTheOldFileOnAnError(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.keras")
	require.NoError(t, Write(path, text("old")))
	broken := errors.New("broken")
	err := Write(path, func(w io.Writer) error {
		_ = text("half of the n")(w)
		return broken
	})
	require.ErrorIs(t, err, broken)
	assert.Equal(t, "old", content(t, path))
	assert.Equal(t, []string{"model.keras"}, names(t, dir))
}

func TestWriteIntoNoDirectory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "model.keras")
	err := Write(path, text("x"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, path, "the path that was asked for")
}

func TestWriteOverADirectory(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.keras")
	require.NoError(t, os.Mkdir(path, 0o777))
	require.Error(t, Write(path, text("x")))
	assert.Equal(t, []string{"model.keras"}, names(t, dir))
}

func TestWriteKeepsPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other permissions")
	}
	path := filepath.Join(t.TempDir(), "model.keras")
	require.NoError(t, Write(path, text("x")))
	plain := filepath.Join(t.TempDir(), "plain")
	require.NoError(t, os.WriteFile(plain, nil, 0o666))
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Mode()
	}
	assert.Equal(t, mode(plain), mode(path), "as os.Create makes one")

	require.NoError(t, os.Chmod(path, 0o640))
	require.NoError(t, Write(path, text("y")))
	assert.Equal(t, os.FileMode(0o640), mode(path))
}

func TestWriteSparesAFileThatIsProtected(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.keras")
	require.NoError(t, Write(path, text("old")))
	require.NoError(t, os.Chmod(path, 0o444))
	err := Write(path, text("new"))
	require.ErrorIs(t, err, os.ErrPermission)
	assert.ErrorContains(t, err, path)
	assert.Equal(t, "old", content(t, path))
	assert.Equal(t, []string{"model.keras"}, names(t, dir))
	require.NoError(t, os.Chmod(path, 0o644)) // for Windows, which removes no protected files
}

func TestWriteFollowsALink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "epoch_1.keras"), filepath.Join(dir, "latest.keras")
	require.NoError(t, Write(path, text("first")))
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no symbolic links: ", err)
	}
	require.NoError(t, Write(link, text("second")))
	assert.Equal(t, "second", content(t, path))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
}

func TestWriteAtOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.keras")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() { assert.NoError(t, Write(path, text(fmt.Sprint("number ", i)))) })
	}
	all.Wait()
	assert.Regexp(t, `^number \d$`, content(t, path))
	assert.Equal(t, []string{"model.keras"}, names(t, dir))
}
