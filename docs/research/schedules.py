'''Replays the ONNX Runtime operators that exact_pointwise.py and exact_rows.py left open. Same notation: f32 unless said, F = fused multiply-add,
+ - * / as written, one rounding each. usage: RESEARCH=folder-of-exact_rows.py schedules.py [PART ...]; AVX-512, ONNX Runtime 1.31.1, one thread.'''
import os, sys
sys.path.insert(0, os.environ['RESEARCH'])
from exact_rows import *
from exact_rows import S as COUNTS
if 'SEED' in os.environ: rng.bit_generator.state = np.random.default_rng(int(os.environ['SEED'])).bit_generator.state
MSD = 'com.microsoft'; I64 = np.int64; I32 = np.int32
NPT = lambda a: h.np_dtype_to_tensor_dtype(a.dtype)
class Refused(Exception): '''ONNX Runtime has no kernel for these types.'''
def sess(nodes, ins, outs, consts=(), level=L.ORT_DISABLE_ALL, threads=1, opset=21): # as in common.py, but 0-d constants stay 0-d
    g = h.make_graph(nodes, 'g', [h.make_tensor_value_info(n, t, s) for n, t, s in ins], [h.make_tensor_value_info(n, t, s) for n, t, s in outs], [nh.from_array(np.asarray(a, order='C'), n) for n, a in consts])
    so = ort.SessionOptions(); so.graph_optimization_level = level; so.intra_op_num_threads = threads; so.log_severity_level = 4
    m = h.make_model(g, opset_imports=[h.make_opsetid('', opset), h.make_opsetid(MSD, 1)], ir_version=10)
    try: return ort.InferenceSession(m.SerializeToString(), so, providers=['CPUExecutionProvider'])
    except Exception as e:
        if 'NOT_IMPLEMENTED' in str(e) or 'INVALID_GRAPH' in str(e): raise Refused(str(e)[:300])
        raise
def run(t, args, out, domain='', opset=21, threads=None, nout=1, **kw):
    """args: list of None, array (fed) or ('c', array) (constant). out: numpy dtype(s)."""
    ins, consts, names = {}, [], []
    for k, a in enumerate(args):
        if a is None: names.append(''); continue
        names.append(f'i{k}')
        if isinstance(a, tuple): consts.append((f'i{k}', np.asarray(a[1])))
        else: ins[f'i{k}'] = a
    outs = out if isinstance(out, list) else [out] * nout
    s = sess([h.make_node(t, names, [f'y{i}' for i in range(len(outs))], domain=domain, **kw)], [(n, NPT(a), list(a.shape)) for n, a in ins.items()],
             [(f'y{i}', h.np_dtype_to_tensor_dtype(np.dtype(o)), None) for i, o in enumerate(outs)], consts, threads=threads or THREADS, opset=opset)
    r = s.run(None, ins); return r[0] if len(r) == 1 else r
C = lambda a: ('c', a)
REFUSED = {}; THREADS = int(os.environ.get('THREADS', 1))
def check(name, key, y, e, ints=False):  # y: function that runs ONNX Runtime
    try: y = y()
    except Refused as r: REFUSED[name] = str(r)[:160]; return
    (addi if ints else add)(name, key, y, e)
def lim(dt): i = np.iinfo(dt); return i.min, i.max
def rnd8(dt, shape): lo, hi = lim(dt); return rng.integers(lo, hi + 1, shape).astype(dt)
def addi(name, key, y, e): # integers: compare exactly
    assert y.dtype == e.dtype and y.shape == e.shape, (name, key, y.dtype, e.dtype, y.shape, e.shape); add(name, key, y.astype(I32).ravel(), e.astype(I32).ravel())
# ---- quantised
def requantise(acc, scale, zp, dt):  # rn(clamp(f32(acc) * scale, qmin - zp, qmax - zp)) + zp
    lo, hi = lim(dt); z = int(zp); return (np.rint(np.minimum(np.maximum(acc.astype(I32).astype(f) * scale, f(lo - z)), f(hi - z))).astype(I64) + z).astype(dt)
def quantise(x, s, zp, dt): # QuantizeLinear
    lo, hi = lim(dt); z = int(zp); return (np.rint(np.minimum(np.fmax(x / f(s), f(lo - z)), f(hi - z))).astype(I64) + z).astype(dt)
def quantise_late(x, s, zp, dt): # pooling: zero point added before rounding
    lo, hi = lim(dt); return np.clip(np.rint(x / f(s) + f(int(zp))), lo, hi).astype(dt)
