//go:build !race

// Package race tells tests whether the race detector is on. It makes sync.Pool forget
// on purpose, so that memory cannot be counted.
package race

// Enabled reports whether the race detector is on.
const Enabled = false
