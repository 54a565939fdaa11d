"""Writes the fixtures of internal/console: what Keras and rich print.

    python tools/golden/console.py

Needs keras 3.15.1 with a backend and rich 15.0.0. Nothing is random without a
seed and no clock is read: a second run writes the same files.

columns.json   widths of the columns of real summaries, for every line length
tables.json    tables of rich and summaries of Keras, plain, with styles and as HTML
progbar.json   keras.utils.Progbar under a clock that is set by hand
"""

import contextlib
import io
import json
import math
import os
import pathlib
import random
from types import SimpleNamespace
from unittest import mock

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["COLUMNS"] = "80"  # what shutil and rich assume without a terminal

import keras
import numpy as np
import rich.console
import rich.jupyter
import rich.table
import rich.text
from keras.src.utils import summary_utils
from keras.src.utils import progbar as progbar_module

OUT = pathlib.Path(__file__).parents[2] / "internal" / "console" / "testdata"


def write(name, cases):
    text = ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases)
    (OUT / name).write_text(f"[\n{text}\n]\n", encoding="utf-8")


# --- summaries ---------------------------------------------------------------


def chain_model():
    inputs = keras.Input((28, 28, 1), name="img")
    x = keras.layers.Conv2D(16, 3, name="conv2d")(inputs)
    x = keras.layers.GlobalMaxPooling2D(name="global_max_pooling2d")(x)
    return keras.Model(inputs, keras.layers.Dense(10, name="dense")(x), name="chain")


def branch_model():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = keras.layers.Dense(1000, name="shared_projection_of_both")
    shared.trainable = False
    y = keras.layers.Add(name="add")([shared(a), shared(b)])
    return keras.Model([a, b], y, name="branch")


def nested_model():
    inputs = keras.Input((28, 28, 1), name="img")
    x = chain_model()(inputs)
    return keras.Model(inputs, keras.layers.Dense(4, name="head")(x), name="nest")


def lstm_model():
    inputs = keras.Input((5, 1), name="steps")
    outputs = keras.layers.LSTM(4, return_state=True, name="lstm")(inputs)
    return keras.Model(inputs, outputs, name="lstm_model_with_a_name_that_is_longer_than_"
                       "the_line_of_a_console_without_terminal")


def print_summary(model, columns=80, **kwargs):
    """The summary's text, in a console of that many columns."""
    out = []
    with mock.patch.dict(os.environ, COLUMNS=str(columns)):
        summary_utils.print_summary(model, print_fn=out.append, **kwargs)
    (text,) = out
    return text


def column_cases():
    models = {False: chain_model(), True: branch_model()}
    free = [[0.3, 0.5, 0.7], [0.15, 0.25, 0.4], [1.5, 1.8, 2.1], [0.2, 0.9, 1.0], [0.2, 0.4, 3.0]]
    for connections, model in models.items():
        for trainable in (False, True):
            widths = []
            for length in range(10, 201):
                try:
                    text = print_summary(model, 1000, line_length=length, show_trainable=trainable)
                    top = text.splitlines()[1].strip("┏┓")
                    widths.append(" ".join(str(len(w)) for w in top.split("┳")))
                except ValueError as e:
                    widths.append(str(e))
            yield {"connections": connections, "trainable": trainable, "first_length": 10, "widths": widths}
    for positions in free:
        widths = []
        for length in range(20, 201, 9):
            try:
                text = print_summary(models[False], 1000, line_length=length, positions=positions)
                top = text.splitlines()[1].strip("┏┓")
                widths.append(" ".join(str(len(w)) for w in top.split("┳")))
            except ValueError as e:
                widths.append(str(e))
        yield {"positions": positions, "first_length": 20, "step": 9, "widths": widths}


# --- tables ------------------------------------------------------------------

STYLES = {
    (False, None): ".",
    (True, None): "b",
    (False, 34): "n",
    (False, 45): "m",
    (False, 33): "s",
    (True, 34): "Y",
    (True, 9): "N",
}


def style_code(style):
    if not style:
        return "."
    return STYLES[bool(style.bold), style.color.number if style.color else None]


def runs(markup):
    """Markup as [[text, style], ...]."""
    text = rich.text.Text.from_markup(markup, emoji=False)
    segments = text.render(rich.console.Console(color_system="256", force_terminal=True))
    return [[s.text, style_code(s.style)] for s in segments if s.text]


