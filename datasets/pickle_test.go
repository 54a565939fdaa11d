package datasets

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Pieces of pickles, as Python 2 wrote them.
const (
	proto2     = "\x80\x02"
	newArray   = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
	objectType = "cnumpy\ndtype\nU\x02O8K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb"
	byteType   = "cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R"
)

func unpickle(program string) (any, error) {
	return readPickle(strings.NewReader(program), maxPickle)
}

func TestPickle(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, tt := range []struct {
		reason, program string
		want            any
	}{
		{"none", "N.", nil},
		{"bools of protocol 2", "\x88\x89\x86.", tuple{true, false}},
		{"integers of one byte, two and four", "K\xffM\xff\xffJ\xff\xff\xff\xff\x87.", tuple{int32(255), int32(65535), int32(-1)}},
		{"Python 2's long integers", "\x8a\x00\x8a\x01\xff\x8a\x08\xfe\xff\xff\xff\xff\xff\xff\xff\x87.", tuple{int32(0), int32(-1), int32(-2)}},
		{"strings of Python 2", "U\x01aT\x2c\x01\x00\x00" + long + "\x86.", tuple{[]byte("a"), []byte(long)}},
		{"bytes of Python 3", "C\x01aB\x01\x00\x00\x00b\x8e\x01\x00\x00\x00\x00\x00\x00\x00c\x87.", tuple{[]byte("a"), []byte("b"), []byte("c")}},
		{"texts of Python 3", "\x8c\x01aX\x01\x00\x00\x00b\x8d\x01\x00\x00\x00\x00\x00\x00\x00c\x87.", tuple{[]byte("a"), []byte("b"), []byte("c")}},
		{"tuples", ")N\x85(NNNNt\x87.", tuple{tuple(nil), tuple{nil}, tuple{nil, nil, nil, nil}}},
		{"a list", "]K\x01a(K\x02K\x03e.", &list{integers: []int32{1, 2, 3}}},
		{"a list of lists", "](]]K\x01ae.", &list{objects: []any{&list{}, &list{integers: []int32{1}}}}},
		{"a dictionary", "}U\x01aK\x01s(U\x01bNU\x01c]u.", dict{"a": int32(1), "b": nil, "c": &list{}}},
		{"a string again", "U\x01aq\x05h\x05\x86.", tuple{[]byte("a"), []byte("a")}},
		{"a string again, by a long number", "U\x01ar\x00\x01\x00\x00j\x00\x01\x00\x00\x86.", tuple{[]byte("a"), []byte("a")}},
		{"a string again, by its place", "\x8c\x01a\x94\x8c\x01b\x94h\x01\x87.", tuple{[]byte("a"), []byte("b"), []byte("b")}},
		{"a frame says nothing", "\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.", nil},
		{"bytes", proto2 + newArray + "(K\x01K\x02K\x02\x86" + byteType + "\x89U\x04abcdtb.", &ndarray{shape: []int{2, 2}, data: []byte("abcd")}},
		{"bytes by columns", proto2 + newArray + "(K\x01K\x02K\x02\x86" + byteType + "\x88U\x04abcdtb.", &ndarray{shape: []int{2, 2}, fortran: true, data: []byte("abcd")}},
		{"objects", proto2 + newArray + "(K\x01K\x01\x85" + objectType + "\x89]]atb.", &ndarray{shape: []int{1}, objects: &list{objects: []any{&list{}}}}},
		{"NumPy 2's name of the function", "\x8c\x16numpy._core.multiarray\x8c\x0c_reconstruct\x93cnumpy\nndarray\nK\x00\x85C\x01b\x87R.", &ndarray{}},
	} {
		got, err := unpickle(tt.program)
		require.NoError(t, err, tt.reason)
		assert.Equal(t, tt.want, got, tt.reason)
	}
}

