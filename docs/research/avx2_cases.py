'''Runs ONNX Runtime on one-operator cases and stores inputs, constants and outputs. usage: avx2_cases.py DIR [GROUP ...]

Made to run under an emulated CPU that has AVX2 and FMA but no AVX-512 (needs qemu-user 7.2 or later, numpy, onnx, onnxruntime 1.31.1, no compiler):
    qemu-x86_64 -cpu max python3 avx2_cases.py DIR
It runs natively too and then records what this machine's kernels give. One thread. DIR/GROUP.npz holds, for case number i:
    i/meta     JSON: family, nodes [(operator, domain, inputs, outputs, attributes)], optimised (graph optimisations on), opset, kernels (nchwc operators that ran)
    i/in/NAME  fed tensors       i/const/NAME  initializers       i/out/NAME  outputs
and `isa`, a JSON of what the kernels were chosen from (block: channel block of nchwc, 8 = AVX2, 16 = AVX-512).'''
import json, os, sys, tempfile, time
import numpy as np, onnx, onnxruntime as ort
from onnx import helper as h, numpy_helper as nh
f = np.float32; FMAX = np.finfo(f).max; MS = 'com.microsoft'; rng = np.random.default_rng(7); np.seterr(over='ignore')

class Recorder:
    def __init__(self): self.cases = {}; self.n = 0
    def run(self, family, nodes, ins, consts=(), optimised=False, opset=21):
        """nodes: [(operator, domain, inputs, outputs, attributes)]; the last node's outputs are the graph's. Returns the outputs."""
        consts = dict(consts); outs = nodes[-1][3]; g = h.make_graph([h.make_node(t, i, o, domain=d, **a) for t, d, i, o, a in nodes], 'g',
            [h.make_tensor_value_info(n, h.np_dtype_to_tensor_dtype(a.dtype), list(a.shape)) for n, a in ins.items()], [onnx.ValueInfoProto(name=o) for o in outs], [nh.from_array(np.ascontiguousarray(a).reshape(np.shape(a)), n) for n, a in consts.items()])
        m = h.make_model(g, opset_imports=[h.make_opsetid('', opset), h.make_opsetid(MS, 1)], ir_version=10); so = ort.SessionOptions(); so.intra_op_num_threads = 1; so.log_severity_level = 3
        so.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL if optimised else ort.GraphOptimizationLevel.ORT_DISABLE_ALL; kernels = []
        if optimised: path = os.path.join(tempfile.gettempdir(), f'avx2_{os.getpid()}.onnx'); so.optimized_model_filepath = path
        s = ort.InferenceSession(m.SerializeToString(), so, providers=['CPUExecutionProvider'])
        if optimised: o = onnx.load(path); os.remove(path); kernels = [n.op_type for n in o.graph.node if 'nchwc' in n.domain]; self.weights = list(o.graph.initializer[0].dims)
        y = s.run(None, ins); i = f'{self.n:05d}'; self.n += 1
        self.cases[i + '/meta'] = np.array(json.dumps(dict(family=family, nodes=nodes, optimised=optimised, opset=opset, kernels=kernels)))
        for k, d in (('in', ins), ('const', consts), ('out', dict(zip(outs, y)))):
            for n, a in d.items(): self.cases[f'{i}/{k}/{n}'] = np.asarray(a)
        return y
    def op(self, family, t, ins, consts=(), domain='', opset=21, order=None, outs=('y',), **attrs):
        consts = dict(consts); return self.run(family, [(t, domain, order or list(ins) + list(consts), list(outs), attrs)], ins, consts, False, opset)

def data(R, k):
    x = rng.normal(0, 1, (R, k)); m = rng.integers(9)
    if m == 1: x = x * 20
    if m == 2: x = x + 1e4 * rng.normal(size=(R, 1))
    if m == 3: x = x * np.exp2(rng.uniform(-20, 6, (R, k)))
    if m == 4: x = np.abs(x)
    if m == 5: x = np.where(np.arange(k) % 2, 1, -1) * 2.**12 + x * 2.**-10
    if m == 6: x = rng.integers(-3, 4, (R, k)) * 2.**rng.integers(-12, 13, (R, k)) + rng.integers(0, 2, (R, k)) * 2.**-12
    if m == 7: x[:, rng.integers(k)] = 1e4
    if m == 8: x = x * 1e-39
    return x.astype(f)
