//go:build linux || darwin

package kernels

import (
	"syscall"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// guardPages returns two slices of n elements, of which one ends and the other
// begins at a page that must not be touched: a load that goes too far, which no
// sentinel sees, ends the test.
func guardPages(t tester, n int) (ending, beginning []float32) {
	t.Helper()
	page := syscall.Getpagesize()
	size := roundUp(max(n, 1)*floatSize, page)
	all, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(all)) })
	require.NoError(t, syscall.Mprotect(all[:page], syscall.PROT_NONE))
	require.NoError(t, syscall.Mprotect(all[page+size:], syscall.PROT_NONE))
	whole := unsafe.Slice((*float32)(unsafe.Pointer(&all[page])), size/floatSize)
	return whole[len(whole)-n:], whole[:n:n]
}
