// Package atomicfile writes files that are complete or not there.
//
// Why not renameio: it does not build for Windows.
package atomicfile

import (
	"bufio"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pkg/errors"
)

// Write makes the file at path of what write writes. Until all of it is on the disk path stays
// what it was, whatever ends the program; an error leaves nothing behind, a program that is
// killed a file .NAME.NUMBER.tmp beside path. The file keeps the permissions of the one in
// whose place it comes; one that nobody may write stays. A symbolic link is followed.
func Write(path string, write func(w io.Writer) error) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	old, missing := os.Stat(path)
	if missing == nil && old.Mode().Perm()&0o222 == 0 { // renaming asks the directory alone
		return errors.WithStack(&fs.PathError{Op: "write", Path: path, Err: fs.ErrPermission})
	}
	file, err := create(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close() // again, if that failed
			_ = os.Remove(file.Name())
		}
	}()
	if missing == nil {
		if err := file.Chmod(old.Mode().Perm()); err != nil {
			return errors.WithStack(err)
		}
	}
	b := bufio.NewWriterSize(file, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return errors.WithStack(err)
	}
	if err := file.Sync(); err != nil {
		return errors.WithStack(err)
	}
	if err := file.Close(); err != nil { // before it gets its name, for Windows
		return errors.WithStack(err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return errors.WithStack(err)
	}
	syncDir(filepath.Dir(path))
	return nil
}

// create makes a new file beside path. Not os.CreateTemp: others than the owner could not
// read its files.
func create(path string) (*os.File, error) {
	dir, name := filepath.Split(path)
	for {
		file, err := os.OpenFile(filepath.Join(dir, "."+name+"."+strconv.FormatUint(rand.Uint64(), 36)+".tmp"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if e := (*fs.PathError)(nil); errors.As(err, &e) {
			e.Path = path // which the caller knows
		}
		if !errors.Is(err, fs.ErrExist) {
			return file, errors.WithStack(err)
		}
	}
}

// syncDir writes a directory to the disk, where the system can, so that a new name outlasts
// a power failure. The file is complete under its old or its new name in any case.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
