"""internal/hdf5/testdata: small files that h5py wrote, and what it reads from them (hdf5.json).

    python tools/golden/hdf5.py

Every file is written twice: for the oldest readers, as Keras does, and with the newest structures.
"""

import json
import pathlib

import h5py
import numpy as np
from h5py import h5d, h5f, h5g, h5p, h5s, h5t

OUT = pathlib.Path(__file__).resolve().parents[2] / "internal" / "hdf5" / "testdata"


def numbers(n, dtype, start=-3):
    """Multiples of an eighth, exact in all types; integers of both signs where there are."""
    x = np.arange(start, start + n)
    return (x / 8).astype(dtype) if np.dtype(dtype).kind == "f" else x.astype(dtype)


# --- no clock ------------------------------------------------------------------


def without_times(create, argument, kind):
    """h5py's way to make a group or file, without the time at which it was made."""

    def made(*args, **options):
        options[argument] = options.get(argument) or h5p.create(kind)
        options[argument].set_obj_track_times(False)
        return create(*args, **options)

    return made


def creation():
    """How a dataset is made, without the time."""
    p = h5p.create(h5p.DATASET_CREATE)
    p.set_obj_track_times(False)
    return p


h5g.create = without_times(h5g.create, "gcpl", h5p.GROUP_CREATE)
h5f.create = without_times(h5f.create, "fcpl", h5p.FILE_CREATE)


# --- contents ------------------------------------------------------------------


def types(f):
    """Every type of number, in both byte orders, scalar and empty."""
    f.create_group("little")
    f.create_group("big")
    for name in "i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split():
        for order in "<>":
            x = numbers(7, order + name)
            if name[0] != "f":
                limits = np.iinfo(order + name)
                x[:2] = limits.min, limits.max
            else:
                x[:5] = np.inf, -np.inf, np.nan, np.finfo(name).smallest_subnormal, np.finfo(name).max
            f[f"{'little' if order == '<' else 'big'}/{name}"] = x
    f["bool"] = np.array([[True, False], [False, True]])
    f["enum"] = np.array([2, 0, 1], h5py.enum_dtype({"red": 0, "green": 1, "blue": 2}, "i2"))
    bits = (np.array([1.5, -2.0, np.inf, 1e-40, 3.0e38], "f4").view("u4") >> 16).astype("u2")
    f["bfloat16"] = bits.view("V2")
    f["bfloat16"].attrs["dtype"] = "bfloat16"
    f["opaque"] = np.array([b"abc", b"de\x00"], "V3")
    f["scalar"] = np.float32(0.125)
    f["iterations"] = np.int64(77)
    f["empty"] = np.zeros((0, 4), "f4")
    f["null"] = h5py.Empty("f4")
    f["big/scalar"] = np.array(2.5, ">f8")
    f["compound"] = np.zeros(2, [("a", "i4"), ("b", "f4")])  # is there, cannot be read


def texts(f):
    """Strings of every kind, in datasets and attributes; arrays, empty, without a value."""
    utf8 = h5py.string_dtype()
    fixed = h5py.string_dtype("utf-8", 6)
    values = {
        "scalar": "κέρας",
        "empty": "",
        "array": np.array(["dense", "", "größe"], object),
        "matrix": np.array([["a", "b"], ["c", "d"]], object),
        "bytes": np.array([b"dense/kernel:0", b"dense/bias:0"]),
        "one_bytes": np.bytes_(b"ascii"),
        "none": np.array([], "S1"),
        "list_of_nothing": [],
        "no_value": h5py.Empty("S5"),
        "long": "x" * 5000,
        "ints": np.arange(-2, 4),
        "uint64": np.uint64(2**64 - 1),
        "floats": np.array([0.5, -2], ">f4"),
        "float": 0.001,
        "half": np.float16(1.5),
        "bool": True,
        "bools": np.array([True, False]),
        "opaque": np.void(b"\x01\x02"),
        "reference": f.ref,  # is there, cannot be read
    }
    g = f.create_group("attributes")
    for name, value in values.items():
        g.attrs[name] = value
    g.attrs.create("fixed_utf8", "größ".encode(), dtype=fixed)
    f.create_dataset("variable", data=["one", "", "three"], dtype=utf8)
    f.create_dataset("variable_ascii", data=["one", "two"], dtype=h5py.string_dtype("ascii"))
    f.create_dataset("scalar", data="text", dtype=utf8)
    f.create_dataset("fixed", data=np.array([b"one", b"three", b""], "S5"))
    for name, pad in ("null_terminated", h5t.STR_NULLTERM), ("space_padded", h5t.STR_SPACEPAD), ("null_padded", h5t.STR_NULLPAD):
        t = h5t.C_S1.copy()
        t.set_size(6)
        t.set_strpad(pad)
        d = h5d.create(f.id, name.encode(), t, h5s.create_simple((2,)), creation())
        d.write(h5s.ALL, h5s.ALL, np.array([b"ab", b"abcde"], "S6"))  # HDF5 pads
        a = h5py.h5a.create(d, b"text", t, h5s.create(h5s.SCALAR))
        a.write(np.array(b"a b", "S6"))


