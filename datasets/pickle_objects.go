package datasets

// This file has what instructions make of what is on the stack.

func (m *machine) tuple(n int) {
	if n > maxTuple {
		m.fail("expected a tuple of at most %d objects, received %d", maxTuple, n)
		return
	}
	m.pushObject(append(tuple(nil), m.take(n)...))
}

// extend appends the last n objects to the list below them.
func (m *machine) extend(n int) {
	objects := m.take(n)
	l, ok := m.top().(*list)
	if !ok {
		m.fail("expected a list to append to")
	}
	if m.err != nil {
		return
	}
	for _, object := range objects {
		switch v := object.(type) {
		case int32:
			l.integers = append(l.integers, v)
		case []byte, *list:
			l.objects = append(l.objects, v)
		default:
			m.fail("expected a list of integers, strings or lists, received %T", v)
			return
		}
	}
	if l.integers != nil && l.objects != nil {
		m.fail("expected a list of integers or of other objects, received one of both")
	}
}

// set puts the last n objects, keys and values in turn, into the dictionary below them.
func (m *machine) set(n int) {
	objects := m.take(n)
	d, ok := m.top().(dict)
	if !ok || n%2 != 0 {
		m.fail("expected a dictionary, keys and values")
	}
	if m.err != nil {
		return
	}
	for i := 0; i < n; i += 2 {
		key, ok := objects[i].([]byte)
		if !ok || len(key) > 100 {
			m.fail("expected a key that is a string of up to 100 bytes, received %T", objects[i])
			return
		}
		d[string(key)] = objects[i+1]
	}
}

// put remembers the last object by a number, if get may want it.
func (m *machine) put(number uint32) {
	m.memoized++
	switch object := m.top().(type) {
	case []byte, global, dtype:
		if len(m.memo) < maxObjects {
			m.memo[number] = object
		}
	}
}

func (m *machine) get(number uint32) {
	object, ok := m.memo[number]
	if !ok {
		m.fail("expected a string or type under number %d, received none; lists and arrays must not be shared", number)
		return
	}
	m.pushObject(object)
}

func (m *machine) global(module, name string) {
	g, ok := globals[module+"."+name]
	if !ok {
		m.fail("refusing to load `%.100s.%.100s`, which is no array; the file may be corrupted or malicious", module, name)
		return
	}
	m.push(g)
}

// reduce calls a function: of an array's pickle, which makes an empty one, or a type.
func (m *machine) reduce() {
	args, _ := m.pop().(tuple)
	switch f, _ := m.pop().(global); {
	case f == reconstruct && len(args) == 3 && args[0] == arrayClass:
		m.pushObject(&ndarray{})
	case f == dtypeClass && len(args) == 3:
		name, _ := args[0].([]byte)
		switch string(name) {
		case "u1":
			m.push(dtype("u1"))
		case "O", "O4", "O8":
			m.push(dtype("O"))
		default:
			m.fail("expected an array of u1 (uint8) or O (objects), received %.20q", name)
		}
	default:
		m.fail("expected the type or the array of a NumPy pickle, received another call")
	}
}

// build gives an array its state: version, shape, type, is_fortran, data. The state of
// a type says nothing that matters for bytes and objects.
func (m *machine) build() {
	state, ok := m.pop().(tuple)
	object := m.top()
	if _, isType := object.(dtype); isType && ok || m.err != nil {
		return
	}
	a, isArray := object.(*ndarray)
	if !isArray || a.shape != nil || len(state) != 5 {
		m.fail("expected a new array and its state of 5 objects")
		return
	}
	axes, ok := state[1].(tuple)
	size := int64(1)
	for _, axis := range axes {
		n, isInteger := axis.(int32)
		if !isInteger || n < 1 || int64(n) > maxPickle/size {
			ok = false
			break
		}
		size *= int64(n)
		a.shape = append(a.shape, int(n))
	}
	if !ok || a.shape == nil {
		m.fail("expected the shape of an array with elements, received %v", axes)
		return
	}
	a.fortran, _ = state[3].(bool)
	var received int
	if data, isBytes := state[4].([]byte); isBytes && state[2] == dtype("u1") {
		a.data, received = data, len(data)
	} else if l, isList := state[4].(*list); isList && state[2] == dtype("O") && l.integers == nil {
		a.objects, received = l, len(l.objects)
	} else {
		m.fail("expected the bytes of an array of u1 or a list of objects for one of O")
	}
	if int64(received) != size {
		m.fail("expected an array of %d elements, received %d", size, received)
	}
}
