package datasets

import (
	"bufio"
	"encoding/binary"
	"io"

	"github.com/pkg/errors"
)

// A pickle is a program for a small stack machine that builds one object; its
// instructions are described in Python's pickletools.py. This machine has the
// instructions with which Python 2 and 3 write dictionaries, lists, strings, small
// integers, and NumPy's arrays of bytes and of lists, and knows no others. It calls
// nothing: of the functions that a pickle may name there are the three that stand for
// an array. Any other is an error.
//
// Objects are nil, bool, int32, []byte (a string), tuple, *list, dict and *ndarray.
// A list or dictionary belongs to one other: shared ones, and so circles, are refused.
type (
	tuple []any
	dict  map[string]any

	// list is a list of integers or of other objects, not of both.
	list struct {
		integers []int32
		objects  []any
	}

	// ndarray is a NumPy array of bytes (data) or of Python's objects (objects).
	ndarray struct {
		shape   []int
		fortran bool // column-major
		data    []byte
		objects *list
	}

	// global is a function or class, of those that are known.
	global string
	dtype  string
)

const (
	reconstruct global = "_reconstruct"
	arrayClass  global = "ndarray"
	dtypeClass  global = "dtype"
)

// globals are all functions and classes that a pickle may name, as Keras has them
// (keras/src/datasets/npz_utils.py).
var globals = map[string]global{
	"numpy.core.multiarray._reconstruct":  reconstruct,
	"numpy._core.multiarray._reconstruct": reconstruct,
	"numpy.ndarray":                       arrayClass,
	"numpy.dtype":                         dtypeClass,
}

// Together these bound the memory that a hostile pickle can take.
const (
	maxPickle  = 1 << 28 // bytes; the largest, the training images of CIFAR-100, has 155 million
	maxObjects = 1 << 20 // other than integers; IMDB's parts have 25000 each
	maxStack   = 1 << 14 // Python puts at most 1000 elements on it for each list
	maxTuple   = 16      // NumPy's have up to 8
)

// readPickle reads an object, which must be all that r has and take up to limit bytes.
func readPickle(r io.Reader, limit int64) (any, error) {
	m := &machine{r: bufio.NewReaderSize(r, 1<<16), limit: min(limit, maxPickle), memo: map[uint32]any{}}
	for m.err == nil {
		if op := m.byte(); op != '.' { // STOP
			m.run(op)
			continue
		}
		object := m.pop()
		if len(m.stack) > 0 {
			m.fail("expected one object, received %d more", len(m.stack))
		}
		if _, err := m.r.ReadByte(); err != io.EOF { // also a wrong checksum, which shows at the end
			m.fail("expected the end of the file, received %v", err)
		}
		if m.err == nil {
			return object, nil
		}
	}
	return nil, errors.WithMessagef(m.err, "pickle, byte %d", m.at)
}

// machine runs a pickle. After an error its methods do nothing of use.
type machine struct {
	r         *bufio.Reader
	at, limit int64 // bytes read, and readable
	stack     []any
	marks     []int // places in the stack where lists of operands begin
	memo      map[uint32]any
	memoized  uint32
	made      int // objects
	err       error
}

func (m *machine) fail(format string, args ...any) {
	if m.err == nil {
		m.err = errors.Errorf(format, args...)
	}
}

// run executes an instruction. The letters are pickletools.py's.
func (m *machine) run(op byte) {
	switch op {
	case 0x80: // PROTO
		if v := m.byte(); v > 5 {
			m.fail("expected protocol 2 to 5, received %d", v)
		}
	case 0x95: // FRAME, which announces the bytes that follow
		m.number(8)

	case 'N': // NONE
		m.push(nil)
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		m.push(op == 0x88)
	case 'K': // BININT1
		m.push(int32(m.byte()))
	case 'M': // BININT2
		m.push(int32(m.number(2)))
	case 'J': // BININT
		m.push(int32(uint32(m.number(4))))
	case 0x8a: // LONG1
		m.long(m.byte())

	case 'U', 'C', 0x8c: // SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE
		m.make(m.bytes(uint64(m.byte())))
	case 'T', 'B', 'X': // BINSTRING, BINBYTES, BINUNICODE
		m.make(m.bytes(m.number(4)))
	case 0x8e, 0x8d: // BINBYTES8, BINUNICODE8
		m.make(m.bytes(m.number(8)))

	case '(': // MARK
		if len(m.marks) == maxStack {
			m.fail("expected at most %d marks", maxStack)
			return
		}
		m.marks = append(m.marks, len(m.stack))
	case ')': // EMPTY_TUPLE
		m.tuple(0)
	case 0x85, 0x86, 0x87: // TUPLE1, TUPLE2, TUPLE3
		m.tuple(int(op) - 0x84)
	case 't': // TUPLE
		m.tuple(m.sinceMark())
	case ']': // EMPTY_LIST
		m.make(&list{})
	case 'a': // APPEND
		m.extend(1)
	case 'e': // APPENDS
		m.extend(m.sinceMark())
	case '}': // EMPTY_DICT
		m.make(dict{})
	case 's': // SETITEM
		m.set(2)
	case 'u': // SETITEMS
		m.set(m.sinceMark())

	case 'q': // BINPUT
		m.put(uint32(m.byte()))
	case 'r': // LONG_BINPUT
		m.put(uint32(m.number(4)))
	case 0x94: // MEMOIZE
		m.put(m.memoized)
	case 'h': // BINGET
		m.get(uint32(m.byte()))
	case 'j': // LONG_BINGET
		m.get(uint32(m.number(4)))

	case 'c': // GLOBAL
		module := m.line()
		m.global(module, m.line())
	case 0x93: // STACK_GLOBAL
		name := m.string()
		m.global(m.string(), name)
	case 'R': // REDUCE
		m.reduce()
	case 'b': // BUILD
		m.build()
	default:
		m.fail("expected an instruction of numbers, strings, lists and arrays, received %#02x", op)
	}
}