def groups(f):
    """Many names, deep groups, order of creation, several names of an object, links that are not followed."""
    many = f.create_group("many")
    for i in range(70):
        many.create_group(f"layer_{i * 37 % 70}")
    deep = f
    for i in range(12):
        deep = deep.create_group(f"d{i}")
    deep["end"] = numbers(3, "f4")
    tracked = f.create_group("tracked", track_order=True)
    for name in "zeta", "alpha", "mu":
        tracked[name] = numbers(2, "i4")
    large = f.create_group("tracked_large", track_order=True)
    for i in range(20):
        large.create_group(f"n{i * 7 % 20}")
    f["again"] = many
    many["itself"] = f
    f.create_group("ünïcode").create_group("with space")
    f.create_group("nothing")
    f["soft"] = h5py.SoftLink("/many")
    f["external"] = h5py.ExternalLink("other.h5", "/")


def attributes(f):
    """So many and so large attributes that new files keep them in a fractal heap; names split as Keras does."""
    for i in range(60):
        f.attrs[f"attribute_{i}"] = f"value {i}" if i % 2 else i
    g = f.create_group("large")
    for i in range(10):
        g.attrs[f"layer_names{i}"] = np.array([f"layer_{i}_{j}".ljust(30, "_") for j in range(i * 20)], "S30") if i else np.arange(400.0)
    f["data"] = numbers(4, "f8")
    for i in range(12):
        f["data"].attrs[f"a{i}"] = numbers(3, "f4", i)


def chunks(f):
    """Chunked data: every index of chunks, filters, edges, chunks that were never written, values to fill."""
    x = numbers(15 * 7, "f4").reshape(15, 7)
    f.create_dataset("one", data=x, chunks=(15, 7))
    f.create_dataset("one_deflated", data=x, chunks=(15, 7), compression="gzip")
    f.create_dataset("plain", data=x, chunks=(4, 3))
    f.create_dataset("deflate", data=x, chunks=(4, 3), compression="gzip", compression_opts=9)
    f.create_dataset("shuffle", data=x.astype("f8"), chunks=(4, 3), shuffle=True)
    f.create_dataset("fletcher32", data=x, chunks=(4, 3), fletcher32=True)
    f.create_dataset("all", data=x.astype(">i2"), chunks=(5, 2), shuffle=True, fletcher32=True, compression="gzip")
    f.create_dataset("odd", data=numbers(9, "u1", 0), chunks=(5,), fletcher32=True)
    f.create_dataset("cube", data=numbers(5 * 4 * 3, "i4").reshape(5, 4, 3), chunks=(2, 3, 2))
    f.create_dataset("grows", data=x, chunks=(2, 3), maxshape=(None, 7))
    f.create_dataset("grows_inside", data=x, chunks=(2, 3), maxshape=(20, None), compression="gzip")
    f.create_dataset("grows_far", data=numbers(300, "i2"), chunks=(2,), maxshape=(None,))
    f.create_dataset("grows_both", data=x, chunks=(4, 2), maxshape=(None, None))
    f.create_dataset("grows_both_deflated", data=x, chunks=(2, 2), maxshape=(None, None), compression="gzip")
    f.create_dataset("limited", data=x, chunks=(4, 2), maxshape=(40, 20))
    f.create_dataset("limited_deflated", data=x, chunks=(4, 2), maxshape=(20, 20), compression="gzip")
    f.create_dataset("many", data=numbers(1300, "u1", 0), chunks=(1,))
    d = f.create_dataset("shrunk", data=x, chunks=(4, 3), maxshape=(None, 7))
    d.resize((6, 4))
    d = f.create_dataset("gaps", (9, 9), "i4", chunks=(2, 2), fillvalue=-7, maxshape=(None, 9))
    d[4:6, 3] = 5
    d = f.create_dataset("gaps_far", (5000,), ">i4", chunks=(2,), fillvalue=3, compression="gzip")
    d[4000:4003] = 5
    f.create_dataset("lzf", data=x, chunks=(4, 3), compression="lzf")  # is there, cannot be read
    f.create_dataset("unwritten", (3, 2), "f4", fillvalue=2.5)
    f.create_dataset("unwritten_chunks", (3, 2), "f4", chunks=(2, 2), fillvalue=2.5)
    f.create_dataset("text", data=["one", "two", "three"], dtype=h5py.string_dtype(), chunks=(2,))
    f.create_dataset("empty", (0, 3), "f4", chunks=(2, 2), maxshape=(None, 3))
    for name, filters in ("early", False), ("plain_edges", True):
        p = creation()
        p.set_chunk((4, 3))
        p.set_alloc_time(h5d.ALLOC_TIME_EARLY)
        if filters:
            p.set_deflate(6)
            if hasattr(p, "set_chunk_opts"):
                p.set_chunk_opts(h5d.CHUNK_DONT_FILTER_PARTIAL_CHUNKS)
        d = h5d.create(f.id, name.encode(), h5t.IEEE_F32LE, h5s.create_simple((15, 7)), p)
        d.write(h5s.ALL, h5s.ALL, x)
    p = creation()
    p.set_layout(h5d.COMPACT)
    d = h5d.create(f.id, b"compact", h5t.IEEE_F32BE, h5s.create_simple((2, 3)), p)
    d.write(h5s.ALL, h5s.ALL, numbers(6, "f4").reshape(2, 3))


