'''Replays every node of prepared graphs, each from the inputs that ONNX Runtime gave it, and counts the values with equal bits.
usage: RESEARCH=... replay.py FOLDER [FOLDER ...]; each holds model.onnx and release.json of models/shapes. THREADS=n sets ONNX Runtime's threads.'''
import json, math, tempfile, pathlib
from schedules import *
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../models/shapes'))
import check as shapes
TH = int(os.environ.get('THREADS', 1))
DIMS = [json.loads(os.environ['DIMS'])] if 'DIMS' in os.environ else [{'batch': 1, 'sequence': 16, 'frames': 48}, {'batch': 3, 'sequence': 13, 'frames': 37}]
def attrs(n): return {a.name: h.get_attribute_value(a) for a in n.attribute}
def rows(fn, x): return fn(np.ascontiguousarray(x).reshape(-1, x.shape[-1])).reshape(x.shape)
def product(a, b, tA, tB, alpha, const, c=None, beta=1.):
    """MatMul, FusedMatMul, Gemm of any rank, with the shares that ONNX Runtime gives to its threads."""
    a = a[None] if a.ndim == 1 else a; b = b[:, None] if b.ndim == 1 else b
    if b.ndim == 2 and a.ndim > 2 and not tA: a2 = a.reshape(-1, a.shape[-1]); return product2(a2, b, 0, tB, alpha, const, c, beta, 1).reshape(a.shape[:-1] + (-1,))
    if a.ndim == 2 and b.ndim == 2: return product2(a, b, tA, tB, alpha, const, c, beta, 1)
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2]); A_ = np.broadcast_to(a, lead + a.shape[-2:]).reshape((-1,) + a.shape[-2:]); B_ = np.broadcast_to(b, lead + b.shape[-2:]).reshape((-1,) + b.shape[-2:])
    y = [product2(np.ascontiguousarray(p), np.ascontiguousarray(q), tA, tB, alpha, const, None, 1., len(A_)) for p, q in zip(A_, B_)]; return np.stack(y).reshape(lead + y[0].shape)