class Recorder(rich.console.Console):
    """A console that also keeps what was printed, as data and with styles."""

    made = []

    def __init__(self, **kwargs):
        super().__init__(highlight=False, record=True, force_terminal=False, color_system=None)
        self.items = []
        Recorder.made.append(self)

    def print(self, item):
        self.items.append(item)
        super().print(item)

    def styled(self):
        """A character of style for every character that is printed."""
        out = []
        for segment in self._record_buffer:
            for char in segment.text:
                # What a space looks like is no matter.
                out.append(char if char.isspace() else style_code(segment.style))
        return "".join(out)


def record(print_all, columns):
    """Data, text and styles of what print_all prints in such a console."""
    with mock.patch.dict(os.environ, COLUMNS=str(columns)), mock.patch("rich.console.Console", Recorder):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            print_all()
        console = Recorder.made[-1]
    table = next(i for i in console.items if isinstance(i, rich.table.Table))
    at = console.items.index(table)
    with contextlib.redirect_stdout(io.StringIO()):
        options = console.options.update(width=columns)
        widths = table._calculate_column_widths(
            console, options.update_width((table.width or columns) - table._extra_width)
        )
    return {
        "console": columns,
        "title": runs(console.items[0]) if at else None,
        "columns": [[str(c.header), c.justify, w] for c, w in zip(table.columns, widths)],
        "rows": [[runs(cell) for cell in row] for row in zip(*(c._cells for c in table.columns))],
        "footer": [runs(i) for i in console.items[at + 1 :]],
        "text": out.getvalue(),
    }, console


def keras_tables():
    for reason, model, columns, kwargs in [
        ("a chain of layers without a terminal", chain_model(), 80, {}),
        ("a chain of layers in a wide terminal", chain_model(), 200, {}),
        ("a chain of layers in a narrow terminal", chain_model(), 50, {}),
        ("connections", branch_model(), 80, {}),
        ("connections in a wide terminal", branch_model(), 160, {}),
        ("the column Trainable", branch_model(), 80, {"show_trainable": True}),
        ("nested layers are indented", nested_model(), 80, {"expand_nested": True}),
        ("a list of shapes, a title longer than the line", lstm_model(), 80, {}),
        ("a table wider than the console is cropped", chain_model(), 80, {"line_length": 120}),
        ("title and footer wrap in a tiny console", branch_model(), 24, {"line_length": 60}),
        ("the least line length", chain_model(), 80, {"line_length": 21}),
        ("the least line length with all columns", branch_model(), 80, {"line_length": 50, "show_trainable": True}),
    ]:
        data, console = record(lambda: summary_utils.print_summary(model, **kwargs), columns)
        html = rich.jupyter._render_segments(console._record_buffer)
        yield {"reason": "Keras: " + reason, **data, "styles": console.styled(), "html": html}


def rich_tables():
    alignments = ["left", "right", "center"]

    def case(reason, columns, rows, width, console=200, title="title", footer=""):
        def show():
            table = rich.table.Table(
                *(rich.table.Column(h, justify=a, width=w) for h, a, w in columns), width=width, show_lines=True
            )
            for row in rows:
                table.add_row(*(rich.markup.escape(c) for c in row))
            out = rich.console.Console()
            for item in (rich.markup.escape(title), table, rich.markup.escape(footer)):
                out.print(item)

        return {"reason": "rich: " + reason, **record(show, console)[0]}

    def three(width):
        return [("Header of column", a, width) for a in alignments]

    texts = {
        "a word as wide as the column": ["abcdefgh", "abcdefgh xy", "xy abcdefgh"],
        "a longer word is cut": ["abcdefghi", "xy abcdefghi", "abcdefghi xy"],
        "spaces at the end of a line go as far as needed": ["abcdefgh   ", "abc        def", "abc      "],
        "spaces in front": ["   abc", "         abc", "  abcdefghi"],
        "spaces only": [" ", "        ", "            "],
        "newlines": ["a\nb", "\nabc\n", "abc def ghi\n\njkl mno"],
        "wide characters": ["日本語", "日本語日本語", "a日本語日本語"],
        "wide characters and spaces": ["日本 語日 本", "日本語日 ", "日本語   x"],
        "combining characters take no cell": ["e\u0301e\u0301e\u0301", "e\u0301" * 8, "e\u0301" * 9],
        "empty cells": ["", "x", ""],
    }
    for reason, row in texts.items():
        for width in (8, 5, 1):
            columns = three(width)
            yield case(f"{reason}, width {width}", columns, [row, row[::-1]], 3 * (width + 2) + 4)
    yield case("no rows", three(8), [], 34)
    yield case("columns without room for text", three(4), [["a b", "c", "d"]], 10)
    yield case("cropped through wide characters", three(8), [["日本語日", "x日本語", "日本語日"]], 34, console=15)
    yield case("cropped through wide characters, one cell on", three(8), [["日本語日", "x日本語", "日本語日"]], 34, console=16)

    rng = random.Random(1)
    alphabet = ["a", "bc", " ", " ", "  ", "日", "é", "\n", "(None,", "└", "x" * 7]
    for i in range(40):
        columns = [("".join(rng.choices(alphabet, k=3)), rng.choice(alignments), rng.randint(1, 9)) for _ in range(rng.randint(1, 4))]
        rows = [["".join(rng.choices(alphabet, k=rng.randint(0, 9))) for _ in columns] for _ in range(2)]
        yield case(f"random {i}", columns, rows, sum(w + 3 for _, _, w in columns) + 1, console=rng.choice([20, 200]))
    yield case("a word as wide as the console is not broken", [["h", "left", 1]], [], 5, 7, "a abcdefg b", "abcdefg  a")

    alphabet = ["a", "bc", " ", "  ", "日", "e\u0301", "\n", "x" * 7, "日本" * 4, "y" * 12]
    for i in range(30):
        title, footer = ("".join(rng.choices(alphabet, k=rng.randint(1, 12))) for _ in range(2))
        yield case(f"random lines around a table {i}", [["h", "left", 1]], [], 5, rng.randint(1, 14), title, footer)