func TestPickleErrors(t *testing.T) {
	for _, tt := range []struct {
		reason, program, want string
	}{
		{"code to run", proto2 + "cos\nsystem\nU\x04trueR.", "pickle, byte 13: refusing to load `os.system`, which is no array; the file may be corrupted or malicious"},
		{"code to run, of protocol 4", "\x80\x04\x8c\x08builtins\x8c\x04eval\x93.", "pickle, byte 19: refusing to load `builtins.eval`, which is no array; the file may be corrupted or malicious"},
		{"a name that is built", "]]\x93.", "pickle, byte 3: expected a string of up to 100 bytes, received *datasets.list"},
		{"a name without end", "c" + strings.Repeat("a", 200), "pickle, byte 102: expected a name of up to 100 bytes, received \"" + strings.Repeat("a", 101) + "\"…"},
		{"an instruction of Python's objects", "i__main__\n", "pickle, byte 1: expected an instruction of numbers, strings, lists and arrays, received 0x69"},
		{"a call of a class", newArray + "cnumpy\nndarray\n)R.", "pickle, byte 76: expected the type or the array of a NumPy pickle, received another call"},
		{"a call of a list", "])R.", "pickle, byte 3: expected the type or the array of a NumPy pickle, received another call"},
		{"an array of another class", "cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\x00\x85U\x01b\x87R.", "pickle, byte 57: expected the type or the array of a NumPy pickle, received another call"},
		{"a type of floats", "cnumpy\ndtype\nU\x02f8K\x00K\x01\x87R.", `pickle, byte 23: expected an array of u1 (uint8) or O (objects), received "f8"`},
		{"protocol 6", "\x80\x06.", "pickle, byte 2: expected protocol 2 to 5, received 6"},
		{"nothing", "", "pickle, byte 0: unexpected EOF"},
		{"no end", "N", "pickle, byte 1: unexpected EOF"},
		{"more than the end", "N.N", "pickle, byte 2: expected the end of the file, received more"},
		{"no object", ".", "pickle, byte 1: expected 1 objects on the stack, received 0"},
		{"two objects", "NN.", "pickle, byte 3: expected one object, received 1 more"},
		{"an object under a mark", "N(.", "pickle, byte 3: expected 1 objects on the stack, received 0"},
		{"no mark", "]e.", "pickle, byte 2: expected a mark on the stack, received none"},
		{"a large integer", "\x8a\x05\x00\x00\x00\x00\x01.", "pickle, byte 7: expected integers of 32 bits, received 4294967296"},
		{"a huge integer", "\x8a\x09", "pickle, byte 2: expected an integer of up to 8 bytes, received one of 9"},
		{"a string that is cut off", "U\x05ab", "pickle, byte 4: unexpected EOF"},
		{"a string beyond the limit", "T\xff\xff\xff\xff", "pickle, byte 5: expected a pickle of at most 268435456 bytes, received a string of 4294967295"},
		{"a string beyond all limits", "\x8e\xff\xff\xff\xff\xff\xff\xff\xff", "pickle, byte 9: expected a pickle of at most 268435456 bytes, received a string of 18446744073709551615"},
		{"a large tuple", "(" + strings.Repeat("N", 17) + "t.", "pickle, byte 19: expected a tuple of at most 16 objects, received 17"},
		{"nothing to append to", "NK\x01a.", "pickle, byte 4: expected a list to append to"},
		{"a list of none", "]Na.", "pickle, byte 3: expected a list of integers, strings or lists, received <nil>"},
		{"a list of two kinds", "]K\x01a]a.", "pickle, byte 6: expected a list of integers or of other objects, received one of both"},
		{"a key without value", "}(U\x01au.", "pickle, byte 6: expected a dictionary, keys and values"},
		{"a list for a dictionary", "]U\x01aNs.", "pickle, byte 6: expected a dictionary, keys and values"},
		{"a key that is a number", "}K\x01Ns.", "pickle, byte 5: expected a key that is a string of up to 100 bytes, received int32"},
		{"a list in itself", "]q\x00h\x00a.", "pickle, byte 5: expected a string or type under number 0, received none; lists and arrays must not be shared"},
		{"a number that was not put", "h\x07.", "pickle, byte 2: expected a string or type under number 7, received none; lists and arrays must not be shared"},
		{"the state of a list", "])b.", "pickle, byte 3: expected a new array and its state of 5 objects"},
		{"a second state", newArray + strings.Repeat("(K\x01K\x01\x85"+objectType+"\x89]]atb", 2) + ".", "pickle, byte 175: expected a new array and its state of 5 objects"},
		{"a short state", newArray + ")b.", "pickle, byte 61: expected a new array and its state of 5 objects"},
		{"a shape of nothing", newArray + "(K\x01)" + byteType + "\x89U\x00tb.", `pickle, byte 91: expected the shape of an array with elements, received []`},
		{"an axis of length 0", newArray + "(K\x01K\x00\x85" + byteType + "\x89U\x00tb.", "pickle, byte 93: expected the shape of an array with elements, received [0]"},
		{"a product beyond memory", newArray + "(K\x01(" + strings.Repeat("J\xff\xff\xff\x7f", 3) + "t" + byteType + "\x89U\x00tb.", "pickle, byte 107: expected the shape of an array with elements, received [2147483647 2147483647 2147483647]"},
		{"another number of bytes", newArray + "(K\x01K\x03\x85" + byteType + "\x89U\x02abtb.", "pickle, byte 95: expected an array of 3 elements, received 2"},
		{"bytes that are objects", newArray + "(K\x01K\x02\x85" + objectType + "\x89U\x02abtb.", "pickle, byte 118: expected the bytes of an array of u1 or a list of objects for one of O"},
		{"objects that are integers", newArray + "(K\x01K\x01\x85" + objectType + "\x89]K\x01atb.", "pickle, byte 118: expected the bytes of an array of u1 or a list of objects for one of O"},
	} {
		got, err := unpickle(tt.program)
		assert.EqualError(t, err, tt.want, tt.reason)
		assert.Nil(t, got, tt.reason)
	}
}