// --- reading -------------------------------------------------------------------

func (m *machine) byte() byte {
	if m.err != nil {
		return 0
	}
	if m.at == m.limit {
		m.fail("expected a pickle of at most %d bytes", m.limit)
		return 0
	}
	b, err := m.r.ReadByte()
	if err != nil {
		m.ended(err)
		return 0
	}
	m.at++
	return b
}

func (m *machine) ended(err error) {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	m.err = errors.WithStack(err)
}

// bytes reads n bytes, which the limit must allow before they get memory.
func (m *machine) bytes(n uint64) []byte {
	if m.err != nil {
		return nil
	}
	if n > uint64(m.limit-m.at) {
		m.fail("expected a pickle of at most %d bytes, received a string of %d", m.limit, n)
		return nil
	}
	b := make([]byte, n)
	read, err := io.ReadFull(m.r, b)
	m.at += int64(read)
	if err != nil {
		m.ended(err)
	}
	return b
}

// number reads an unsigned integer of n bytes, little-endian.
func (m *machine) number(n int) uint64 {
	var b [8]byte
	for i := range n {
		b[i] = m.byte()
	}
	return binary.LittleEndian.Uint64(b[:])
}

// long reads a signed integer of n bytes, little-endian.
func (m *machine) long(n byte) {
	if n > 8 {
		m.fail("expected an integer of up to 8 bytes, received one of %d", n)
		return
	}
	shift := 64 - 8*n
	v := int64(m.number(int(n))<<shift) >> shift
	if v != int64(int32(v)) {
		m.fail("expected integers of 32 bits, received %d", v)
		return
	}
	m.push(int32(v))
}

// line reads text to the end of a line.
func (m *machine) line() string {
	var line []byte
	for m.err == nil {
		b := m.byte()
		if b == '\n' {
			break
		}
		if line = append(line, b); len(line) > 100 {
			m.fail("expected a name of up to 100 bytes, received %q…", line)
		}
	}
	return string(line)
}

// --- the stack -------------------------------------------------------------------

func (m *machine) push(object any) {
	if len(m.stack) == maxStack {
		m.fail("expected at most %d objects on the stack", maxStack)
		return
	}
	m.stack = append(m.stack, object)
}

// make pushes a new object. Their number is limited; integers are not counted, as
// they take no more memory than file.
func (m *machine) make(object any) {
	if m.made++; m.made > maxObjects {
		m.fail("expected at most %d objects", maxObjects)
		return
	}
	m.push(object)
}

// take removes the last n objects from the stack. They are overwritten by the next push.
func (m *machine) take(n int) []any {
	floor := 0 // a mark ends what an instruction may take
	if len(m.marks) > 0 {
		floor = m.marks[len(m.marks)-1]
	}
	if n > len(m.stack)-floor {
		m.fail("expected %d objects on the stack, received %d", n, len(m.stack)-floor)
	}
	if m.err != nil {
		return nil
	}
	taken := m.stack[len(m.stack)-n:]
	m.stack = m.stack[:len(m.stack)-n]
	return taken
}

func (m *machine) pop() any {
	if taken := m.take(1); taken != nil {
		return taken[0]
	}
	return nil
}

// top returns the last object on the stack and leaves it there.
func (m *machine) top() any {
	object := m.pop()
	if m.err == nil {
		m.push(object)
	}
	return object
}

// sinceMark removes the last mark and returns how many objects are above it.
func (m *machine) sinceMark() int {
	if len(m.marks) == 0 {
		m.fail("expected a mark on the stack, received none")
		return 0
	}
	last := len(m.marks) - 1
	mark := m.marks[last]
	m.marks = m.marks[:last]
	return len(m.stack) - mark
}

// string pops a short string.
func (m *machine) string() string {
	object := m.pop()
	s, ok := object.([]byte)
	if !ok || len(s) > 100 {
		m.fail("expected a string of up to 100 bytes, received %T", object)
		return ""
	}
	return string(s)
}

// --- objects ---------------------------------------------------------------------

func (m *machine) tuple(n int) {
	if n > maxTuple {
		m.fail("expected a tuple of at most %d objects, received %d", maxTuple, n)
		return
	}
	m.make(append(tuple(nil), m.take(n)...))
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
	m.make(object)
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
		m.make(&ndarray{})
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