# --- progress ----------------------------------------------------------------

MS = 10**6
S = 10**9


def json_value(v):
    if isinstance(v, list):
        return [json_value(x) for x in v]
    return v if math.isfinite(v) else str(v)


def replay(reason, target, steps, verbose=1):
    """steps: (clock in ns, current, values, finalize[, new target])."""
    clock = SimpleNamespace(ns=0)  # from zero, so that differences of its times are exact
    fake_time = SimpleNamespace(time=lambda: clock.ns / S)
    recorded = []
    with mock.patch.object(progbar_module, "time", fake_time):
        # As ProgbarLogger makes it: values are shown as they come.
        bar = progbar_module.Progbar(target, verbose=verbose, unit_name="step", stateless_metrics=set())
        bar._dynamic_display = True  # as on Linux
        bar._last_update = -math.inf  # Keras says 0, which by a real clock is long ago
        for ns, current, values, finalize, *rest in steps:
            clock.ns = ns
            if rest:
                bar.target = rest[0]
            with contextlib.redirect_stdout(io.StringIO()) as out:
                bar.update(current, [(k, np.asarray(v, "float64") if isinstance(v, list) else float(v)) for k, v in values], finalize=finalize)
            step = {"ns": ns, "current": current, "finalize": finalize, "out": out.getvalue()}
            step["values"] = [[k, json_value(v)] for k, v in values]
            if rest:
                step["target"] = rest[0]
            recorded.append(step)
    return {"reason": reason, "verbose": verbose, "target": target or 0, "steps": recorded}