// Whatever a pickle does, the memory that it takes is bounded.
func TestPickleMemory(t *testing.T) {
	const n = 1<<20 + 1000 // more than there may be objects
	for _, tt := range []struct{ reason, program, want string }{
		{"lists", strings.Repeat("]", n), "expected at most 16384 objects on the stack"},
		{"lists in one", "]" + strings.Repeat("]a", n), "expected at most 1048576 objects"},
		{"lists in line", "]" + strings.Repeat("](", n), "expected at most 16384 "},
		{"marks", strings.Repeat("(", n), "expected at most 16384 marks"},
		{"tuples in one", ")" + strings.Repeat("\x85", n), "expected at most 1048576 objects"},
		{"strings", "]" + strings.Repeat("U\x00a", n), "expected at most 1048576 objects"},
		{"one string", "]U\x01aq\x00a" + strings.Repeat("h\x00a", n), "expected at most 1048576 objects"},
		{"keys", "}" + strings.Repeat("U\x04abcdNs", n), "expected at most 1048576 objects"},
		{"numbers", strings.Repeat("K\x01", n), "expected at most 16384 objects on the stack"},
		{"places", "U\x01a" + strings.Repeat("\x94", 8*n), "expected a pickle of at most"},
		{"a long string", "T\x00\x00\x00\x10", "received a string of 268435456"},
	} {
		before := allocated()
		_, err := readPickle(strings.NewReader(tt.program), int64(len(tt.program)))
		assert.ErrorContains(t, err, tt.want, tt.reason)
		assert.Less(t, allocated()-before, uint64(256<<20), tt.reason)
	}
	// One with a right to its memory: what is left in the end is a list of integers.
	integers := "](" + strings.Repeat(strings.Repeat("K\x01", 1000)+"e(", n/1000) + "e."
	object, err := unpickle(integers)
	require.NoError(t, err)
	assert.Len(t, object.(*list).integers, n/1000*1000)
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