def normal(*s): return rng.normal(0, 1, s).astype(f)
def edges(n):
    k = n // 4; d = rng.integers(0, 2**32, k, dtype=np.uint32).view(f); d = d[np.isfinite(d)]; e = []
    for v in (0, .921875, 3.725, 3.925, 5.55, 9, 17.5, 18, 88.37, 88.72, -87.33, -88.37, -103.97, 1e-38, 1e-45, FMAX, 25966, 18838, .7071068, np.pi, np.pi / 2):
        w = u = f(v); e += [w, -w]
        for _ in range(20): w = np.nextafter(w, f(np.inf)); u = np.nextafter(u, f(-np.inf)); e += [w, u, -w, -u]
    x = np.concatenate([np.concatenate([rng.normal(0, 1, k), rng.uniform(-20, 20, k), rng.uniform(17, 19, k // 10), np.exp2(rng.uniform(-60, 7, k)) * rng.choice([-1, 1], k)]).astype(f), d, np.array(e, f), np.array([np.inf, -np.inf, np.nan], f)])
    return x[:len(x) // 16 * 16]

def pointwise(r):
    x = edges(60000)
    ops = [('Exp', '', {}), ('Erf', '', {}), ('Tanh', '', {}), ('Sigmoid', '', {}), ('Gelu', '', {}), ('Gelu', MS, {}), ('Gelu', '', dict(approximate='tanh')), ('FastGelu', MS, {}), ('QuickGelu', MS, dict(alpha=1.702)), ('QuickGelu', MS, dict(alpha=1.)),
           ('Log', '', {}), ('Sin', '', {}), ('Cos', '', {}), ('Sqrt', '', {}), ('Reciprocal', '', {}), ('LeakyRelu', '', dict(alpha=.1)), ('HardSigmoid', '', dict(alpha=.2, beta=.5)), ('HardSwish', '', {}), ('Swish', '', {}), ('Relu', '', {}), ('Softplus', '', {}), ('Elu', '', {}), ('Softsign', '', {}), ('Atan', '', {}), ('Mish', '', {})]
    for t, d, a in ops:
        name = t + (' tanh' if 'approximate' in a else '') + (f" {a['alpha']}" if t == 'QuickGelu' else '') + (' (ms)' if d else ''); o = 24 if t == 'Swish' else 22 if t == 'Mish' else 21
        r.op(name, t, {'x': x}, domain=d, opset=o, **a)
        for n in list(range(1, 40)) + [63, 64, 65, 127, 129]: r.op(name + ', short', t, {'x': rng.uniform(.01, 19, n).astype(f) * (f(1) if t in ('Log', 'Sqrt', 'Sin', 'Cos') else rng.choice([f(-1), f(1)], n))}, domain=d, opset=o, **a)
    t = rng.uniform(17.4, 18.1, 200000).astype(f)  # where the Sigmoid exceeds 1
    r.op('QuickGelu 1.0 (ms)', 'QuickGelu', {'x': t}, domain=MS, alpha=1.); r.op('Swish', 'Swish', {'x': t}, opset=24)
    X = x.reshape(-1, 16); b = normal(16); r.op('FastGelu with bias (ms)', 'FastGelu', {'x': X, 'b': b}, domain=MS); r.op('BiasGelu (ms)', 'BiasGelu', {'x': X, 'b': b}, domain=MS)
    for n in (1, 3, 7, 9, 17, 31, 33): X = x[:n * 200].reshape(-1, n); b = normal(n); r.op('FastGelu with bias (ms)', 'FastGelu', {'x': X, 'b': b}, domain=MS); r.op('BiasGelu (ms)', 'BiasGelu', {'x': X, 'b': b}, domain=MS)
    for e in (2., 3.): r.op('Pow', 'Pow', {'x': x}, {'e': np.array(e, f)})
    a = np.abs(x); a = a[(a > 0) & np.isfinite(a)]
    for e in (.5, -.5, 1.5, -1., 4., .3333333): r.op('Pow', 'Pow', {'x': a}, {'e': np.array(e, f)})
    r.op('Pow', 'Pow', {'x': a, 'e': rng.normal(0, 3, len(a)).astype(f)})
    for t in ('Add', 'Sub', 'Mul', 'Div'): r.op('Add Sub Mul Div', t, {'x': x, 'z': x[::-1].copy()})

LENGTHS = list(range(1, 70)) + [71, 72, 73, 79, 80, 81, 95, 96, 97, 119, 120, 121, 127, 128, 129, 143, 144, 145, 255, 256, 257, 383, 384, 512, 513, 768, 1000, 1023, 1024, 1025, 2048, 3072, 4095]
def softmax(r):
    for k in LENGTHS:
        for _ in range(2):
            x = data(max(2, 1500 // k), k); r.op('Softmax', 'Softmax', {'x': x}, axis=-1); r.op('LogSoftmax', 'LogSoftmax', {'x': x}, axis=-1)
        t = np.where(rng.random(x.shape) < .5, -FMAX, x).astype(f); r.op('Softmax masked', 'Softmax', {'x': t}, axis=-1)
        t = x.copy(); t[rng.random(x.shape) < .02] = np.inf; t[rng.random(x.shape) < .02] = -np.inf; t[rng.random(x.shape) < .01] = np.nan; t[0] = -np.inf; r.op('Softmax with inf, NaN', 'Softmax', {'x': t}, axis=-1); r.op('LogSoftmax with inf, NaN', 'LogSoftmax', {'x': t}, axis=-1)
        x = data(3 * k, 5).reshape(3, k, 5); r.op('Softmax axis 1', 'Softmax', {'x': x}, axis=1)
    for k in (16384, 70001): r.op('Softmax', 'Softmax', {'x': data(1, k)}, axis=-1)
def norms(r):
    for k in LENGTHS:
        R = max(2, 1200 // k); x = data(R, k); z = data(R, k); g, b, bb = normal(k), normal(k), normal(k); eps = float(rng.choice([1e-5, 1e-12])); t = x.copy(); t[rng.random(x.shape) < .02] = np.inf; t[rng.random(x.shape) < .01] = np.nan
        r.op('LayerNormalization', 'LayerNormalization', {'x': x}, {'g': g, 'b': b}, epsilon=eps); r.op('LayerNormalization, no bias', 'LayerNormalization', {'x': x}, {'g': g}, epsilon=eps); r.op('LayerNormalization with inf, NaN', 'LayerNormalization', {'x': t}, {'g': g, 'b': b}, epsilon=eps)
        r.op('SkipLayerNormalization', 'SkipLayerNormalization', {'x': x[None], 'z': z[None]}, {'g': g, 'b': b}, domain=MS, epsilon=eps); r.op('SkipLayerNormalization, bias', 'SkipLayerNormalization', {'x': x[None], 'z': z[None]}, {'g': g, 'b': b, 'bb': bb}, domain=MS, epsilon=eps)
        r.op('SkipSimplifiedLayerNormalization', 'SkipSimplifiedLayerNormalization', {'x': x[None], 'z': z[None]}, {'g': g}, domain=MS, epsilon=eps); r.op('SimplifiedLayerNormalization', 'SimplifiedLayerNormalization', {'x': x}, {'g': g}, epsilon=eps)
        r.op('RMSNormalization', 'RMSNormalization', {'x': x}, {'g': g}, opset=23, epsilon=eps)
        for p in (1, 2): r.op(f'LpNormalization p={p}', 'LpNormalization', {'x': x}, axis=-1, p=p)
def reductions(r):
    A = lambda *v: {'ax': np.array(v, np.int64)}
    for k in LENGTHS:
        x = data(max(2, 1200 // k), k); n = int(rng.integers(1, 40)); y = data(3 * k, n).reshape(3, k, n)
        for t in ('ReduceL1', 'ReduceL2', 'ReduceSumSquare', 'ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin'): r.op(t + ' last', t, {'x': x}, A(-1), keepdims=0)
        r.op('CumSum', 'CumSum', {'x': x}, {'ax': np.array(1, np.int64)})
        for t in ('ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin'):
            r.op(t + ' middle', t, {'x': y}, A(1), keepdims=0); r.op(t + ' first', t, {'x': y}, A(0), keepdims=0); r.op(t + ' first and last', t, {'x': y}, A(0, 2), keepdims=0); r.op(t + ' all', t, {'x': y}, A(0, 1, 2), keepdims=0)

SHAPES = [(1, 7, 5), (1, 300, 17), (1, 1000, 1), (2, 300, 1), (5, 129, 1), (3, 700, 1), (2, 300, 3), (7, 513, 10), (13, 260, 33), (4, 257, 64), (6, 1030, 16), (6, 2100, 20), (5, 600, 70), (3, 520, 130), (9, 128, 128), (3, 129, 257), (2, 40, 600), (33, 64, 12), (17, 1, 9), (16, 2, 1), (4, 900, 20), (8, 384, 32)]
def products(r):
    for k in LENGTHS:
        n = int(rng.integers(1, 60)); a = data(1, k); B = data(k, n); Bt = np.ascontiguousarray(B.T); c = normal(n)
        r.op('MatMul M=1', 'MatMul', {'a': a, 'b': B}); r.op('Gemm M=1 transB', 'Gemm', {'a': a, 'b': Bt, 'c': c}, transB=1); r.op('MatMul N=1', 'MatMul', {'a': Bt, 'b': a.T.copy()})
        if k < 2000: r.op('MatMul M=1 constant B', 'MatMul', {'a': a}, {'b': B})
    for M, K, N in SHAPES:
        r.op('MatMul dynamic B', 'MatMul', {'a': data(M, K), 'b': data(K, N)}); r.op('MatMul constant B', 'MatMul', {'a': data(M, K)}, {'b': data(K, N)})
        for tA in (0, 1):
            for tB in (0, 1):
                for al, be, bias in ((1., 1., 0), (1., 1., 1), (.3, .7, 1)):
                    for cb in (0, 1):
                        a = data(M, K); B = data(K, N); a = np.ascontiguousarray(a.T) if tA else a; B = np.ascontiguousarray(B.T) if tB else B; C = {'c': normal(N)} if bias else {}
                        r.op('Gemm constant B' if cb else 'Gemm dynamic B', 'Gemm', {'a': a} if cb else {'a': a, 'b': B}, {**({'b': B} if cb else {}), **C}, transA=tA, transB=tB, alpha=al, beta=be)
    for B_, M, K, N in ((2, 8, 32, 8), (3, 5, 70, 33)):
        x = normal(B_, M, K); y = normal(B_, K, N); r.op('MatMul batched', 'MatMul', {'a': x, 'b': y}); r.op('FusedMatMul', 'FusedMatMul', {'a': x, 'b': np.ascontiguousarray(y.swapaxes(1, 2))}, domain=MS, transB=1, alpha=.125)

ACTS = [None, 'Relu', 'Sigmoid', 'Tanh', 'LeakyRelu', 'HardSigmoid', 'Clip']
def conv_nodes(act, **a):
    n = [('Conv', '', ['x', 'w', 'b'], ['c' if act else 'y'], a)]
    if act: n.append((act, '', ['c'] + (['lo', 'hi'] if act == 'Clip' else []), ['y'], {}))
    return n
def nchwc(r):
    clip = {'lo': np.array(0, f), 'hi': np.array(6, f)}
    for t in range(220):
        kind = t % 5; k = 1 if kind == 1 else 7 if kind == 4 else int(rng.integers(1, 6)); g = int(rng.integers(2, 5)) if kind == 3 else 1
        Ci = int(rng.integers(1, 8)) if kind in (0, 4) else g * 8 * int(rng.integers(1, 36 if kind == 1 else 6)); Co = int(rng.integers(9, 40)) if t % 7 == 0 and g == 1 else g * 8 * int(rng.integers(1, 9))
        s = int(rng.integers(1, 3)); d = 1 + t % 6 // 5; p = [int(v) for v in rng.integers(0, k, 4)]; H, W = (int(v) for v in rng.integers(d * k, max(d * k + 2, 18), 2)); act = ACTS[t // 5 % 7]
        c = {'w': normal(Co, Ci // g, k, k), 'b': normal(Co), **(clip if act == 'Clip' else {})}
        r.run('nchwc.Conv ' + ['< 8 channels', '1x1', 'k x k', 'grouped', '7x7 first layer'][kind], conv_nodes(act, strides=[s, s], dilations=[d, d], pads=p, kernel_shape=[k, k], group=g), {'x': data(Ci, H * W).reshape(1, Ci, H, W)}, c, True)
    for t in range(60):   # strides differ, batch 2, wide rows
        k = int(rng.integers(1, 5)); Ci = 8 * int(rng.integers(1, 5)); Co = 8 * int(rng.integers(1, 10)); st = [int(v) for v in rng.integers(1, 4, 2)]; p = [int(v) for v in rng.integers(0, k, 4)]; H, W = int(rng.integers(k, 12)), int(rng.integers(k, 40))
        r.run('nchwc.Conv unequal strides, batch 2', conv_nodes('Relu' if t % 2 else None, strides=st, pads=p, kernel_shape=[k, k]), {'x': data(2 * Ci, H * W).reshape(2, Ci, H, W)}, {'w': normal(Co, Ci, k, k), 'b': normal(Co)}, True)
    for t in range(60):   # conv + add (sum) + activation
        k = (1, 3)[t % 2]; C = 8 * int(rng.integers(1, 20 if k == 1 else 7)); H, W = (int(v) for v in rng.integers(3, 14, 2)); s = 1
        n = [('Conv', '', ['x', 'w0', 'b0'], ['c0'], dict(kernel_shape=[1, 1])), ('Conv', '', ['x', 'w', 'b'], ['c1'], dict(kernel_shape=[k, k], pads=[k // 2] * 4)), ('Add', '', ['c1', 'c0'], ['y' if t % 3 == 0 else 's'], {})] + ([] if t % 3 == 0 else [('Relu' if t % 3 == 1 else 'Sigmoid', '', ['s'], ['y'], {})])
        n = n[:]; x = data(C, H * W).reshape(1, C, H, W); w0 = np.eye(C, dtype=f).reshape(C, C, 1, 1)
        r.run('nchwc.Conv with sum', n, {'x': x}, {'w0': w0, 'b0': normal(C), 'w': normal(C, C, k, k), 'b': normal(C)}, True)
    for t in range(60):
        C = 8 * int(rng.integers(1, 6)); k = int(rng.integers(1, 6)); s = int(rng.integers(1, 3)); d = 1 + t % 5 // 4; p = [int(v) for v in rng.integers(0, k, 4)]; H, W = (int(v) for v in rng.integers(d * k, 20 + d * k, 2)); act = ACTS[t % 7]
        r.run('nchwc.Conv depthwise', conv_nodes(act, strides=[s, s], dilations=[d, d], pads=p, group=C, kernel_shape=[k, k]), {'x': data(C, H * W).reshape(1, C, H, W)}, {'w': normal(C, 1, k, k), 'b': normal(C), **(clip if act == 'Clip' else {})}, True)
    for t in range(90):
        C = 8 * int(rng.integers(1, 4)); H, W = (int(v) for v in rng.integers(3, 20, 2)); kh, kw, sh, sw = (int(v) for v in rng.integers(1, 4, 4)); p = [int(rng.integers(0, v)) for v in (kh, kw, kh, kw)]; eye = np.eye(C, dtype=f).reshape(C, C, 1, 1); x = data(C, H * W).reshape(1, C, H, W)
        first = ('Conv', '', ['x', 'w'], ['c'], {})
        r.run('nchwc.AveragePool', [first, ('AveragePool', '', ['c'], ['y'], dict(kernel_shape=[kh, kw], strides=[sh, sw], pads=p, count_include_pad=int(rng.integers(2))))], {'x': x}, {'w': eye}, True)
        if t < 40: r.run('nchwc.MaxPool', [first, ('MaxPool', '', ['c'], ['y'], dict(kernel_shape=[kh, kw], strides=[sh, sw], pads=p))], {'x': x}, {'w': eye}, True)
        if t < 60: r.run('nchwc.GlobalAveragePool', [first, ('GlobalAveragePool', '', ['c'], ['y'], {})], {'x': x}, {'w': eye}, True)
        if t < 20: r.run('nchwc.GlobalMaxPool', [first, ('GlobalMaxPool', '', ['c'], ['y'], {})], {'x': x}, {'w': eye}, True)
def images(r):
    for H in (1, 2, 3, 5, 7, 8, 14, 15, 28, 56):
        for W in (H, H + 1, max(1, H - 2)): C = int(rng.integers(1, 6)); r.op('GlobalAveragePool', 'GlobalAveragePool', {'x': data(C, H * W).reshape(1, C, H, W)})
    for t in range(80):
        H, W = (int(v) for v in rng.integers(3, 20, 2)); kh, kw, sh, sw = (int(v) for v in rng.integers(1, 4, 4)); p = [int(rng.integers(0, v)) for v in (kh, kw, kh, kw)]; a = dict(kernel_shape=[kh, kw], strides=[sh, sw], pads=p); x = data(3, H * W).reshape(1, 3, H, W); inc = int(rng.integers(2))
        r.op('AveragePool opset < 19', 'AveragePool', {'x': x}, opset=11, count_include_pad=inc, **a); r.op('AveragePool opset >= 19', 'AveragePool', {'x': x}, opset=22, count_include_pad=inc, **a); r.op('MaxPool', 'MaxPool', {'x': x}, **a)
    for t in range(200):
        kind = t % 5; kh, kw = (1, 1) if kind == 0 else (int(v) for v in rng.integers(1, 5, 2)); g = 1; C = int(rng.integers(1, 60)); M = int(rng.integers(1, 70))
        if kind == 2: C = int(rng.integers(1, 20)); g = C; M = C * int(rng.integers(1, 4))
        if kind == 3: g = int(rng.integers(2, 5)); C = g * int(rng.integers(1, 20)); M = g * int(rng.integers(1, 20))
        H, W = (int(v) for v in rng.integers(4, 20, 2)); s = int(rng.integers(1, 3)); d = int(rng.integers(1, 3)) if kind == 4 else 1; p = [int(v) for v in rng.integers(0, 2, 4)] if kind else [0] * 4
        if H + p[0] + p[2] <= d * (kh - 1) or W + p[1] + p[3] <= d * (kw - 1): continue
        N = int(rng.integers(1, 3)); c = {'w': normal(M, C // g, kh, kw)}
        if t % 3: c['b'] = normal(M)
        r.op('Conv plain ' + ['1x1', 'full', 'depthwise', 'grouped', 'dilated'][kind], 'Conv', {'x': data(N * C, H * W).reshape(N, C, H, W)}, c, strides=[s, s], dilations=[d, d], pads=p, group=g, kernel_shape=[kh, kw])
    for H in (1, 2, 3, 5, 7, 14, 28):
        for C in (1, 3, 4, 5, 16):
            x = data(2 * C, H * (H + 1)).reshape(2, C, H, H + 1); g, b, m = normal(C), normal(C), normal(C); v = rng.uniform(.01, 3, C).astype(f)
            r.op('BatchNormalization', 'BatchNormalization', {'x': x}, {'g': g, 'b': b, 'm': m, 'v': v}, epsilon=1e-5); r.op('InstanceNormalization', 'InstanceNormalization', {'x': x}, {'g': g, 'b': b}, epsilon=1e-5)

def ints(d, s): return rng.integers(*((-128, 128) if d == np.int8 else (0, 256)), s).astype(d)
def quantised(r):
    for t in range(40):
        x = data(1, int(rng.integers(1, 3000)))[0] * f(np.exp2(rng.uniform(-30, 30))); r.op('DynamicQuantizeLinear', 'DynamicQuantizeLinear', {'x': x}, outs=('q', 's', 'z'))
        for dt in (np.int8, np.uint8):
            c = {'s': np.array(rng.uniform(.001, .1), f), 'z': ints(dt, ())}; r.op('QuantizeLinear', 'QuantizeLinear', {'x': x}, c); r.op('QuantizeLinear', 'QuantizeLinear', {'x': normal(len(x))}, c); r.op('DequantizeLinear', 'DequantizeLinear', {'x': ints(dt, len(x))}, c)
    for t in range(60):
        M, K, N = (int(v) for v in (1 if t % 6 == 0 else rng.integers(1, 9), rng.integers(1, 300 if t < 40 else 1100), rng.integers(1, 70)))
        for da in (np.uint8, np.int8):
            for db in (np.uint8, np.int8):
                a, b, za, zb = ints(da, (M, K)), ints(db, (K, N)), ints(da, ()), ints(db, ())
                if t % 4 == 1: a[:] = a.max(); b[:] = b.max()
                if t % 4 == 2: b = np.where(rng.random(b.shape) < .9, b.max(), b).astype(db)
                if t % 4 == 3: za[...] = 0; zb[...] = 0
                name = f"MatMulInteger {'US'[da == np.int8]}8{'US'[db == np.int8]}8"
                r.op(name + ' constant B', 'MatMulInteger', {'a': a}, {'b': b, 'za': za, 'zb': zb}); r.op(name + ' dynamic B', 'MatMulInteger', {'a': a, 'b': b}, {'za': za, 'zb': zb})
    for t in range(30):
        M, K, N = (int(v) for v in (rng.integers(1, 20), rng.integers(1, 400), rng.integers(1, 60))); b = rng.integers(-127, 128, (K, N)).astype(np.int8)
        r.op('DynamicQuantizeMatMul', 'DynamicQuantizeMatMul', {'a': data(M, K) + f(1e-3)}, {'b': b, 'bs': np.array(rng.uniform(.001, .1), f), 'bz': np.array(0, np.int8), 'bias': normal(N)}, domain=MS)
    for t in range(40):
        M, K, N = (int(v) for v in (rng.integers(1, 9), rng.integers(1, 300), rng.integers(1, 50))); da, db = (np.uint8, np.int8)[t % 2], (np.uint8, np.int8)[t // 2 % 2]; s = lambda: np.array(rng.uniform(.001, .02), f)
        if (da, db) == (np.int8, np.uint8): continue
        r.op(f"QLinearMatMul {'US'[da == np.int8]}8{'US'[db == np.int8]}8", 'QLinearMatMul', {'a': ints(da, (M, K))}, {'as': s(), 'az': ints(da, ()), 'b': ints(db, (K, N)), 'bs': s(), 'bz': ints(db, ()), 'ys': np.array(rng.uniform(.01, 1), f), 'yz': ints(da, ())})
    for t in range(80):
        kind = t % 4; g = 1; C = int(rng.integers(1, 40)); M = int(rng.integers(1, 40)); k = 1 if kind == 0 else int(rng.integers(1, 5)); da, db = [(np.uint8, np.uint8), (np.uint8, np.int8), (np.int8, np.int8)][t // 4 % 3]
        if kind == 2: g = C; M = C
        if kind == 3: g = 2; C = 2 * int(rng.integers(1, 20)); M = 2 * int(rng.integers(1, 20))
        H, W = (int(v) for v in rng.integers(k, 14, 2)); s = int(rng.integers(1, 3)); p = [int(v) for v in rng.integers(0, k, 4)]; sc = lambda: np.array(rng.uniform(.001, .02), f); zw = np.zeros((), db) if t % 8 < 6 else ints(db, ()); a = dict(strides=[s, s], pads=p, kernel_shape=[k, k], group=g)
        name = ' '.join(['', f"{'US'[da == np.int8]}8{'US'[db == np.int8]}8", ['1x1', 'full', 'depthwise', 'grouped'][kind]]); x, w = ints(da, (1, C, H, W)), ints(db, (M, C // g, k, k)); zx = ints(da, ())
        r.op('QLinearConv' + name, 'QLinearConv', {'x': x}, {'xs': sc(), 'xz': zx, 'w': w, 'ws': sc(), 'wz': zw, 'ys': np.array(rng.uniform(.01, .5), f), 'yz': ints(da, ()), 'b': rng.integers(-3000, 3000, M).astype(np.int32)}, **a)
        if da == np.uint8: r.op('ConvInteger' + name, 'ConvInteger', {'x': x, 'w': w}, {'xz': zx, 'wz': zw}, **a)
    for t in range(24):
        n = int(rng.integers(1, 300)); dt = (np.uint8, np.int8)[t % 2]; s = lambda: np.array(rng.uniform(.001, .1), f); q = lambda: {}
        for o in ('QLinearAdd', 'QLinearMul'): r.op(o, o, {'a': ints(dt, n), 'b': ints(dt, n)}, {'as': s(), 'az': ints(dt, ()), 'bs': s(), 'bz': ints(dt, ()), 'cs': s(), 'cz': ints(dt, ())}, domain=MS, order=['a', 'as', 'az', 'b', 'bs', 'bz', 'cs', 'cz'])
        for o in ('QLinearSigmoid', 'QLinearLeakyRelu'): r.op(o, o, {'a': ints(dt, n)}, {'as': s(), 'az': ints(dt, ()), 'cs': s(), 'cz': ints(dt, ())}, domain=MS)
        C = int(rng.integers(1, 20)); H = int(rng.integers(1, 12)); r.op('QLinearGlobalAveragePool', 'QLinearGlobalAveragePool', {'a': ints(dt, (1, C, H, H + 1))}, {'as': s(), 'az': ints(dt, ()), 'cs': s(), 'cz': ints(dt, ())}, domain=MS, channels_last=0)
def saturation(r):   # unsigned times signed, the kernels that saturate without VNNI
    for t in range(160):
        M, K, N = (int(v) for v in (1 if t % 4 == 0 else rng.integers(1, 9), rng.integers(1, 700), rng.integers(1, 70))); a, b = ints(np.uint8, (M, K)), ints(np.int8, (K, N)); zero = t % 8 < 4; za = np.zeros((), np.uint8) if zero else ints(np.uint8, ()); zb = np.zeros((), np.int8) if zero else ints(np.int8, (N,) if t % 3 == 0 else ())
        r.op('MatMulInteger U8S8, M=1' if M == 1 else 'MatMulInteger U8S8', 'MatMulInteger', {'a': a, 'b': b}, {'za': za, 'zb': zb}); r.op('MatMulInteger U8S8 constant B, M=1' if M == 1 else 'MatMulInteger U8S8 constant B', 'MatMulInteger', {'a': a}, {'b': b, 'za': za, 'zb': zb})
        if t % 4 == 1: a, b = np.full((M, K), -128, np.int8), np.full((K, N), -128, np.int8); r.op('MatMulInteger S8S8 extremes', 'MatMulInteger', {'a': a}, {'b': b, 'za': np.zeros((), np.int8), 'zb': np.zeros((), np.int8)})
        if t % 4 == 2: a, b = np.full((M, K), -128, np.int8), np.full((K, N), 255, np.uint8); r.op('MatMulInteger S8U8 extremes', 'MatMulInteger', {'a': a}, {'b': b, 'za': np.zeros((), np.int8), 'zb': np.zeros((), np.uint8)})
        if t % 4 == 3: a, b = np.full((M, K), 255, np.uint8), np.full((K, N), 255, np.uint8); r.op('MatMulInteger U8U8 extremes', 'MatMulInteger', {'a': a}, {'b': b, 'za': np.zeros((), np.uint8), 'zb': np.zeros((), np.uint8)})
        if t < 60:
            sc = lambda *n: rng.uniform(.001, .02, n).astype(f); r.op('QLinearMatMul U8S8', 'QLinearMatMul', {'a': a if a.dtype == np.uint8 else ints(np.uint8, (M, K))}, {'as': np.array(sc(1)[0]), 'az': ints(np.uint8, ()), 'b': ints(np.int8, (K, N)), 'bs': sc(N) if t % 2 else np.array(sc(1)[0]), 'bz': ints(np.int8, (N,)) if t % 2 else ints(np.int8, ()), 'ys': np.array(rng.uniform(.01, 1), f), 'yz': ints(np.uint8, ())})
            r.op('MatMulIntegerToFloat U8S8', 'MatMulIntegerToFloat', {'a': ints(np.uint8, (M, K))}, {'b': ints(np.int8, (K, N)), 'as': np.array(sc(1)[0]), 'bs': sc(N) if t % 2 else np.array(sc(1)[0]), 'az': ints(np.uint8, ()), 'bz': ints(np.int8, (N,)) if t % 2 else ints(np.int8, ()), 'bias': normal(N)}, domain=MS)
    for t in range(60):
        M, K, N = (int(v) for v in (rng.integers(1, 12), rng.integers(1, 400), rng.integers(1, 40))); tA, tB = t & 1, t >> 1 & 1; a, b = ints(np.uint8, (K, M) if tA else (M, K)), ints(np.int8, (N, K) if tB else (K, N)); sc = lambda *n: rng.uniform(.001, .02, n).astype(f)
        c = {'as': np.array(sc(1)[0]), 'az': ints(np.uint8, ()), 'b': b, 'bs': sc(N) if t % 3 else np.array(sc(1)[0]), 'bz': ints(np.int8, (N,)) if t % 3 else ints(np.int8, ()), 'c': rng.integers(-20000, 20000, (N,)).astype(np.int32), 'ys': np.array(rng.uniform(.01, 1), f), 'yz': ints(np.uint8, ())}
        if t % 4 == 3: del c['ys'], c['yz']
        r.op('QGemm U8S8' + (' to float' if t % 4 == 3 else ''), 'QGemm', {'a': a}, c, domain=MS, transA=tA, transB=tB, alpha=[1., .5, 1.3][t % 3])
    for t in range(300):
        g = (1, 1, 1, 2, 0)[t % 5]; k = (1, 3, 2, int(rng.integers(1, 6)))[t % 4]; C = int(rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 16, 20, 24, 32, 33])); M = int(rng.choice([1, 3, 4, 8, 12, 15, 16, 17, 24, 32, 40]))
        if g == 2: C *= 2; M *= 2
        if g == 0: g = C; M = C * int(rng.integers(1, 3))
        H, W = (int(v) for v in rng.integers(k, 12, 2)); s = int(rng.integers(1, 3)); d = 2 if t % 7 == 0 and min(H, W) > 2 * k else 1; p = [int(v) for v in rng.integers(0, k, 4)]; sc = lambda *n: rng.uniform(.001, .02, n).astype(f); sym = t % 3 > 0; xd = np.int8 if t % 10 == 9 else np.uint8
        c = {'xs': np.array(sc(1)[0]), 'xz': ints(xd, ()), 'w': ints(np.int8, (M, C // g, k, k)), 'ws': sc(M) if t % 2 else np.array(sc(1)[0]), 'wz': np.zeros((M,) if t % 2 else (), np.int8) if sym else ints(np.int8, ()), 'ys': np.array(rng.uniform(.01, .5), f), 'yz': ints(xd, ())}
        if not sym and c['ws'].ndim: c['wz'] = np.full(M, int(c['wz']), np.int8)
        if t % 4: c['b'] = rng.integers(-3000, 3000, M).astype(np.int32)
        if t % 2 and xd == np.uint8: r.op('QLinearConv U8S8 channels_last (ms)', 'QLinearConv', {'x': ints(xd, (1, H, W, C))}, c, domain=MS, strides=[s, s], pads=p, dilations=[d, d], kernel_shape=[k, k], group=g, channels_last=1)
        r.op(f"QLinearConv {'S8S8' if xd == np.int8 else 'U8S8'} {'symmetric' if sym else 'zero point'} {'depthwise' if g == C and g > 1 else 'grouped' if g > 1 else '1x1' if k == 1 else 'k x k'}", 'QLinearConv', {'x': ints(xd, (1, C, H, W))}, c, strides=[s, s], pads=p, dilations=[d, d], kernel_shape=[k, k], group=g)
def rotary(r):
    for t in range(60):
        B, S, H, d = int(rng.integers(1, 3)), int(rng.integers(1, 12)), int(rng.integers(1, 5)), 2 * int(rng.integers(2, 80)); x = data(B * H * S, d).reshape(B, H, S, d); pos = np.tile(np.arange(S), (B, 1)).astype(np.int64); th = rng.uniform(-3, 3, (16, d // 2)); c = {'c': np.cos(th).astype(f), 's': np.sin(th).astype(f)}
        for i in (0, 1): r.op('RotaryEmbedding' + (' interleaved' if i else ''), 'RotaryEmbedding', {'x': x, 'pos': pos}, c, domain=MS, interleaved=i)

GROUPS = dict(pointwise=pointwise, softmax=softmax, norms=norms, reductions=reductions, products=products, nchwc=nchwc, images=images, quantised=quantised, rotary=rotary, saturation=saturation)
if __name__ == '__main__':
    d = sys.argv[1]; os.makedirs(d, exist_ok=True); probe = Recorder()
    probe.run('probe', [('Conv', '', ['x', 'w'], ['y'], {})], {'x': normal(1, 3, 4, 4)}, {'w': normal(24, 3, 1, 1)}, True); block = 8 if probe.weights[0] == 24 else 16  # output channels are rounded up to the block
    print('nchwc channel block', block, '(8: AVX2, 16: AVX-512)', flush=True)
    for name in sys.argv[2:] or GROUPS:
        rng = np.random.default_rng(list(GROUPS).index(name) + 100); t = time.time(); r = Recorder(); GROUPS[name](r); r.cases['isa'] = np.array(json.dumps(dict(block=block, onnxruntime=ort.__version__, cases=r.n)))
        np.savez_compressed(os.path.join(d, name + '.npz'), **r.cases); print(f'{name}: {r.n} cases, {time.time() - t:.1f} s', flush=True)
