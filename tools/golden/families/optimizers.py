"""keras/optimizers/testdata: optimizers.json, six steps of every rule; schedules.json, every schedule."""

import keras
import numpy as np
from keras import constraints, optimizers
from keras.optimizers import schedules

import golden
from golden import config, serialized, tensor, values

# The same weights and gradients for all cases: what differs is the rule.
R = golden.rng("optimizers")
SHAPES = [(2, 3), (3,)]
START = [values(R, s, -1, 1) for s in SHAPES]
GRADIENTS = [[values(R, s, -1, 1) for s in SHAPES] for _ in range(6)]
GRADIENTS[3][1][:] = 0  # a gradient that vanishes

COMMON = [
    ("weight_decay", dict(weight_decay=0.1)),
    ("clipnorm", dict(clipnorm=0.8)),
    ("clipvalue", dict(clipvalue=0.5)),
    ("global_clipnorm", dict(global_clipnorm=1.0)),
    ("use_ema", dict(use_ema=True)),
    ("use_ema, momentum, overwritten", dict(use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2)),
    ("gradient accumulation", dict(gradient_accumulation_steps=2)),
    ("gradient accumulation of 4", dict(gradient_accumulation_steps=4)),
    ("loss_scale_factor", dict(loss_scale_factor=4.0)),
    ("schedule", dict(learning_rate=schedules.ExponentialDecay(0.1, 2, 0.5))),
    ("schedule, gradient accumulation", dict(learning_rate=schedules.ExponentialDecay(0.1, 2, 0.5), gradient_accumulation_steps=2)),
    ("constraint", dict(), "constraint"),
    ("everything", dict(weight_decay=0.05, clipvalue=0.7, use_ema=True, ema_overwrite_frequency=3, gradient_accumulation_steps=2), "constraint"),
    ("decay but of biases", dict(weight_decay=0.1), "exclude"),
    ("learning rate set between steps", dict(), "set"),
    ("named", dict(name="mine")),
]  # fmt: skip

# A learning rate of 0.1 makes steps that a tolerance of 1e-6 can see.
OPTIMIZERS = {
    "SGD": (dict(learning_rate=0.1), [
        ("momentum", dict(momentum=0.9)),
        ("nesterov", dict(momentum=0.9, nesterov=True)),
        ("nesterov without momentum", dict(nesterov=True)),
        ("momentum, weight_decay, clipnorm", dict(momentum=0.8, weight_decay=0.1, clipnorm=0.8)),
        ("momentum, use_ema, gradient accumulation", dict(momentum=0.8, use_ema=True, gradient_accumulation_steps=2)),
    ]),
    "RMSprop": (dict(learning_rate=0.1), [
        ("rho", dict(rho=0.5)),
        ("momentum", dict(momentum=0.8)),
        ("centered", dict(centered=True)),
        ("momentum, centered", dict(momentum=0.8, centered=True)),
        ("epsilon", dict(epsilon=0.1)),
        ("momentum, centered, gradient accumulation", dict(momentum=0.8, centered=True, gradient_accumulation_steps=2)),
    ]),
    "Adam": (dict(learning_rate=0.1), [
        ("betas", dict(beta_1=0.5, beta_2=0.9)),
        ("amsgrad", dict(amsgrad=True, beta_2=0.5)),
        ("epsilon", dict(epsilon=0.1)),
        ("amsgrad, use_ema, gradient accumulation", dict(amsgrad=True, beta_2=0.5, use_ema=True, gradient_accumulation_steps=2)),
    ]),
    "AdamW": (dict(learning_rate=0.1), [
        ("amsgrad", dict(amsgrad=True, beta_2=0.5)),
        ("betas, epsilon", dict(beta_1=0.5, beta_2=0.9, epsilon=0.1)),
    ]),
}  # fmt: skip


def record(cls, name, args, how=None):
    golden.fresh()
    layer = keras.layers.Dense(3, kernel_constraint=constraints.MaxNorm(0.9) if how == "constraint" else None,
                               bias_constraint=constraints.NonNeg() if how == "constraint" else None)  # fmt: skip
    layer.build((None, 2))
    variables = [layer.kernel, layer.bias]
    for v, start in zip(variables, START):
        v.assign(start)

    optimizer = getattr(optimizers, cls)(**args)
    written = serialized(optimizer)
    if how == "exclude":
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    steps, seen = [], []
    for i, g in enumerate(GRADIENTS):
        if how == "set" and i == 3:
            optimizer.learning_rate = 0.01
        seen.append(np.float32(optimizer.learning_rate))
        optimizer.apply([keras.ops.convert_to_tensor(x) for x in g], variables)
        steps.append([list(v.numpy().ravel()) for v in variables])
    slots = [{"name": v.name, "path": v.path, **tensor(v.numpy())} for v in optimizer.variables]
    optimizer.finalize_variable_values(variables)
    return {
        "name": f"{cls}, {name}",
        "class": cls,
        "config": written["config"],
        "how": how,
        "constraints": [serialized(v.constraint) for v in variables] if how == "constraint" else None,
        "learning_rates": seen,
        "steps": steps,
        "finalized": [list(v.numpy().ravel()) for v in variables],
        "optimizer_variables": slots,
    }


