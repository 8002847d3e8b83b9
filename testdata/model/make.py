#!/usr/bin/env python3
"""Small int8 .tflite models and their exact answers; see README."""

import math
import struct

# ---- random numbers: a fixed sequence ----------------------------------------


class Draw:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407
                      ) % 2**64
        return (self.state >> 33) % n

    def int8(self):
        return self.below(256) - 128


def f32(x):
    """The nearest IEEE single."""
    return struct.unpack("<f", struct.pack("<f", x))[0]


# ---- fixed point (gemmlowp's definitions on unbounded integers) --------------


def high_mul(a, b):
    """SaturatingRoundingDoublingHighMul: a b / 2^31, nearest."""
    if a == b == -2**31:
        return 2**31 - 1
    nudge = 2**30 if a * b >= 0 else 1 - 2**30
    total = a * b + nudge
    # C division truncates toward zero
    return total // 2**31 if total >= 0 else -(-total // 2**31)


def round_shift(x, n):
    """x / 2^n to nearest, halves away from zero."""
    sign = -1 if x < 0 else 1
    return sign * ((2 * abs(x) + 2**n) // 2**(n + 1)) if n else x


def multiplier(real):
    """QuantizeMultiplier: real = q 2^(shift - 31)."""
    if real == 0:
        return 0, 0
    fraction, shift = math.frexp(real)
    q = math.floor(fraction * 2**31 + 0.5)
    if q == 2**31:
        q, shift = q // 2, shift + 1
    return (q, shift) if shift >= -31 else (0, 0)


def requant(x, real):
    q, shift = multiplier(real)
    return round_shift(high_mul(x * 2**max(shift, 0), q), max(-shift, 0))


def clamp(x, low, high):
    return max(low, min(high, x))


def round_away(x):
    return math.floor(abs(x) + 0.5) * (-1 if x < 0 else 1)


def act_range(act, scale, zero):
    low = {"NONE": -128, "RELU": zero, "RELU6": zero}[act]
    high = 127
    if act == "RELU6":
        high = zero + round_away(f32(6 / scale))
    return max(-128, low), min(127, high)


# ---- softmax -----------------------------------------------------------------


def half_sum(a, b):
    s = a + b
    return (s + 1) // 2 if s >= 0 else -((-s + 1) // 2)


def saturate(x):
    return clamp(x, -2**31, 2**31 - 1)


def exp_near_zero(a):
    """exp on [-1/4, 0), a in Q0.31."""
    x = a + 2**28
    x2 = high_mul(x, x)
    x3 = high_mul(x2, x)
    x4 = high_mul(x2, x2)
    poly = round_shift(high_mul(round_shift(x4, 2) + x3, 715827883) + x2, 1)
    return saturate(1895147668 + high_mul(1895147668, x + poly))


def exp_negative(a):
    """exp of a Q5.26 number <= 0, in Q0.31."""
    if a == 0:
        return 2**31 - 1
    quarter = 2**24
    part = a % quarter - quarter
    result = exp_near_zero(saturate(part * 2**5))
    rest = part - a
    for bit, factor in ((24, 1672461947), (25, 1302514674), (26, 790015084),
                        (27, 290630308), (28, 39332535), (29, 720401),
                        (30, 242)):
        if rest >> bit & 1:
            result = high_mul(result, factor)
    return result


def reciprocal(a):
    """1 / (1 + a) for a in [0, 1), Q0.31, by three Newton steps."""
    half = half_sum(a, 2**31 - 1)
    x = 1515870810 + high_mul(half, -1010580540)
    for _ in range(3):
        error = 2**29 - high_mul(half, x)
        x += saturate(high_mul(x, error) * 4)
    return saturate(x * 2)


def softmax(row, scale):
    real = min(1.0 * scale * 2**26, 2**31 - 1.0)
    q, shift = multiplier(real)
    diff_min = -math.floor(31 * 2.0**(26 - shift))
    top = max(row)
    exps = []
    for v in row:
        d = v - top
        exps.append(exp_negative(high_mul(d * 2**shift, q))
                    if d >= diff_min else None)
    total = sum(round_shift(e, 12) for e in exps if e is not None)
    headroom = 32 - total.bit_length()
    inverse = reciprocal(total * 2**headroom - 2**31)
    out = []
    for e in exps:
        v = 0 if e is None else round_shift(high_mul(inverse, e),
                                            12 - headroom + 31 - 8)
        out.append(clamp(v - 128, -128, 127))
    return out


def exp_q(x, bits):
    """gemmlowp's exp of x <= 0 with bits before the point."""
    if x == 0:
        return 2**31 - 1
    quarter = 2**(29 - bits)
    part = x % quarter - quarter
    a = part * 2**bits + 2**28
    a2 = high_mul(a, a)
    a3, a4 = high_mul(a2, a), high_mul(a2, a2)
    tail = round_shift(high_mul(round_shift(a4, 2) + a3, 715827883) + a2, 1)
    y = 1895147668 + high_mul(1895147668, a + tail)
    for i, q in enumerate((1672461947, 1302514674, 790015084, 290630308,
                           39332535, 720401, 242)[:bits + 2]):
        if (part - x) & quarter << i:
            y = high_mul(y, q)
    return y


def tanh_part(a):
    """(1 - a) / (1 + a), Q0.31."""
    half = half_sum(a, 2**31 - 1)
    x = 1515870810 + high_mul(half, -1010580540)
    for _ in range(3):
        x += saturate(high_mul(x, 2**29 - high_mul(half, x)) * 4)
    return saturate((x - 2**29) * 4)


# ---- a model: tensors and operations ------------------------------------------


class Tensor:
    def __init__(self, name, shape, scales=(), zero=0, data=None, kind="int8",
                 axis=0):
        self.name, self.shape, self.kind, self.axis = name, shape, kind, axis
        self.scales = [f32(s) for s in scales]
        self.zero, self.data = zero, data

    def at(self, values, *index):
        flat = 0
        for size, i in zip(self.shape, index):
            flat = flat * size + i
        return values[flat]


def window(size, filt, stride, dilation, padding):
    """Output size and padding in front."""
    wide = (filt - 1) * dilation + 1
    if padding == "VALID":
        return (size - wide) // stride + 1, 0
    out = -(-size // stride)
    return out, max(0, (out - 1) * stride + wide - size) // 2


class Model:
    def __init__(self, name, seed):
        self.name, self.draw = name, Draw(seed)
        self.tensors, self.ops, self.outs = [], [], []

    def outputs(self):
        return self.outs or [self.ops[-1][2]]

    def tensor(self, *args, **more):
        self.tensors.append(Tensor(*args, **more))
        return self.tensors[-1]

    def act(self, name, shape, scale, zero):
        return self.tensor(name, shape, [scale], zero)

    def filter(self, name, shape, axis=0, per_axis=True):
        n = math.prod(shape)
        scales = [0.004 + 0.0007 * i for i in range(shape[axis])]
        data = [clamp(self.draw.int8(), -127, 127) for _ in range(n)]
        return self.tensor(name, shape, scales if per_axis else scales[:1], 0,
                           data, axis=axis)

    def bias(self, name, x, w):
        n = w.shape[w.axis]
        data = [self.draw.int8() * 25 for _ in range(n)]
        scales = [x.scales[0] * s for s in w.scales]
        return self.tensor(name, [n], scales, 0, data, "int32")

    def op(self, kind, inputs, output, **attr):
        self.ops.append((kind, inputs, output, attr))
        return output

    def run(self, x):
        values = {id(t): t.data for t in self.tensors}
        values[id(self.tensors[0])] = x
        for kind, inputs, output, attr in self.ops:
            args = [(t, values[id(t)]) for t in inputs if t]
            values[id(output)] = KERNELS[kind](args, output, attr)
        return [v for t in self.outputs() for v in values[id(t)]]


def convolve(args, out, attr, depthwise):
    (x, xs), (w, ws) = args[0], args[1]
    bias = args[2][1] if len(args) > 2 else None
    _, rows, cols, depth = x.shape
    kh, kw = w.shape[1], w.shape[2]
    stride, dil = attr["stride"], attr.get("dilation", 1)
    oh, top = window(rows, kh, stride, dil, attr["padding"])
    ow, left = window(cols, kw, stride, dil, attr["padding"])
    low, high = act_range(attr["act"], out.scales[0], out.zero)
    channels = out.shape[3]
    result = []
    for r in range(oh):
        for c in range(ow):
            for o in range(channels):
                total = bias[o] if bias else 0
                for i in range(kh):
                    for j in range(kw):
                        y, z = r * stride - top + i * dil, \
                            c * stride - left + j * dil
                        if not (0 <= y < rows and 0 <= z < cols):
                            continue
                        if depthwise:
                            k = o // (channels // depth)
                            total += (x.at(xs, 0, y, z, k) - x.zero) * \
                                w.at(ws, 0, i, j, o)
                            continue
                        for k in range(depth):
                            total += (x.at(xs, 0, y, z, k) - x.zero) * \
                                w.at(ws, o, i, j, k)
                s = w.scales[o if len(w.scales) > 1 else 0]
                v = requant(total, x.scales[0] * s / out.scales[0])
                result.append(clamp(v + out.zero, low, high))
    return result


def dense(args, out, attr):
    (x, xs), (w, ws) = args[0], args[1]
    bias = args[2][1] if len(args) > 2 else None
    low, high = act_range(attr["act"], out.scales[0], out.zero)
    result = []
    for o in range(w.shape[0]):
        total = bias[o] if bias else 0
        for i in range(w.shape[1]):
            total += (xs[i] - x.zero) * w.at(ws, o, i)
        # one scale is multiplied in single precision
        s = x.scales[0] * w.scales[o if len(w.scales) > 1 else 0]
        if len(w.scales) == 1:
            s = f32(s)
        v = requant(total, s / out.scales[0])
        result.append(clamp(v + out.zero, low, high))
    return result


def pool(args, out, attr, average):
    x, xs = args[0]
    _, rows, cols, depth = x.shape
    k, stride = attr["filter"], attr["stride"]
    oh, top = window(rows, k, stride, 1, attr["padding"])
    ow, left = window(cols, k, stride, 1, attr["padding"])
    result = []
    for r in range(oh):
        for c in range(ow):
            for d in range(depth):
                seen = [x.at(xs, 0, y, z, d)
                        for y in range(r * stride - top, r * stride - top + k)
                        for z in range(c * stride - left,
                                       c * stride - left + k)
                        if 0 <= y < rows and 0 <= z < cols]
                n, s = len(seen), sum(seen)
                mean = (2 * abs(s) + n) // (2 * n) * (-1 if s < 0 else 1)
                result.append(mean if average else max(seen))
    return result


def add(args, out, attr):
    (a, xs), (b, ys) = args
    twice = 2 * max(a.scales[0], b.scales[0])
    result = []
    for x, y in zip(xs, ys):
        total = requant((x - a.zero) << 20, a.scales[0] / twice) + \
            requant((y - b.zero) << 20, b.scales[0] / twice)
        v = requant(total, twice / (2**20 * out.scales[0]))
        result.append(clamp(v + out.zero, -128, 127))
    return result


# ---- operations without weights ------------------------------------------------


def curve(function):
    def kernel(args, out, attr):
        x, xs = args[0]
        return [clamp(function(v - x.zero, x, out, attr), -128, 127)
                for v in xs]
    return kernel


def rescale(v, x, out, attr):
    return requant(v, x.scales[0] / out.scales[0]) + out.zero


def leaky(v, x, out, attr):
    alpha = f32(attr["alpha"])
    real = f32(f32(x.scales[0] * alpha) / out.scales[0]) if v < 0 else \
        f32(x.scales[0] / out.scales[0])
    return requant(v, real) + out.zero


def relu6(v, x, out, attr):
    return clamp(v, 0, round(6 / x.scales[0])) + x.zero


def sigmoid(v, x, out, attr):
    q, shift = multiplier(x.scales[0] * 2**27)
    radius = math.floor(15 * 2**27 / 2**shift)
    if abs(v) >= radius:
        return 127 if v > 0 else -128
    y = round_shift(high_mul(v * 2**max(shift, 0), q), max(-shift, 0))
    if attr["tanh"]:
        t = tanh_part(exp_q(-abs(y), 5)) if y else 0
        return round_shift(t if y > 0 else -t, 24)
    t = reciprocal(exp_q(-abs(y), 4)) if y else 2**30
    return round_shift(t if y >= 0 else 2**31 - 1 - t, 23) - 128


def hard_swish(v, x, out, attr):
    def high16(a, b):
        return math.floor((a * b + 2**14) / 2**15)

    def half(q):
        return min((q + 2**15) // 2**16, 2**15 - 1)

    fine = f32(x.scales[0] / 128)
    oq, oshift = multiplier(f32(fine / out.scales[0]))
    gq, gshift = multiplier(f32(fine / f32(3 / 32768)))
    gate = v * 128
    if gshift > 0:
        gate = clamp(gate * 2**(gshift - 1), -2**15, 2**15 - 1)
    gate = high16(gate, half(gq))
    if gshift > 0:
        gate = clamp(gate * 2, -2**15, 2**15 - 1)
    gate = round_shift(gate, max(-gshift, 0))
    gate = (gate + 2**15) // 2
    y = math.trunc(gate * high16(v * 128, half(oq)) / 2**15)
    return round_shift(y, -oshift) + out.zero


def indices(shape):
    """Every index of a tensor, the last axis fastest."""
    if not shape:
        return [[]]
    return [[i] + rest for i in range(shape[0])
            for rest in indices(shape[1:])]


def pair(function):
    """Operands whose axes of size 1 repeat."""
    def kernel(args, out, attr):
        result = []
        for index in indices(out.shape):
            both = []
            for t, values in args:
                own = index[len(index) - len(t.shape):]
                both.append(t.at(values, *[0 if n == 1 else i for n, i in
                                           zip(t.shape, own)]))
            result.append(function(both, args[0][0], args[1][0], out))
        return result
    return kernel


def subtract(v, a, b, out):
    twice = 2 * max(a.scales[0], b.scales[0])
    total = requant((v[0] - a.zero) << 20, f32(a.scales[0] / twice)) - \
        requant((v[1] - b.zero) << 20, f32(b.scales[0] / twice))
    y = requant(total, f32(twice / (2**20 * out.scales[0])))
    return clamp(y + out.zero, -128, 127)


def multiply(v, a, b, out):
    y = requant((v[0] - a.zero) * (v[1] - b.zero),
                a.scales[0] * b.scales[0] / out.scales[0])
    return clamp(y + out.zero, -128, 127)


def pad(args, out, attr):
    (x, xs), (_, pads) = args[:2]
    value = args[2][1][0] if len(args) > 2 else out.zero
    result = []
    for index in indices(out.shape):
        own = [i - pads[2 * k] for k, i in enumerate(index)]
        inside = all(0 <= i < n for i, n in zip(own, x.shape))
        result.append(x.at(xs, *own) if inside else value)
    return result


def strided_slice(args, out, attr):
    (x, xs), begin, end, step = args[0], args[1][1], args[2][1], args[3][1]
    lists = []
    for k, n in enumerate(x.shape):
        first = None if attr["begin"] >> k & 1 else begin[k]
        last = None if attr["end"] >> k & 1 else end[k]
        lists.append(list(range(n))[first:last:step[k]])
        if attr["shrink"] >> k & 1:
            lists[-1] = [begin[k] % n]
    return [x.at(xs, *[lists[k][i] for k, i in enumerate(index)])
            for index in indices([len(axis) for axis in lists])]


def transpose(args, out, attr):
    (x, xs), (_, order) = args
    result = []
    for index in indices(out.shape):
        own = [0] * len(order)
        for k, axis in enumerate(order):
            own[axis] = index[k]
        result.append(x.at(xs, *own))
    return result


def concatenate(args, out, attr):
    result = []
    for index in indices(out.shape):
        own, axis = list(index), attr["axis"]
        for t, values in args:
            if own[axis] < t.shape[axis]:
                result.append(t.at(values, *own))
                break
            own[axis] -= t.shape[axis]
    return result


KERNELS = {
    "QUANTIZE": curve(rescale),
    "RELU": curve(lambda v, x, o, t: max(rescale(v, x, o, t), o.zero)),
    "RELU6": curve(relu6),
    "LEAKY_RELU": curve(leaky),
    "LOGISTIC": curve(sigmoid),
    "TANH": curve(sigmoid),
    "HARD_SWISH": curve(hard_swish),
    "SUB": pair(subtract),
    "MUL": pair(multiply),
    "MINIMUM": pair(lambda v, a, b, o: min(v)),
    "MAXIMUM": pair(lambda v, a, b, o: max(v)),
    "PAD": pad,
    "PADV2": pad,
    "STRIDED_SLICE": strided_slice,
    "TRANSPOSE": transpose,
    "CONCATENATION": concatenate,
    "EXPAND_DIMS": lambda a, o, t: a[0][1],
    "SQUEEZE": lambda a, o, t: a[0][1],
    "CONV_2D": lambda a, o, t: convolve(a, o, t, False),
    "DEPTHWISE_CONV_2D": lambda a, o, t: convolve(a, o, t, True),
    "FULLY_CONNECTED": dense,
    "AVERAGE_POOL_2D": lambda a, o, t: pool(a, o, t, True),
    "MAX_POOL_2D": lambda a, o, t: pool(a, o, t, False),
    "ADD": add,
    "RESHAPE": lambda a, o, t: a[0][1],
    "SOFTMAX": lambda a, o, t: softmax(a[0][1], a[0][0].scales[0]),
}


# ---- FlatBuffer: a tree of tables, parents first -------------------------------
#
# A table is a dict {field number: value}; a value is ("B" or "i" or "I" or
# "f", number), a str, a list of tables, ("vec", format, list), or
# ("bytes", data).  Each vtable stands behind its table.


class Flat:
    def __init__(self):
        self.out = bytearray(b"\0\0\0\0TFL3")

    def pad(self, align, extra=0):
        while (len(self.out) + extra) % align:
            self.out.append(0)

    def table(self, fields):
        self.pad(4)
        start, places, later = len(self.out), {}, []
        self.out += b"\0\0\0\0"
        for k, v in sorted(fields.items(),
                           key=lambda kv: kv[1][0] == "B"
                           if isinstance(kv[1], tuple) else False):
            places[k] = len(self.out) - start
            if isinstance(v, tuple) and v[0] in "BiIf":
                self.out += struct.pack("<" + v[0], v[1])
            else:
                later.append((len(self.out), v))
                self.out += b"\0\0\0\0"
        size = len(self.out) - start
        self.pad(2)
        vtable = len(self.out)
        slots = [places.get(k, 0) for k in range(max(fields, default=-1) + 1)]
        self.out += struct.pack("<%dH" % (2 + len(slots)),
                                4 + 2 * len(slots), size, *slots)
        struct.pack_into("<i", self.out, start, start - vtable)
        for hole, v in later:
            struct.pack_into("<I", self.out, hole, self.put(v) - hole)
        return start

    def put(self, v):
        if isinstance(v, dict):
            return self.table(v)
        if isinstance(v, str):
            self.pad(4)
            at = len(self.out)
            self.out += struct.pack("<I", len(v)) + v.encode() + b"\0"
            return at
        if isinstance(v, list):
            self.pad(4)
            at = len(self.out)
            self.out += struct.pack("<I", len(v)) + bytes(4 * len(v))
            for i, item in enumerate(v):
                hole = at + 4 + 4 * i
                struct.pack_into("<I", self.out, hole,
                                 self.put(item) - hole)
            return at
        data = v[1] if v[0] == "bytes" else \
            struct.pack("<%d%s" % (len(v[2]), v[1]), *v[2])
        count = len(data) if v[0] == "bytes" else len(v[2])
        self.pad(4)
        self.pad(16 if v[0] == "bytes" else 8 if v[1] == "q" else 4, 4)
        at = len(self.out)
        self.out += struct.pack("<I", count) + data
        return at


CODES = {"ADD": 0, "AVERAGE_POOL_2D": 1, "CONV_2D": 3, "DEPTHWISE_CONV_2D": 4,
         "FULLY_CONNECTED": 9, "MAX_POOL_2D": 17, "RESHAPE": 22, "SOFTMAX": 25,
         "CONCATENATION": 2, "LOGISTIC": 14, "MUL": 18, "RELU": 19,
         "RELU6": 21, "TANH": 28, "PAD": 34, "TRANSPOSE": 39, "SUB": 41,
         "SQUEEZE": 43, "STRIDED_SLICE": 45, "MAXIMUM": 55, "MINIMUM": 57,
         "PADV2": 60, "EXPAND_DIMS": 70, "LEAKY_RELU": 98, "QUANTIZE": 114,
         "HARD_SWISH": 117}
# BuiltinOptions without fields
EMPTY = {"PAD": 22, "TRANSPOSE": 26, "SQUEEZE": 30, "MAXIMUM": 39,
         "MINIMUM": 39, "PADV2": 43, "EXPAND_DIMS": 52, "QUANTIZE": 89,
         "HARD_SWISH": 91}
ACTS = {"NONE": 0, "RELU": 1, "RELU6": 3}
TYPES = {"int8": 9, "int32": 2}


def options(kind, out, attr):
    """The number in BuiltinOptions and its table; defaults are left out."""
    act = ("B", ACTS[attr.get("act", "NONE")])
    pad = ("B", {"SAME": 0, "VALID": 1}[attr.get("padding", "SAME")])
    step = ("i", attr.get("stride", 1))
    dil = ("i", attr.get("dilation", 1))
    size = ("i", attr.get("filter", 1))
    if kind == "CONV_2D":
        return 1, {0: pad, 1: step, 2: step, 3: act}
    if kind == "DEPTHWISE_CONV_2D":
        return 2, {0: pad, 1: step, 2: step, 3: ("i", attr["multiplier"]),
                   4: act, 5: dil, 6: dil}
    if kind in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        return 5, {0: pad, 1: step, 2: step, 3: size, 4: size}
    if kind == "FULLY_CONNECTED":
        return 8, {0: act}
    if kind == "SOFTMAX":
        return 9, {0: ("f", 1.0)}
    if kind in ("ADD", "MUL", "SUB"):
        return {"ADD": 11, "MUL": 21, "SUB": 28}[kind], {0: act}
    if kind == "CONCATENATION":
        return 10, {0: ("i", attr["axis"]), 1: act}
    if kind == "STRIDED_SLICE":
        return 32, {0: ("i", attr["begin"]), 1: ("i", attr["end"]),
                    4: ("i", attr["shrink"])}
    if kind == "LEAKY_RELU":
        return 75, {0: ("f", attr["alpha"])}
    if kind in EMPTY:
        return EMPTY[kind], {}
    if kind != "RESHAPE":
        return 0, None
    return 17, {0: ("vec", "i", out.shape)}


def tflite(model):
    kinds = sorted({op[0] for op in model.ops})
    number = {id(t): i for i, t in enumerate(model.tensors)}
    buffers, tensors, operators = [{}], [], []
    for t in model.tensors:
        quant = {2: ("vec", "f", t.scales), 3: ("vec", "q", [t.zero] *
                                                len(t.scales)),
                 6: ("i", t.axis)}
        buffers.append({})
        if t.data is not None:
            code = {"int8": "b", "int32": "i"}[t.kind]
            buffers[-1] = {0: ("bytes", struct.pack(
                "<%d%s" % (len(t.data), code), *t.data))}
        tensors.append({0: ("vec", "i", t.shape), 1: ("B", TYPES[t.kind]),
                        2: ("I", len(buffers) - 1), 3: t.name, 4: quant})
    for kind, inputs, output, attr in model.ops:
        which, table = options(kind, output, attr)
        operators.append({
            0: ("I", kinds.index(kind)),
            1: ("vec", "i", [number[id(t)] if t else -1 for t in inputs]),
            2: ("vec", "i", [number[id(output)]]),
            3: ("B", which)})
        if table is not None:
            operators[-1][4] = table
    graph = {0: tensors, 1: ("vec", "i", [0]),
             2: ("vec", "i", [number[id(t)] for t in model.outputs()]),
             3: operators,
             4: model.name}
    flat = Flat()
    root = flat.table({
        0: ("I", 3), 4: buffers, 2: [graph],
        1: [{0: ("B", CODES[k]), 2: ("i", 3), 3: ("i", CODES[k])}
            for k in kinds]})
    struct.pack_into("<I", flat.out, 0, root)
    return bytes(flat.out)


# ---- the models ------------------------------------------------------------------


def chain():
    m = Model("chain", 11)
    x = m.act("x", [1, 9, 7, 2], 0.037, -11)
    a = m.act("a", [1, 5, 4, 5], 0.061, -128)
    w = m.filter("aw", [5, 3, 3, 2])
    m.op("CONV_2D", [x, w, m.bias("ab", x, w)], a, padding="SAME", stride=2,
         act="RELU")
    b = m.act("b", [1, 3, 2, 5], 0.061, -128)
    m.op("MAX_POOL_2D", [a], b, padding="SAME", stride=2, filter=2)
    c = m.act("c", [1, 3, 2, 10], 0.043, 7)
    w = m.filter("cw", [1, 3, 3, 10], axis=3)
    m.op("DEPTHWISE_CONV_2D", [b, w, m.bias("cb", b, w)], c, padding="SAME",
         stride=1, multiplier=2, act="NONE")
    d = m.act("d", [1, 60], 0.043, 7)
    m.op("RESHAPE", [c], d)
    e = m.act("e", [1, 4], 0.11, 3)
    w = m.filter("ew", [4, 60])
    m.op("FULLY_CONNECTED", [d, w, m.bias("eb", d, w)], e, act="NONE")
    m.op("SOFTMAX", [e], m.act("y", [1, 4], 1 / 256, -128))
    return m


def branch():
    m = Model("branch", 12)
    x = m.act("x", [1, 8, 6, 3], 0.029, 5)
    a = m.act("a", [1, 4, 2, 3], 0.052, -20)
    w = m.filter("aw", [1, 3, 3, 3], axis=3)
    m.op("DEPTHWISE_CONV_2D", [x, w, m.bias("ab", x, w)], a, padding="VALID",
         stride=1, dilation=2, multiplier=1, act="NONE")
    b = m.act("b", [1, 4, 2, 6], 0.0235, -128)
    w = m.filter("bw", [6, 1, 1, 3])
    m.op("CONV_2D", [a, w], b, padding="SAME", stride=1, act="RELU6")
    c = m.act("c", [1, 4, 2, 6], 0.035, 9)
    w = m.filter("cw", [6, 3, 2, 3])
    m.op("CONV_2D", [a, w, m.bias("cb", a, w)], c, padding="SAME", stride=1,
         act="NONE")
    d = m.act("d", [1, 4, 2, 6], 0.041, -31)
    m.op("ADD", [b, c], d, act="NONE")
    e = m.act("e", [1, 2, 1, 6], 0.041, -31)
    m.op("AVERAGE_POOL_2D", [d], e, padding="SAME", stride=2, filter=3)
    f = m.act("y", [1, 5], 0.067, -2)
    w = m.filter("fw", [5, 12], per_axis=False)
    m.op("FULLY_CONNECTED", [e, w, None], f, act="NONE")
    return m


def curves():
    m = Model("curves", 13)
    shape = [1, 6, 5]
    x = m.act("x", shape, 0.05, -7)
    a = m.op("QUANTIZE", [x], m.act("a", shape, 0.031, 12))
    b = m.op("LEAKY_RELU", [a], m.act("b", shape, 0.027, -30), alpha=0.2)
    c = m.op("HARD_SWISH", [x], m.act("c", shape, 0.04, -100))
    d = m.op("LOGISTIC", [b], m.act("d", shape, 1 / 256, -128), tanh=False)
    e = m.op("TANH", [c], m.act("e", shape, 1 / 128, 0), tanh=True)
    f = m.op("RELU", [a], m.act("f", shape, 0.02, -128))
    g = m.op("RELU6", [c], m.act("g", shape, 0.04, -100))
    h = m.op("MUL", [d, e], m.act("h", shape, 0.006, 3))
    i = m.op("SUB", [f, g], m.act("i", shape, 0.03, 5))
    low = m.tensor("low", [5], [0.03], 5, [-60, 20, 127, -9, 64])
    j = m.op("MINIMUM", [i, low], m.act("j", shape, 0.03, 5))
    high = m.tensor("high", [1, 6, 1], [0.03], 5, [-90, 1, -128, 40, -3, 9])
    k = m.op("MAXIMUM", [high, j], m.act("k", shape, 0.03, 5))
    m.outs = [c, d, e, m.op("SUB", [k, h], m.act("y", shape, 0.035, -4))]
    return m


def moves():
    m = Model("moves", 14)

    def numbers(name, shape, data):
        return m.tensor(name, shape, [], 0, data, "int32")

    def act(name, shape):
        return m.act(name, shape, 0.1, 9)

    x = act("x", [1, 4, 3, 2])
    a = m.op("PAD", [x, numbers("ap", [4, 2], [0, 0, 1, 2, 0, 1, 1, 0])],
             act("a", [1, 7, 4, 3]))
    b = m.op("STRIDED_SLICE", [a, numbers("bb", [4], [0, 6, 1, 2]),
                               numbers("be", [4], [1, 0, 4, -1]),
                               numbers("bs", [4], [1, -2, 2, -1])],
             act("b", [3, 2, 3]), begin=0, end=8, shrink=1)
    c = m.op("TRANSPOSE", [b, numbers("co", [3], [2, 0, 1])],
             act("c", [3, 3, 2]))
    d = m.op("EXPAND_DIMS", [b, numbers("da", [1], [0])],
             act("d", [1, 3, 2, 3]))
    e = m.op("PADV2", [d, numbers("ep", [4, 2], [0, 0, 0, 0, 0, 0, 1, 0]),
                       m.tensor("ev", [1], [0.1], 9, [-77])],
             act("e", [1, 3, 2, 4]))
    f = m.op("SQUEEZE", [e], act("f", [3, 2, 4]))
    g = m.op("TRANSPOSE", [f, numbers("go", [3], [0, 2, 1])],
             act("g", [3, 4, 2]))
    h = m.tensor("h", [3, 2, 2], [0.1], 9,
                 [m.draw.int8() for _ in range(12)])
    m.op("CONCATENATION", [c, h, g], act("y", [3, 9, 2]), axis=1)
    return m


def main():
    for model in (chain(), branch(), curves(), moves()):
        draw = Draw(99)
        n = math.prod(model.tensors[0].shape)
        inputs = [[draw.int8() for _ in range(n)] for _ in range(12)]
        inputs += [[v] * n for v in (-128, 0, 127)]
        inputs.append([draw.int8() // 16 for _ in range(n)])
        outputs = [model.run(x) for x in inputs]
        with open(model.name + ".tflite", "wb") as f:
            f.write(tflite(model))
        for name, rows in (("in", inputs), ("out", outputs)):
            with open("%s.%s.bin" % (model.name, name), "wb") as f:
                for row in rows:
                    f.write(struct.pack("<%db" % len(row), *row))


if __name__ == "__main__":
    main()
