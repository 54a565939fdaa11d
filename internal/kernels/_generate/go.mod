module github.com/gokeras/gokeras/internal/kernels/_generate

go 1.26

require github.com/mmcloughlin/avo v0.6.0

require (
	golang.org/x/mod v0.35.0 // indirect
	golang.org/x/sync v0.20.0 // indirect
	golang.org/x/tools v0.44.0 // indirect; avo's own pin does not compile with Go 1.26
)
