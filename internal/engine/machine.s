// A function without a body, as in machine.go, needs an assembly file in its package.