CONTENTS = [types, texts, groups, attributes, chunks]


# --- what h5py reads -----------------------------------------------------------


def plain(x):
    """Elements as a flat list for JSON."""
    if isinstance(x, h5py.Empty):
        return None
    if isinstance(x, str):
        return [x]
    x = np.asarray(x)
    if x.dtype.kind == "V":
        if x.dtype.names or x.dtype.metadata:
            return "cannot be read"
        return [b for v in x.ravel() for b in v.tobytes()]
    if x.dtype.kind == "f":
        return [float(v) if np.isfinite(v) else str(float(v)) for v in x.ravel()]
    return [v.decode() if isinstance(v, bytes) else "cannot be read" if isinstance(v, h5py.Reference) else v for v in x.ravel().tolist()]


def shape(x):
    return None if x.shape is None else list(x.shape)


def describe(o):
    d = {"attributes": {k: {"shape": None if isinstance(v, h5py.Empty) else list(np.shape(v)), "data": plain(v)} for k, v in o.attrs.items()}}
    if isinstance(o, h5py.Group):
        return d | {"names": list(o)}
    if o.compression == "lzf":
        return d | {"shape": shape(o), "data": "cannot be read"}
    x = o if o.shape is None else o[()]
    if o.attrs.get("dtype") == "bfloat16":
        x = (x.view("u2").astype("u4") << 16).view("f4")
    return d | {"shape": shape(o), "data": plain(h5py.Empty("f4") if o.shape is None else x)}


def read(path):
    with h5py.File(path) as f:
        objects = {"": describe(f)}
        f.visititems(lambda name, o: objects.update({name: describe(o)}))
        return objects


def dumps(x):
    return json.dumps(x, ensure_ascii=False, separators=(",", ":"))


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    sections = []
    for contents in CONTENTS:
        name, objects = contents.__name__, {}
        for libver in "latest", "earliest":
            path = OUT / f"{name}_{libver}.h5"
            with h5py.File(path, "w", libver=libver, userblock_size=512 if contents == texts else 0) as f:
                contents(f)
            assert objects in ({}, read(path)), f"{name}: another content for {libver}"
            objects = read(path)
        sections.append(dumps(name) + ":{\n" + ",\n".join(dumps(k) + ":" + dumps(v) for k, v in objects.items()) + "\n}")
    head = f'"h5py":"{h5py.__version__}","hdf5":"{h5py.version.hdf5_version}","contents"'
    (OUT / "hdf5.json").write_text("{" + head + ":{\n" + ",\n".join(sections) + "}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