def conv_int(x, w, xz, wz, s, d, p, g):
    N, Ci, H, W = x.shape; M, Cg, kh, kw = w.shape; out = []
    for n in range(N):
        r = []
        for q in range(g):
            col, OH, OW = im2col(x[n, q*Cg:(q+1)*Cg].astype(I64) - int(xz), kh, kw, s, d, p)
            wm = (w[q*(M//g):(q+1)*(M//g)].astype(I64) - np.broadcast_to(np.asarray(wz).astype(I64).ravel(), (M,))[q*(M//g):(q+1)*(M//g)].reshape(-1, 1, 1, 1)).reshape(M//g, -1); r.append(wm @ col)
        out.append(np.concatenate(r).reshape(M, OH, OW))
    return np.stack(out)
def scales(n=None): v = np.exp2(rng.uniform(-9, -3, n)).astype(f); return v if n else f(v)
def table_op(x, xs, xz, ys, yz, fn): # lookup tables: dequantise, f32 function, QuantizeLinear
    return quantise(fn(((x.astype(I32) - int(xz)).astype(f) * xs)), ys, yz, x.dtype)
def qconv():
    for t in range(160):
        kind = t % 5; k = 1 if kind == 0 else int(rng.integers(1, 5)); g = 1; Ci = int(rng.integers(1, 40)); M = int(rng.integers(1, 40)); last = t % 2
        if kind == 2: Ci = int(rng.integers(1, 70)); g = M = Ci
        if kind == 3: g = int(rng.integers(2, 5)); Ci = g*int(rng.integers(1, 9)); M = g*int(rng.integers(1, 9))
        s = int(rng.integers(1, 3)); d = 2 if kind == 4 else 1; p = [int(v) for v in rng.integers(0, k, 4)]; H, W = (int(v) for v in rng.integers(d*k, 14, 2)); N = int(rng.integers(1, 3))
        xt, wt = [(np.uint8, np.uint8), (np.uint8, np.int8), (np.int8, np.int8)][t % 3]; x, w = rnd8(xt, (N, Ci, H, W)), rnd8(wt, (M, Ci//g, k, k)); xz, yz = rnd8(xt, ()), rnd8(xt, ())
        per = t % 4 < 2; ws = scales(M) if per else scales(); wz = rnd8(wt, (M,) if per else ()) if wt == np.uint8 and not per else np.zeros((M,) if per else (), wt); xs = scales()
        ys = f(xs * np.mean(ws) * np.sqrt(Ci//g*k*k) * 60); b = rng.integers(-20000, 20000, M).astype(np.int32) if t % 7 else None
        acc = conv_int(x, w, xz, wz, s, d, p, g) + (0 if b is None else b[:, None, None]); sc = np.broadcast_to((xs * ws) / ys, (M,)).astype(f)[:, None, None]
        args = [x, C(xs), C(xz), C(w), C(ws), C(wz), C(ys), C(yz)] + ([] if b is None else [C(b)]); kw = dict(strides=[s, s], dilations=[d, d], pads=p, group=g, kernel_shape=[k, k])
        addi('QLinearConv', t, run('QLinearConv', args, xt, **kw), requantise(acc, sc, yz, xt))
        args[0] = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
        addi('QLinearConv channels_last (ms)', t, run('QLinearConv', args, xt, domain=MSD, channels_last=1, **kw).transpose(0, 3, 1, 2), requantise(acc, sc, yz, xt))
        if xt == np.uint8 and not per: addi('ConvInteger', t, run('ConvInteger', [x, C(w), C(xz), C(wz)], np.int32, **kw), conv_int(x, w, xz, wz, s, d, p, g).astype(np.int32))
def qgemm():
    for t in range(160):
        Mr, K, N = int(rng.integers(1, 40)), int(rng.integers(1, 500)), int(rng.integers(1, 60)); at, bt = [(np.uint8, np.uint8), (np.uint8, np.int8), (np.int8, np.int8), (np.int8, np.uint8)][t % 4]
        a, b = rnd8(at, (Mr, K)), rnd8(bt, (K, N)); az, yz = rnd8(at, ()), rnd8(at, ()); per = t % 3 == 0; bs = scales(N) if per else scales(); bz = rnd8(bt, (N,) if per else ()); as_ = scales()
        ys = f(as_ * np.mean(bs) * np.sqrt(K) * 60); acc = (a.astype(I64) - int(az)) @ (b.astype(I64) - bz.astype(I64)); sc = (as_ * bs) / ys
        ty = f'{np.dtype(at).name} {np.dtype(bt).name}'
        check('QLinearMatMul ' + ty, t, lambda: run('QLinearMatMul', [a, C(as_), C(az), C(b) if t % 2 else b, C(bs), C(bz), C(ys), C(yz)], at), requantise(acc, sc, yz, at), True)
        addi('MatMulInteger per column', t, run('MatMulInteger', [a, b, az, bz], np.int32), acc.astype(np.int32))
        bias = rng.normal(0, 3, N).astype(f) if t % 5 else None
        e = acc.astype(I32).astype(f) * (as_ * bs); check('MatMulIntegerToFloat (ms) ' + ty, t, lambda: run('MatMulIntegerToFloat', [a, C(b) if t % 2 else b, C(as_), C(bs), C(az), C(bz)] + ([] if bias is None else [C(bias)]), f, domain=MSD), e if bias is None else e + bias)
        tA, tB = t & 1, t >> 1 & 1; al = f([1, .5, 1.3][t % 3]); cb = rng.integers(-20000, 20000, [(N,), (1, N), (1,), (Mr, N), (Mr, 1)][t % 5]).astype(np.int32); A_ = np.ascontiguousarray(a.T) if tA else a; B_ = np.ascontiguousarray(b.T) if tB else b
        args = [A_, C(as_), C(az), C(B_), C(bs), C(bz), C(cb) if t % 4 else None]; acc2 = acc + (cb if t % 4 else 0)
        check('QGemm ' + ty, (t, tA, tB, al), lambda: run('QGemm', args + [C(ys), C(yz)], at, domain=MSD, transA=tA, transB=tB, alpha=float(al)), requantise(acc2, (al * as_ * bs) / ys, yz, at), True)
        check('QGemm to float ' + ty, (t, tA, tB, al), lambda: run('QGemm', args, f, domain=MSD, transA=tA, transB=tB, alpha=float(al)), acc2.astype(I32).astype(f) * (al * as_ * bs))
def qpoint():
    for t in range(200):
        dt = (np.uint8, np.int8)[t % 2]; n = int(rng.integers(1, 3000)); a, b = rnd8(dt, n), rnd8(dt, n); az, bz, cz = rnd8(dt, ()), rnd8(dt, ()), rnd8(dt, ()); as_, bs, cs = scales(), scales(), scales(); lo, hi = lim(dt); mode = t % 3
        if mode == 1: b = rnd8(dt, 1)
        if mode == 2: a = rnd8(dt, 1)
        A_, B_ = a.astype(I32).astype(f), b.astype(I32).astype(f); ra, rb = as_/cs, bs/cs; fp = f(int(cz)) - (ra*f(int(az)) + rb*f(int(bz)))
        fp2 = F(-rb, f(int(bz)), F(-ra, f(int(az)), f(int(cz))))
        for nm, fx in (('', fp),):
            e = F(A_, ra, F(B_, rb, fx)) if mode == 0 else F(A_, ra, fx + B_*rb) if mode == 1 else F(B_, rb, fx + A_*ra)
            addi('QLinearAdd (ms)' + ['', ' scalar B', ' scalar A'][mode] + nm, (t, n), run('QLinearAdd', [a, C(as_), C(az), b, C(bs), C(bz), C(cs), C(cz)], dt, domain=MSD), np.clip(np.rint(e), lo, hi).astype(dt))
        cs = f(as_*bs*rng.uniform(20, 200)); p = (a.astype(I32) - int(az)) * (b.astype(I32) - int(bz)); e = p.astype(f) * (as_*bs/cs) + f(int(cz)); addi('QLinearMul (ms)' + ['', ' scalar B', ' scalar A'][mode], (t, n), run('QLinearMul', [a, C(as_), C(az), b, C(bs), C(bz), C(cs), C(cz)], dt, domain=MSD), np.clip(np.rint(e), lo, hi).astype(dt))
        x = rnd8(dt, int(rng.integers(1, 500))); ys = scales()
        for fixed in (0, 1):
            w = (lambda v: C(v)) if fixed else np.asarray
            addi('QLinearLeakyRelu (ms)', (t, fixed), run('QLinearLeakyRelu', [x, w(as_), w(az), w(ys), w(cz)], dt, domain=MSD, alpha=.1), table_op(x, as_, az, ys, cz, lambda v: np.where(v >= 0, v, v*f(.1))))
            addi('QLinearSigmoid (ms)', (t, fixed), run('QLinearSigmoid', [x, w(as_), w(az), w(f(1/256)), w(cz)], dt, domain=MSD), table_op(x, as_, az, f(1/256), cz, Sigmoid))
        parts = [rnd8(dt, (2, int(rng.integers(1, 9)))) for _ in range(3)]; ps = [(scales(), rnd8(dt, ())) for _ in range(3)]; ps[0] = (ys, cz)
        addi('QLinearConcat (ms)', t, run('QLinearConcat', [C(ys), C(cz)] + [v for q, (s_, z_) in zip(parts, ps) for v in (q, C(s_), C(z_))], dt, domain=MSD, axis=1),
             np.concatenate([q if (s_, z_) == (ys, cz) else table_op(q, s_, z_, ys, cz, lambda v: v) for q, (s_, z_) in zip(parts, ps)], 1))
def qpool():
    for t in range(120):
        dt = (np.uint8, np.int8)[t % 2]; N, Ch, H, W = int(rng.integers(1, 3)), int(rng.integers(1, 40)), int(rng.integers(1, 20)), int(rng.integers(1, 20)); x = rnd8(dt, (N, Ch, H, W)); xz, yz = rnd8(dt, ()), rnd8(dt, ()); xs, ys = scales(), None; ys = f(xs*rng.uniform(.05, 2)); lo, hi = lim(dt)
        xl = np.ascontiguousarray(x.transpose(0, 2, 3, 1)); n = H*W; sc = xs / (ys * f(n)); acc = x.astype(I64).sum((2, 3), keepdims=True) - int(xz)*n
        for last in (0, 1):
            y = run('QLinearGlobalAveragePool', [xl if last else x, C(xs), C(xz), C(ys), C(yz)], dt, domain=MSD, channels_last=last); addi('QLinearGlobalAveragePool (ms)', (t, last), y.transpose(0, 3, 1, 2) if last else y, requantise(acc, sc, yz, dt))
        kh, kw, sh, sw = (int(v) for v in rng.integers(1, 4, 4)); p = [int(rng.integers(0, v)) for v in (kh, kw, kh, kw)]; inc = t // 2 % 2
        if H < kh or W < kw: continue
        z = (x.astype(I32) - int(xz)).astype(f) * xs; q = avgpool(z, kh, kw, sh, sw, p, inc, False); e = quantise_late(q, ys, yz, dt)
        for last in (0, 1):
            y = run('QLinearAveragePool', [xl if last else x, C(xs), C(xz), C(ys), C(yz)], dt, domain=MSD, channels_last=last, kernel_shape=[kh, kw], strides=[sh, sw], pads=p, count_include_pad=inc); addi('QLinearAveragePool (ms)', (t, last), y.transpose(0, 3, 1, 2) if last else y, e)
def qsoftmax_table(xs, D_):  # b from f32 quotient and logf; entries f64 exp, rounded to f32
    import math; b = max(0., float(Logf(np.array([f(FMAX)/f(D_)], f))[0]) - 5) / float(xs)
    return np.array([math.exp((i - 255 + b) * float(xs)) for i in range(256)]).astype(f)
def qsoftmax(x, xs, ys, yz):  # x (rows, D); e * k can overflow to inf, whose conversion is x86's
    dt = x.dtype; i = x.astype(I32) - lim(dt)[0]; e = qsoftmax_table(xs, x.shape[1])[i + (255 - i.max(1, keepdims=True))]; v = np.rint(e * np.floor(f(1)/f(ys)) / seq(e)[:, None]); big = ~(v < 2.**31)
    if dt == np.uint8: return np.minimum(np.where(big, 0, np.where(big, 0, v)).astype(I64) + int(yz), 255).astype(dt)
    t = np.where(big, -2**31, np.where(big, 0, v)).astype(I64) + int(yz); t = (t + 2**31) % 2**32 - 2**31; return np.clip(t, -128, 127).astype(dt)
def qsoft():
    for t in range(100):
        dt = (np.uint8, np.int8)[t % 2]; R, D_ = int(rng.integers(1, 9)), int(rng.integers(1, 600)); x = rnd8(dt, (R, D_)); xs = scales(); yz = np.array(lim(dt)[0] if t % 4 < 2 else 0, dt); ys = f(1/256) if t % 3 else f(rng.uniform(.003, .01))
        for fixed in (0, 1):
            w = C if fixed else np.asarray
            addi('QLinearSoftmax (ms)', (t, fixed), run('QLinearSoftmax', [x, w(xs), w(np.zeros((), dt)), w(ys), w(yz)], dt, domain=MSD, axis=-1, opset=13) if 0 else sess_qsoftmax(x, xs, ys, yz, fixed), qsoftmax(x, xs, ys, yz))
def sess_qsoftmax(x, xs, ys, yz, fixed):
    n = h.make_node('QLinearSoftmax', ['x', 'xs', 'xz', 'ys', 'yz'], ['y'], domain=MSD, axis=-1); n.attribute.append(h.make_attribute('opset', 13))
    c = [('xs', np.asarray(xs)), ('xz', np.zeros((), x.dtype)), ('ys', np.asarray(ys)), ('yz', np.asarray(yz))]
    return sess([n], [('x', NPT(x), list(x.shape))] + ([] if fixed else [(k, NPT(v), list(v.shape)) for k, v in c]), [('y', NPT(x), None)], c if fixed else []).run(None, {'x': x} if fixed else {'x': x, **dict(c)})[0]
# ---- reductions over any axes
def collapse(shape, axes):  # neighbouring kept (K) or reduced (R) axes joined; axes of length 1 count like any other
    kinds, dims = '', []
    for a, d in enumerate(shape):
        c = 'R' if a in axes else 'K'
        if kinds and kinds[-1] == c: dims[-1] *= d
        else: kinds += c; dims.append(d)
    few = max(2, THREADS)
    if (kinds == 'KRK' and dims[0] < few) or (kinds == 'RKR' and dims[1] < few): kinds += ' few'
    return kinds, dims
def seq_reduce(x, axes, start, step, keep_first=False):  # row-major order over the reduced axes, one element at a time
    keep = [a for a in range(x.ndim) if a not in axes]; z = x.transpose(keep + sorted(axes)).reshape(int(np.prod([x.shape[a] for a in keep])), -1); acc = start(z)
    for i in range(z.shape[1]): acc = step(acc, z[:, i])
    return acc, z
def reduce_sum(x, axes):
    kinds, dims = collapse(x.shape, axes); z = np.ascontiguousarray(x).reshape(dims); T_ = z.dtype.type
    if kinds == 'R': return eigen_sum_(z.reshape(1, -1))
    if kinds == 'KR': return eigen_rows_(z)
    if kinds == 'RK': return seq(z.T)
    if kinds == 'KRK': return np.stack([m1(np.ones(z.shape[1], z.dtype), t) if z.dtype == f else gemm64_ones(t) for t in z])
    if kinds == 'RKR': return seq(eigen_rows_(z.reshape(-1, dims[2])).reshape(dims[:2]).T)
    return seq_reduce(x, axes, lambda z: np.zeros(len(z), x.dtype), lambda a, v: a + v)[0]
def eigen_sum_(z, head=0): return eigen_sum(z, head) if z.dtype == f else eigen_sum2(z, head)
def eigen_rows_(z): k = z.shape[1]; w = 4 if z.dtype == f else 2; return np.concatenate([eigen_sum_(z[r:r+1], (-r*k) % w) for r in range(len(z))])
def eigen_sum2(x, head=0):  # f64: packets of 2
    n = x.shape[1]; a = min(head, n); n1 = (n-a)//2*2; n2 = (n-a)//4*4
    if not n1: return seq(x)
    p = x[:, a:a+2]
    if n1 > 2:
        q = x[:, a+2:a+4]
        for i in range(a+4, a+n2, 4): p = p + x[:, i:i+2]; q = q + x[:, i+2:i+4]
        p = p + q
        if n1 > n2: p = p + x[:, a+n2:a+n1]
    r = p[:, 0] + p[:, 1]
    for i in list(range(a)) + list(range(a+n1, n)): r = r + x[:, i]
    return r
def eigen_prod(x):  # as eigen_sum with products
    n = x.shape[1]; n1 = n//4*4; n2 = n//8*8
    if not n1: return np.multiply.reduce(x, 1)
    p = x[:, 0:4]
    if n1 > 4:
        q = x[:, 4:8]
        for i in range(8, n2, 8): p = p * x[:, i:i+4]; q = q * x[:, i+4:i+8]
        p = p * q
        if n1 > n2: p = p * x[:, n2:n1]
    r = (p[:, 0] * p[:, 2]) * (p[:, 1] * p[:, 3])
    for i in range(n1, n): r = r * x[:, i]
    return r
def gemm64_ones(t): return seq(t.T)
def logsumexp(x, axes):
    from libm32 import Expf
    keep = [a for a in range(x.ndim) if a not in axes]; z = x.transpose(keep + sorted(axes)).reshape(int(np.prod([x.shape[a] for a in keep])), -1); mx = z.max(1); mx = np.where(np.isinf(mx), f(0), mx); return Logf(seq(Expf((z - mx[:, None]).ravel()).reshape(z.shape))) + mx
def reductions():
    import itertools
    zero = lambda z: np.zeros(len(z), z.dtype)
    for t in range(120):
        nd = 1 + t % 4; shape = tuple(int(v) for v in rng.integers(1, [200, 40, 14, 9][nd-1] if t % 3 else 4 if t % 2 else 3, nd))
        for n in range(1, nd + 1):
            for axes in itertools.combinations(range(nd), n):
                x = data(1, int(np.prod(shape))).reshape(shape); nn = int(np.prod([shape[a] for a in axes])); kinds = collapse(shape, axes)[0] or '1'; out = tuple(d for a, d in enumerate(shape) if a not in axes); r = lambda v: np.asarray(v).reshape(out); A_ = C(np.array(axes)); key = (shape, axes)
                add('ReduceSum ' + kinds, key, run('ReduceSum', [x, A_], f, keepdims=0), r(reduce_sum(x, axes))); add('ReduceMean ' + kinds, key, run('ReduceMean', [x, A_], f, keepdims=0), r(reduce_sum(x, axes)/f(nn)))
                x = (x / max(1, np.abs(x).max())).astype(f)
                if kinds != 'R': add('ReduceL1 ' + kinds, key, run('ReduceL1', [x, A_], f, keepdims=0), r(seq_reduce(x, axes, zero, lambda a, v: a + np.abs(v))[0])); q = seq_reduce(x, axes, zero, lambda a, v: a + v*v)[0]; kinds != 'R' and add('ReduceSumSquare ' + kinds, key, run('ReduceSumSquare', [x, A_], f, keepdims=0), r(q)); kinds != 'R' and add('ReduceL2 ' + kinds, key, run('ReduceL2', [x, A_], f, keepdims=0), r(np.sqrt(q)))
                if kinds != 'R': add('ReduceProd ' + kinds, key, run('ReduceProd', [x+f(1), A_], f, keepdims=0), r(seq_reduce(x+f(1), axes, lambda z: np.ones(len(z), f), lambda a, v: a * v)[0]))
                xa = np.abs(x)+f(.01); kinds != 'R' and add('ReduceLogSum ' + kinds, key, run('ReduceLogSum', [xa, A_], f, keepdims=0), r(Logf(seq_reduce(xa, axes, zero, lambda a, v: a + v)[0]))); add('ReduceLogSumExp ' + kinds, key, run('ReduceLogSumExp', [x*f(20), A_], f, keepdims=0), r(logsumexp(x*f(20), axes)))
                if len(axes) == nd:  # every axis: Eigen, packets of 4, no head
                    z = x.reshape(1, -1); add('ReduceL1 all', key, run('ReduceL1', [x, A_], f, keepdims=0), r(eigen_sum(np.abs(z)))); add('ReduceSumSquare all', key, run('ReduceSumSquare', [x, A_], f, keepdims=0), r(eigen_sum(z*z))); add('ReduceL2 all', key, run('ReduceL2', [x, A_], f, keepdims=0), r(np.sqrt(eigen_sum(z*z)))); add('ReduceLogSum all', key, run('ReduceLogSum', [xa, A_], f, keepdims=0), r(Logf(eigen_sum(xa.reshape(1, -1)))))
                    add('ReduceProd all', key, run('ReduceProd', [x+f(1), A_], f, keepdims=0), r(eigen_prod(z+f(1))))
                xd = x.astype(D) + rng.normal(0, 1e-9, x.shape); 
                if kinds[:3] != 'KRK': add64('ReduceSum f64 ' + kinds, key, run('ReduceSum', [xd, A_], D, keepdims=0), r(reduce_sum(xd, axes)))
def add64(name, key, y, e): y, e = np.atleast_1d(y), np.atleast_1d(e); q = (y == e) | (np.isnan(y) & np.isnan(e)); s = COUNTS.setdefault(name, [0, 0, set(), []]); s[0] += q.size; s[1] += int(q.sum()); s[2].add(key); q.all() or s[3].append(key)
PARTS = {k: v for k, v in globals().items() if k in 'qconv qgemm qpoint qpool qsoft reductions'.split()}
if __name__ == '__main__':
    for p in sys.argv[1:] or PARTS: PARTS[p](); report()
    for k, v in REFUSED.items(): print('no kernel:', k, v)
