package datasets

import (
	"bufio"
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
		if op := m.readByte(); op != '.' { // STOP
			m.run(op)
			continue
		}
		object := m.pop()
		if len(m.stack) > 0 {
			m.fail("expected one object, received %d more", len(m.stack))
		}
		switch _, err := m.r.ReadByte(); {
		case err == nil:
			m.fail("expected the end of the file, received more")
		case err != io.EOF: // a wrong checksum shows at the end
			m.ended(err)
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
		if v := m.readByte(); v > 5 {
			m.fail("expected protocol 2 to 5, received %d", v)
		}
	case 0x95: // FRAME, which announces the bytes that follow
		m.readNumber(8)

	case 'N': // NONE
		m.push(nil)
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		m.push(op == 0x88)
	case 'K': // BININT1
		m.push(int32(m.readByte()))
	case 'M': // BININT2
		m.push(int32(m.readNumber(2)))
	case 'J': // BININT
		m.push(int32(uint32(m.readNumber(4))))
	case 0x8a: // LONG1
		m.pushLong(m.readByte())

	case 'U', 'C', 0x8c: // SHORT_BINSTRING, SHORT_BINBYTES, SHORT_BINUNICODE
		m.pushObject(m.readBytes(uint64(m.readByte())))
	case 'T', 'B', 'X': // BINSTRING, BINBYTES, BINUNICODE
		m.pushObject(m.readBytes(m.readNumber(4)))
	case 0x8e, 0x8d: // BINBYTES8, BINUNICODE8
		m.pushObject(m.readBytes(m.readNumber(8)))

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
		m.pushObject(&list{})
	case 'a': // APPEND
		m.extend(1)
	case 'e': // APPENDS
		m.extend(m.sinceMark())
	case '}': // EMPTY_DICT
		m.pushObject(dict{})
	case 's': // SETITEM
		m.set(2)
	case 'u': // SETITEMS
		m.set(m.sinceMark())

	case 'q': // BINPUT
		m.put(uint32(m.readByte()))
	case 'r': // LONG_BINPUT
		m.put(uint32(m.readNumber(4)))
	case 0x94: // MEMOIZE
		m.put(m.memoized)
	case 'h': // BINGET
		m.get(uint32(m.readByte()))
	case 'j': // LONG_BINGET
		m.get(uint32(m.readNumber(4)))

	case 'c': // GLOBAL
		module := m.readLine()
		m.global(module, m.readLine())
	case 0x93: // STACK_GLOBAL
		name := m.popString()
		m.global(m.popString(), name)
	case 'R': // REDUCE
		m.reduce()
	case 'b': // BUILD
		m.build()
	default:
		m.fail("expected an instruction of numbers, strings, lists and arrays, received %#02x", op)
	}
}