def cases():
    for cls, (base, own) in OPTIMIZERS.items():
        yield record(cls, "defaults", {})
        yield record(cls, "learning_rate", base)
        for name, args, *how in own + COMMON:
            yield record(cls, name, {**base, **args}, *how)


def error_cases():
    sgd = optimizers.SGD
    for name, f in [
        ("integer learning rate", lambda: sgd(learning_rate=1)),
        ("two clips", lambda: sgd(clipnorm=1.0, clipvalue=1.0)),
        ("accumulation of 1", lambda: sgd(gradient_accumulation_steps=1)),
        ("ema_momentum", lambda: sgd(use_ema=True, ema_momentum=2.0)),
        ("ema_overwrite_frequency", lambda: sgd(use_ema=True, ema_overwrite_frequency=0)),
        ("momentum", lambda: sgd(momentum=1.5)),
        ("AdamW without decay", lambda: optimizers.AdamW(weight_decay=None)),
        ("unknown argument", lambda: sgd(lr=0.1)),
        ("rate set under a schedule", lambda: setattr(sgd(schedules.CosineDecay(0.1, 10)), "learning_rate", 0.5)),
        ("unknown name", lambda: optimizers.get("adm")),
        ("decay_steps 0, exponential", lambda: schedules.ExponentialDecay(0.1, 0, 0.5)),
        ("decay_steps 0, cosine", lambda: schedules.CosineDecay(0.1, 0)),
        ("decay_steps 0, polynomial", lambda: schedules.PolynomialDecay(0.1, 0)),
        ("decay_steps 0, inverse time", lambda: schedules.InverseTimeDecay(0.1, 0, 0.5)),
        ("first_decay_steps 0", lambda: schedules.CosineDecayRestarts(0.1, 0)),
        ("boundaries and values", lambda: schedules.PiecewiseConstantDecay([5, 10], [0.1, 0.05])),
    ]:
        yield {"name": name, "error": golden.error(f)}


SCHEDULES = [
    schedules.ExponentialDecay(0.1, 10, 0.5),
    schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True),
    schedules.PiecewiseConstantDecay([5, 10], [0.1, 0.05, 0.01]),
    schedules.PiecewiseConstantDecay([1], [1.0, 0.5]),
    schedules.PolynomialDecay(0.1, 10),
    schedules.PolynomialDecay(0.1, 10, end_learning_rate=0.01, power=2.0),
    schedules.PolynomialDecay(0.1, 10, power=0.5, cycle=True),
    schedules.InverseTimeDecay(0.1, 10, 0.5),
    schedules.InverseTimeDecay(0.1, 10, 0.5, staircase=True),
    schedules.CosineDecay(0.1, 10),
    schedules.CosineDecay(0.1, 10, alpha=0.1),
    schedules.CosineDecay(0.0, 10, warmup_target=0.1, warmup_steps=5),
    schedules.CosineDecay(0.01, 10, alpha=0.2, warmup_target=0.1, warmup_steps=3),
    schedules.CosineDecay(0.1, 10, warmup_steps=5),
    schedules.CosineDecayRestarts(0.1, 5),
    schedules.CosineDecayRestarts(0.1, 5, t_mul=1.0, m_mul=0.5),
    schedules.CosineDecayRestarts(0.1, 4, t_mul=1.5, m_mul=0.8, alpha=0.1),
    schedules.ExponentialDecay(0.1, 10, 0.5, name="mine"),
]
AT = [*range(0, 26), 39, 40, 100, 1000, 123456]


def schedule_case(schedule):
    return {"schedule": serialized(schedule), "steps": AT, "rates": [np.float32(schedule(i)) for i in AT]}


def lookup_cases():
    for name in ["adam", "sgd", "rmsprop", "adamw", "Adam", "SGD", "RMSprop", "AdamW", "rm_sprop", "adam_w", ""]:
        golden.fresh()
        try:
            got = optimizers.get(name)
        except Exception:
            yield {"identifier": name, "error": golden.error(lambda: optimizers.get(name))}
            continue
        yield {"identifier": name, "class": type(got).__name__, "config": config(got)}


def generate():
    folder = "keras/optimizers/testdata/"
    head = {
        "variables": [{"path": path, **tensor(x)} for path, x in zip(["dense/kernel", "dense/bias"], START)],
        "gradients": [[list(x.ravel()) for x in g] for g in GRADIENTS],
    }
    golden.write(folder + "optimizers.json", head, cases=list(cases()), lookups=list(lookup_cases()), errors=list(error_cases()))
    golden.write(folder + "schedules.json", cases=[schedule_case(s) for s in SCHEDULES])