def progress_cases():
    def both(reason, target, steps):
        for verbose in (1, 2):
            yield replay(f"{reason}, verbose {verbose}", target, steps, verbose)

    loss = [("accuracy", 0.5), ("loss", 1.25)]
    val = loss + [("val_accuracy", 0.25), ("val_loss", 2.5)]
    yield from both("an epoch with validation", 4, [(259 * MS, 1, loss, False), (300 * MS, 2, loss, False),
                    (330 * MS, 3, loss, False), (500 * MS, 4, loss, False), (2500 * MS, 4, val, True)])
    yield from both("no values: predict", 3, [(100 * MS, 1, [], False), (160 * MS, 3, [], False), (165 * MS, 3, [], True)])
    yield from both("unknown length, known at the end", None, [(10 * MS, 1, loss, False), (100 * MS, 2, loss, False),
                    (900 * MS, 12345678, loss, False), (1000 * MS, 12345678, val, True, 12345678)])
    yield from both("unknown length to the end", None, [(10 * MS, 1, loss, False), (100 * MS, 2, loss, True)])
    yield from both("target 0", 0, [(10 * MS, 0, [], False), (100 * MS, 1, loss, False), (200 * MS, 1, [], True)])
    yield from both("negative target", -3, [(10 * MS, 1, [], False), (200 * MS, 1, [], True)])
    yield from both("beyond the target", 3, [(1 * S, 1, loss, False), (9 * S, 7, loss, False), (10 * S, 3, loss, True)])
    yield from both("no step at all", 5, [(1 * S, 0, [], False), (2 * S, 0, [], True)])
    yield from both("negative step", 5, [(1 * S, -2, [], False), (2 * S, -2, [], True)])
    yield from both("the first step is never told", 9, [(1 * S, 2, [], False), (2 * S, 4, [], False), (3 * S, 9, [], True)])
    yield from both("the first step is told again", 1, [(1 * S, 1, loss, False), (3 * S, 1, loss, True)])
    yield from both("a shorter line is padded", 2, [(10 * MS, 1, [("loss", 123456.0)], False), (4 * S, 2, [("loss", 1.0)], True)])
    yield from both("a value that is absent keeps its last one; new keys come last", 3, [
        (100 * MS, 1, [("b", 1.0)], False), (200 * MS, 2, [("a", 2.0)], False), (300 * MS, 3, [("b", 3.0), ("c", 4.0)], True)])
    yield from both("values of skipped drawings count", 9, [
        (100 * MS, 1, [], False), (110 * MS, 2, [("a", 2.0)], False), (300 * MS, 3, [], False), (301 * MS, 9, [("a", 3.0)], True)])
    yield from both("updates after the end", 2, [(100 * MS, 2, loss, True), (120 * MS, 2, loss, False), (200 * MS, 2, loss, True)])
    yield from both("keys of several bytes count by character", 2, [(100 * MS, 1, [("точность", 0.5)], False), (1 * S, 2, [], True)])
    yield from both("vectors are shown as their mean", 2, [
        (100 * MS, 1, [("f1", [0.25, 0.5, 1.0])], False), (1 * S, 2, [("f1", [1.0, 2.0])], True)])
    for v in [0.0, -0.0, 1e-3, 1.0000001e-3, 0.00099999, -1e-3, -0.5, -2e-3, 1e-4, 1e-9, -1e-9, 1e-100, 5e-324, 0.00125, 0.00015, 0.03125, 2.00005, 1e5,
              1e22, 1.5e300, 0.99995, 0.99994999, math.nan, math.inf, -math.inf]:
        yield from both(f"value {v}", 1, [(100 * MS, 1, [("loss", v)], True)])
    for seconds in [0, 7e-7, 5e-4, 9.996e-4, 1e-3, 0.0015, 0.0025, 0.5, 0.9996, 1, 1.4, 2.5, 3.5, 60, 61, 3700]:
        yield from both(f"a step of {seconds} s", 3, [(round(seconds * S), 1, [], False), (round(2 * seconds * S) + 60100000, 2, [], False),
                        (round(3 * seconds * S) + 120300000, 3, [], True)])
    for eta in [0.5, 1, 59.9, 60, 60.5, 61, 119.99, 599, 3599.9, 3600, 3600.5, 3661, 36000, 360000, 1e7]:
        yield replay(f"{eta} s to go", 2, [(round(eta * S), 1, [], False)])
    for target in [1, 9, 10, 99, 100, 999, 1000, 1001, 10**6, 10**9]:
        yield from both(f"{target} steps", target, [(1 * S, 1, [], False), (2 * S, target // 2, [], False), (3 * S, target, [], True)])
    for filled in range(0, 235, 13):
        yield replay(f"bar at {filled} of 234", 234, [(1 * S, filled, [], False)])

    rng = random.Random(2)
    for i in range(12):
        target, ns, current, steps = rng.choice([None, 3, 17, 234, 1875]), 0, 0, []
        scale = 10 ** rng.uniform(-5, 3)
        keys = rng.sample(["accuracy", "loss", "mae", "val_loss", "auc"], rng.randint(0, 4))
        for _ in range(6):
            current += rng.randint(0, 3)
            ns += round(rng.uniform(0.1, 2) * scale * S)
            steps.append((ns, current, [(k, rng.choice([1, -1]) * 10 ** rng.uniform(-5, 4)) for k in keys], False))
        end = target or current
        steps.append((ns + round(scale * S), end, steps[-1][2], True, end))
        yield from both(f"random {i}", target, steps)


if __name__ == "__main__":
    write("columns.json", column_cases())
    write("tables.json", list(keras_tables()) + list(rich_tables()))
    write("progbar.json", progress_cases())