def product2(a, b, tA, tB, alpha, const, c, beta, batch):
    M, N, K = (a.shape[1] if tA else a.shape[0]), (b.shape[0] if tB else b.shape[1]), (a.shape[0] if tA else a.shape[1])
    if TH == 1 or const: return Gemm(a, b, tA, tB, alpha, beta, c, const)
    if M == 1 and N == 1 or (alpha == 1 and (c is None or beta == 1) and ((M == 1 and not tA) or (N == 1 and (not tB or K == 1)))): return Gemm(a, b, tA, tB, alpha, beta, c, const)
    want = -(-min(M*N*K//65536+1, TH)//batch); cut = []
    if N > M:
        for l, r in shares(-(-N//16), min(want, -(-N//16))): l, r = 16*l, min(N, 16*r); cut.append(one(a, b[l:r] if tB else b[:, l:r], tA, tB, alpha, None if c is None else np.broadcast_to(c, (M, N))[:, l:r], beta))
        return np.concatenate(cut, 1)
    for l, r in shares(M, min(want, M)): cut.append(one(a[:, l:r] if tA else a[l:r], b, tA, tB, alpha, None if c is None else np.broadcast_to(c, (M, N))[l:r], beta))
    return np.concatenate(cut)
def one(a, b, tA, tB, alpha, c, beta):  # a share of one column is no N = 1 kernel
    M, N, K = (a.shape[1] if tA else a.shape[0]), (b.shape[0] if tB else b.shape[1]), (a.shape[0] if tA else a.shape[1])
    if N == 1 and M > 1: be = f(beta); C_ = None if c is None or be == 0 else np.ascontiguousarray(np.broadcast_to(c, (M, 1))); return gemm(np.ascontiguousarray(a.T if tA else a), np.ascontiguousarray(b.T if tB else b), kblock(1, K, tA, 0), f(alpha), C_ if C_ is None or be == 1 else C_*be)
    return Gemm(np.ascontiguousarray(a), np.ascontiguousarray(b), tA, tB, alpha, beta, c, 0)
def act(at):
    t = at.get('activation', b'').decode(); p = at.get('activation_params', [])
    return {'': lambda z: z, 'Relu': RELU, 'Clip': lambda z: np.minimum(np.maximum(z, f(p[0])), f(p[1])), 'Sigmoid': Sigmoid, 'Tanh': Tanh}[t]
def nblk(t, real=None): N, Cn, H, W = t.shape; return t.reshape(N, Cn//16, H, W, 16).transpose(0, 1, 4, 2, 3).reshape(N, Cn, H, W)
def nunblk(t): N, Cn, H, W = t.shape; return np.ascontiguousarray(t.reshape(N, Cn//16, 16, H, W).transpose(0, 1, 3, 4, 2)).reshape(N, Cn, H, W)
def nchwc_conv(i, at):
    W = i[1]; Co, Cg, kh, kw = W.shape; g = at.get('group', 1); first = Cg < 16; dw = g == Co and Cg == 1 and g > 1
    x = i[0] if first and not dw else nblk(i[0])
    if dw: w = W.reshape(Co//16, 1, kh, kw, 16).transpose(0, 4, 1, 2, 3).reshape(W.shape)
    elif first: w = W.reshape(Co//16, Cg, kh, kw, 16).transpose(0, 4, 1, 2, 3).reshape(W.shape)
    else: w = W.reshape(Co//16, Cg//16, kh, kw, 16, 16).transpose(0, 5, 1, 4, 2, 3).reshape(W.shape)
    b = i[2] if len(i) > 2 and i[2] is not None else np.zeros(Co, f); S_ = nblk(i[3]) if len(i) > 3 and i[3] is not None else None
    return nunblk(np.concatenate([NchwcConv(x[n:n+1], np.ascontiguousarray(w), b, at.get('strides', [1, 1])[0], list(at.get('pads', [0]*4)), g, None if S_ is None else S_[n:n+1], act(at), at.get('dilations', [1, 1])[0]) for n in range(len(x))]))
def conv_threads(x, w, b, at):  # plain Conv, 1-d or 2-d
    one_d = x.ndim == 3; s = at.get('strides', [1, 1]); d = at.get('dilations', [1, 1]); p = list(at.get('pads', [0]*4)); g = at.get('group', 1)
    if one_d: x, w, p = x[:, :, None], w[:, :, None], [0, p[0], 0, p[1]]
    N, Cn, H, W = x.shape; M, Cg, kh, kw = w.shape; out = []
    for n in range(N):
        r = []
        for q in range(g):
            col, OH, OW = im2col1(x[n, q*Cg:(q+1)*Cg], kh, kw, s[0] if not one_d else 1, s[-1], d[-1], p); wm = w[q*(M//g):(q+1)*(M//g)].reshape(M//g, -1); K, O = col.shape; m = len(wm)
            want = min(m*O*K//65536+1, TH)
            if TH > 1 and O >= m: st = O if want == 1 else (-(-O//want)+15)//16*16; y = np.concatenate([Gemm(wm, np.ascontiguousarray(col[:, o:o+st])) if want == 1 else gemm(wm, np.ascontiguousarray(col[:, o:o+st]), kblock(min(st, O-o), K, 0, 0)) for o in range(0, O, st)], 1)
            else: y = product2(wm, col, 0, 0, 1., 0, None, 1., 1)
            r.append(y if b is None else y + b[q*(M//g):(q+1)*(M//g), None])
        out.append(np.concatenate(r).reshape((M, OW) if one_d else (M, OH, OW)))
    return np.stack(out)
def im2col1(x, kh, kw, sh, sw, d, p):
    xp = np.pad(x, ((0, 0), (p[0], p[2]), (p[1], p[3]))); OH = (xp.shape[1]-d*(kh-1)-1)//sh+1; OW = (xp.shape[2]-d*(kw-1)-1)//sw+1
    return np.stack([xp[c, a*d:a*d+(OH-1)*sh+1:sh, e*d:e*d+(OW-1)*sw+1:sw].ravel() for c in range(len(x)) for a in range(kh) for e in range(kw)]), OH, OW
def flat(fn, x): return fn(np.ascontiguousarray(x).ravel()).reshape(x.shape)
def reduce1(x, axes):
    nd = x.ndim; a, = [v % nd for v in axes]; pre = int(np.prod(x.shape[:a])); post = int(np.prod(x.shape[a+1:])); z = x.reshape(pre, x.shape[a], post)
    r = eigen_rows(z[:, :, 0]) if post == 1 else seq(z[0].T) if pre == 1 else np.stack([m1(np.ones(z.shape[1], f), t) for t in z]); return r.reshape(x.shape[:a]+x.shape[a+1:])
def broadcast_quantised(i):  # which operand is a scalar in the inner loop
    a, b = i[0], i[3]; s = np.broadcast_shapes(a.shape, b.shape); pa, pb = (1,)*(len(s)-a.ndim)+a.shape, (1,)*(len(s)-b.ndim)+b.shape
    for x, y, z in zip(pa[::-1], pb[::-1], s[::-1]):
        if z > 1: return 'a' if x == 1 else 'b' if y == 1 else ''
    return 'a'
def qadd(i, at):
    a, as_, az, b, bs, bz, cs, cz = i; ra, rb = as_/cs, bs/cs; fx = f(int(cz)) - (ra*f(int(az)) + rb*f(int(bz))); A_, B_ = a.astype(f), b.astype(f); m = broadcast_quantised(i); lo, hi = lim(a.dtype)
    A_, B_ = np.broadcast_arrays(A_, B_); e = F(B_, rb, fx + A_*ra) if m == 'a' else F(A_, ra, fx + B_*rb) if m == 'b' else F(A_, ra, F(B_, rb, fx)); return np.clip(np.rint(e), lo, hi).astype(a.dtype)
def qconv(i, at, last):
    x, xs, xz, w, ws, wz, ys, yz = i[:8]; b = i[8] if len(i) > 8 else None; x = x.transpose(0, 3, 1, 2) if last else x
    acc = conv_int(x, w, xz, wz, at.get('strides', [1])[0], at.get('dilations', [1])[0], list(at.get('pads', [0]*4)), at.get('group', 1)) + (0 if b is None else b[:, None, None]); y = requantise(acc, np.broadcast_to((xs*ws)/ys, (len(w),))[:, None, None], yz, x.dtype); return y.transpose(0, 2, 3, 1) if last else y
def maxpool(x, at):
    p, k, s = at['pads'], at['kernel_shape'], at['strides']; x = np.pad(x, ((0, 0), (0, 0), (p[0], p[2]), (p[1], p[3])), constant_values=lim(x.dtype)[0] if x.dtype != f else -FMAX)
    return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(x, tuple(k), (2, 3))[:, :, ::s[0], ::s[1]].max((-1, -2)))
def node(n, v, inits):
    at = attrs(n); i = [v[k] if k else None for k in n.input]; t = n.op_type; const = int(len(n.input) > 1 and n.input[1] in inits); y = v[n.output[0]]; x = i[0]
    if 'nchwc' in n.domain:
        if t == 'Conv': return [nchwc_conv(i, at)]
        if t == 'MaxPool': return [nunblk(maxpool(nblk(x), at))]
        if t == 'GlobalAveragePool': z = nblk(x); return [nunblk((seq(z.reshape(z.shape[0], z.shape[1], -1) + f(0)) / f(z.shape[2]*z.shape[3]))[..., None, None])]
        if t == 'ReorderOutput': return [nblk(x)[:, :at['channels']]]
        if t == 'ReorderInput': cn = -(-x.shape[1]//16)*16; return [nunblk(np.pad(x, ((0, 0), (0, cn - x.shape[1]), (0, 0), (0, 0))))]
        if t == 'Upsample': sc = at['scales']; return [nunblk(nblk(x).repeat(sc[2], 2).repeat(sc[3], 3))]
    if t in ('MatMul', 'FusedMatMul'): return [product(x, i[1], at.get('transA', 0), at.get('transB', 0), at.get('alpha', 1.), const)]
    if t in ('Gemm', 'FusedGemm'): return [act(at)(product(x, i[1], at.get('transA', 0), at.get('transB', 0), at.get('alpha', 1.), const, i[2] if len(i) > 2 else None, at.get('beta', 1.)))]
    if t == 'Split':
        ax = at.get('axis', 0); return np.split(x, np.cumsum([v[o].shape[ax] for o in n.output])[:-1], ax)
    if t == 'DynamicQuantizeLinear':
        lo, hi = min(x.min(), f(0)), max(x.max(), f(0)); sc = f(1) if lo == hi else (hi-lo)/f(255); zp = int(np.rint(np.clip(f(0)-lo/sc, f(0), f(255)))); return [quantise(x, sc, zp, np.uint8), sc, np.uint8(zp)]
    def slice_():
        ax = i[3] if len(i) > 3 else range(len(i[1])); st = i[4] if len(i) > 4 else [1]*len(i[1]); r = [slice(None)]*x.ndim
        for a, b, c, d in zip(ax, i[1], i[2], st): assert d > 0; r[a] = slice(int(b), int(c) if c < 2**62 else None, int(d))
        return x[tuple(r)]
    def dqmm():
        a, b, bs, bz, bias = (i + [None]*5)[:5]; lo, hi = min(a.min(), f(0)), max(a.max(), f(0)); sc = f(1) if lo == hi else (hi-lo)/f(255); zp = int(np.rint(np.clip(f(0)-lo/sc, f(0), f(255)))); q = quantise(a, sc, zp, np.uint8).astype(I64) - zp
        r = (q @ (b.astype(I64) - (0 if bz is None else bz.astype(I64)))).astype(f) * (sc*bs); return r if bias is None else r + bias
    def qmm(): a, as_, az, b, bs, bz, ys, yz = i; return requantise((a.astype(I64) - int(az)) @ (b.astype(I64) - bz.astype(I64)), (as_*bs)/ys, yz, a.dtype)
    def qg():
        a, as_, az, b, bs, bz, cb, ys, yz = (i + [None]*9)[:9]; a2 = a.T if at.get('transA') else a; b2 = b.T if at.get('transB') else b; acc = (a2.astype(I64) - int(az)) @ (b2.astype(I64) - bz.astype(I64)) + (0 if cb is None else cb); return requantise(acc, (f(at.get('alpha', 1.))*as_*bs)/ys, yz, a.dtype)
    def qgap():
        z = x.transpose(0, 3, 1, 2) if at.get('channels_last') else x; n_ = z.shape[2]*z.shape[3]; r = requantise(z.astype(I64).sum((2, 3), keepdims=True) - int(i[2])*n_, i[1]/(i[3]*f(n_)), i[4], x.dtype); return r.transpose(0, 2, 3, 1) if at.get('channels_last') else r
    def qcat():
        r = []
        for q, s_, z_ in zip(i[2::3], i[3::3], i[4::3]): r.append(q if (s_, z_) == (i[0], i[1]) else table_op(q, s_, z_, i[0], i[1], lambda u: u))
        return np.concatenate(r, at['axis'])
    def qap(): z = (x.astype(I32) - int(i[2])).astype(f)*i[1]; k, s = at['kernel_shape'], at['strides']; return quantise_late(avgpool(z, *k, *s, at.get('pads', [0]*4), at.get('count_include_pad', 0), False), i[3], i[4], x.dtype)
    def dq(): s_, z_ = i[1], i[2] if len(i) > 2 else None; sh = [-1 if k == at.get('axis', 1) % x.ndim else 1 for k in range(x.ndim)] if np.ndim(s_) else []; return (x.astype(I32) - (0 if z_ is None else z_.astype(I32).reshape(sh))).astype(f) * np.reshape(s_, sh)
    def ln(): return rows(lambda z: LN(z, i[1], i[2] if len(i) > 2 else None, at['epsilon']), x)
    def skip(fn): s_ = x + i[1]; g = i[2]; return fn(s_, g)
    def mi2f(): a, b, as_, bs, az, bz, bias = (i + [None]*7)[:7]; r = ((a.astype(I64) - (0 if az is None else int(az))) @ (b.astype(I64) - (0 if bz is None else bz.astype(I64)))).astype(I32).astype(f) * (as_*bs); return r if bias is None else r + bias
    T_ = {'Reshape': lambda: x.reshape(y.shape), 'Flatten': lambda: x.reshape(y.shape), 'Squeeze': lambda: x.reshape(y.shape), 'Unsqueeze': lambda: x.reshape(y.shape), 'Identity': lambda: x, 'Transpose': lambda: x.transpose(at['perm']), 'Expand': lambda: np.broadcast_to(x, y.shape),
      'Shape': lambda: np.array(x.shape, I64)[at.get('start', 0):at.get('end', None)], 'Slice': slice_, 'Concat': lambda: np.concatenate(i, at['axis']), 'Gather': lambda: np.take(x, i[1], at.get('axis', 0)), 'Range': lambda: np.arange(x, i[1], i[2]), 'Cast': lambda: x.astype(h.tensor_dtype_to_np_dtype(at['to'])),
      'Add': lambda: x + i[1], 'Sub': lambda: x - i[1], 'Mul': lambda: x * i[1], 'Div': lambda: x / i[1], 'Neg': lambda: -x, 'And': lambda: x & i[1], 'LessOrEqual': lambda: x <= i[1], 'Where': lambda: np.where(x, i[1], i[2]), 'Max': lambda: np.maximum(x, i[1]), 'Sqrt': lambda: np.sqrt(x),
      'Relu': lambda: RELU(x), 'Erf': lambda: Erf(x), 'Tanh': lambda: Tanh(x), 'Sigmoid': lambda: Sigmoid(x), 'Sin': lambda: flat(Sin, x), 'Cos': lambda: flat(Cos, x), 'Gelu': lambda: GeluTanh(x) if at.get('approximate') == b'tanh' else Gelu(x), 'FastGelu': lambda: GeluTanh(x), 'QuickGelu': lambda: QuickGelu(x, at['alpha']),
      'BiasGelu': lambda: (lambda u: (u*f(.5))*(Erf(u*f(0.70710678118654752440))+f(1)))(x + i[1]), 'Softmax': lambda: rows(Softmax, x), 'LayerNormalization': ln, 'SimplifiedLayerNormalization': lambda: rows(lambda z: RMS(z, i[1], at['epsilon']), x),
      'SkipLayerNormalization': lambda: rows(lambda z: welford(z, i[2], i[3], at['epsilon']), (x + i[1]) if len(i) < 5 else (x + i[1]) + i[4]), 'InstanceNormalization': lambda: IN(x.reshape(x.shape + (1,)*(4-x.ndim)), i[1], i[2], at['epsilon']).reshape(x.shape),
      'ReduceSum': lambda: reduce1(x, i[1]).reshape(y.shape), 'ReduceMean': lambda: (reduce1(x, i[1])/f(x.shape[i[1][0]])).reshape(y.shape), 'LpNormalization': lambda: rows(lambda z: Lp(z, 2), x), 'GlobalAveragePool': lambda: gap(x.reshape(x.shape[0]*x.shape[1], -1)).reshape(y.shape),
      'Conv': lambda: conv_threads(x, i[1], i[2] if len(i) > 2 else None, at), 'QLinearConv': lambda: qconv(i, at, at.get('channels_last', 0)), 'ConvInteger': lambda: conv_int(x, i[1], i[2] if len(i) > 2 else 0, i[3] if len(i) > 3 else 0, at['strides'][0], 1, list(at['pads']), at.get('group', 1)).astype(I32),
      'QuantizeLinear': lambda: quantise(x, i[1], i[2], i[2].dtype), 'DequantizeLinear': dq, 'QLinearMatMul': qmm, 'QGemm': qg, 'QLinearAdd': lambda: qadd(i, at), 'QLinearMul': lambda: np.clip(np.rint(((x.astype(I32)-int(i[2]))*(i[3].astype(I32)-int(i[5]))).astype(f)*(i[1]*i[4]/i[6])+f(int(i[7]))), *lim(x.dtype)).astype(x.dtype),
      'QLinearSigmoid': lambda: table_op(x, *i[1:5], Sigmoid), 'QLinearLeakyRelu': lambda: table_op(x, *i[1:5], lambda u: np.where(u >= 0, u, u*f(at['alpha']))), 'QLinearConcat': qcat, 'QLinearGlobalAveragePool': qgap, 'QLinearAveragePool': qap, 'QLinearSoftmax': lambda: rows(lambda z: qsoftmax(z, i[1], i[3], i[4]), x),
      'NhwcMaxPool': lambda: maxpool(x.transpose(0, 3, 1, 2), at).transpose(0, 2, 3, 1), 'MatMulIntegerToFloat': mi2f, 'DynamicQuantizeMatMul': dqmm, 'MatMulInteger': lambda: ((x.astype(I64)-int(i[2]))@(i[1].astype(I64)-i[3].astype(I64))).astype(I32)}
    return [T_[t]()]
def values(folder, dims, seed=0):
    folder = pathlib.Path(folder); release = json.loads((folder/'release.json').read_text()); d = {k: min(dims.get(k, 1), v) for k, v in release['limits'].items()}
    with tempfile.TemporaryDirectory() as w:
        w = pathlib.Path(w); p, tr = w/'p.onnx', w/'t.onnx'; shapes.session(folder/'model.onnx', L.ORT_ENABLE_ALL, TH, p); every = shapes.expose(p, tr); m = onnx.load(p)
        feeds = shapes.sample(onnx.load(folder/'model.onnx', load_external_data=False), release, d, seed); v = dict(zip(every, shapes.session(tr, L.ORT_DISABLE_ALL, TH).run(every, feeds)))
    inits = {k.name: nh.to_array(k) for k in m.graph.initializer}; v.update(feeds); v.update(inits); return m, v, set(inits)
if __name__ == '__main__':
    for folder in sys.argv[1:]:
        R = {}; bad = []
        for dims in DIMS:
            m, v, inits = values(folder, dims)
            for n in m.graph.node:
                r = R.setdefault(n.op_type, [0, 0, 0, 0]); r[0] += 1
                try: es = node(n, v, inits)
                except KeyError as e: bad.append((n.op_type, 'no rule')); r[2] += v[n.output[0]].size; continue
                ok = True
                for o, e in zip(n.output, es):
                    yv = v[o]; e = np.ascontiguousarray(np.asarray(e)).reshape(np.shape(e)); assert e.shape == yv.shape and e.dtype == yv.dtype, (n.op_type, n.name, e.shape, yv.shape, e.dtype, yv.dtype)
                    q = same(np.atleast_1d(yv), np.atleast_1d(e)) if yv.dtype == f else yv == e; r[2] += q.size; r[3] += int(np.sum(q)); ok &= bool(np.all(q))
                r[1] += ok
                if not ok: bad.append((n.op_type, n.name, dims['batch']))
        t = np.sum(list(R.values()), 0); print(f'{pathlib.Path(folder).name}: nodes {t[0]} exact {t[1]}, values {t[2]} equal {t[3]}', {k: r for k, r in R.items() if r[2] != r[3]} or '', bad[:6] or '', flush=True)
