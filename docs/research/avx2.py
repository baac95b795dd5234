'''What AVX2 + FMA3 machines without AVX-512 compute differently, replayed. Same notation as exact_rows.py. usage:
    RESEARCH=... avx2.py check DIR [GROUP ...]     replays every case that avx2_cases.py stored, natively, and counts equal bits (SATURATE=0 for machines with VNNI)
    RESEARCH=... avx2.py same DIR DIR              compares two recordings of the same cases (two kinds of machine), family by family
    RESEARCH=... avx2.py raw DIR                   writes GROUP.json and GROUP.bin beside each GROUP.npz, for readers without numpy
    RESEARCH=... avx2.py models FOLDER [...]       replay.py with the rules below; run it where AVX2 kernels run (such a machine, or qemu-x86_64 -cpu max with SOFT_FMA=1)
Four differences: Softmax's sum and exponential; nchwc blocks of 8 channels; QuickGelu with alpha = 1 does not clamp; and unsigned-times-signed products saturate where VNNI is missing.'''
import json
import schedules
from schedules import *
import exact_rows
SATURATE = os.environ.get('SATURATE', '1') == '1'; BLOCK = 8
# ---- Softmax: 8 lanes, and an exponential without subnormals
def exp_sum(x):
    x = np.where(x < f(-88.3762626647949), f(-88.3762626647949), x); m = F(x, LOG2E, MAGIC)-MAGIC; p = horner(F(m, LN2L, F(m, LN2H, x)), EXPP)
    return p*((np.clip(np.nan_to_num(m), -127, 127).astype(I32)+127) << 23).view(f)  # m = -127 gives a factor of 0
def softmax_parts(x):
    mx = np.maximum(x.max(-1, keepdims=True), -FMAX); e = exp_sum(x-mx); v = lanes(e, 8)
    for _ in range(3): v = v[:, 0::2]+v[:, 1::2]
    return mx, e, v
exact_rows.softmax_parts = softmax_parts; logf = exact_rows.Logf; exact_rows.Logf = lambda s: np.where(np.isnan(s), s, logf(s))
# ---- nchwc: blocks of 8 channels
def windows(x, kh, kw, s, d, p):
    xp = np.pad(x, ((0, 0), (p[0], p[2]), (p[1], p[3]))); OH, OW = (xp.shape[1]-d[0]*(kh-1)-1)//s[0]+1, (xp.shape[2]-d[1]*(kw-1)-1)//s[1]+1
    return np.stack([xp[:, i*d[0]:i*d[0]+(OH-1)*s[0]+1:s[0], j*d[1]:j*d[1]+(OW-1)*s[1]+1:s[1]].reshape(len(x), -1) for i in range(kh) for j in range(kw)]), OH, OW  # (kernel position, channel, output)
def NchwcConv(x, w, b, s, p, group=1, sum_=None, act=lambda z: z, d=(1, 1)):
    Co, Ci, kh, kw = w.shape; og = Co//group; CB = 1 if Ci < BLOCK else 128 if kh*kw == 1 else BLOCK; images = []
    for n in range(len(x)):
        out = []
        for q in range(group):
            C = None if sum_ is None else sum_[n, q*og:(q+1)*og].reshape(og, -1)
            for c in range(0, Ci, CB):
                k, OH, OW = windows(x[n, q*Ci+c:q*Ci+min(c+CB, Ci)], kh, kw, s, d, p); wk = w[q*og:(q+1)*og, c:c+CB].reshape(og, -1, kh*kw).transpose(2, 1, 0); acc = np.zeros((og, OH*OW), f)
                for a, t in zip(np.ascontiguousarray(wk).reshape(-1, og), k.reshape(-1, OH*OW)): Fouter(a, t, acc)
                C = acc if C is None else C+acc
            out.append(C)
        y = np.concatenate(out); images.append(act(y if b is None else y+b[:, None]).reshape(Co, OH, OW))
    return np.stack(images)
def blk(t): N, C, H, W = t.shape; return t.reshape(N, C//BLOCK, H, W, BLOCK).transpose(0, 1, 4, 2, 3).reshape(N, C, H, W)
def unblk(t): N, C, H, W = t.shape; return np.ascontiguousarray(t.reshape(N, C//BLOCK, BLOCK, H, W).transpose(0, 1, 3, 4, 2)).reshape(N, C, H, W)
def nchwc_conv(i, at, act):  # physical layouts, as in a prepared graph
    W = i[1]; Co, Cg, kh, kw = W.shape; g = at.get('group', 1); B = BLOCK
    if Cg < B: x = blk(i[0]) if g > 1 else i[0]; w = W.reshape(Co//B, Cg, kh, kw, B).transpose(0, 4, 1, 2, 3)
    else: x = blk(i[0]); w = W.reshape(Co//B, Cg//B, kh, kw, B, B).transpose(0, 5, 1, 4, 2, 3)
    i = i+[None]*4; return unblk(NchwcConv(x, np.ascontiguousarray(w).reshape(W.shape), i[2], at.get('strides', [1, 1]), list(at.get('pads', [0]*4)), g, None if i[3] is None else blk(i[3]), act, at.get('dilations', [1, 1])))
# ---- integers: pairs of neighbouring k are added with saturation to int16 when u8 meets i8
def dot(a, b, az, bz, saturate=True):
    """a (.., M, K), b (K, N) raw; az scalar, bz scalar or (N). int64, corrected for the zero points."""
    ua, sb = a.dtype == np.uint8, b.dtype == np.int8; A_, B_ = a.astype(I64), b.astype(I64); az, bz = int(az), np.asarray(bz).astype(I64); K = A_.shape[-1]
    if not (ua and sb and saturate and SATURATE): return (A_-az) @ (B_-bz)
    Ap = np.pad(A_, [(0, 0)]*(A_.ndim-1)+[(0, K % 2)]); Bp = np.pad(B_, ((0, K % 2), (0, 0))); s = np.zeros(A_.shape[:-1]+(B_.shape[1],), I64)
    for k in range(0, K, 2): s += np.clip(Ap[..., k, None]*Bp[k]+Ap[..., k+1, None]*Bp[k+1], -32768, 32767)
    return s - az*B_.sum(0) - bz*A_.sum(-1, keepdims=True) + K*az*bz
def conv_dot(x, w, xz, wz, s, d, p, g):  # QLinearConv: K = kernel row, kernel column, channel; one filter per one-channel group is another kernel, exact
    M, Cg, kh, kw = w.shape; og = M//g; wz = np.broadcast_to(np.asarray(wz).ravel(), (M,)); out = []
    for n in range(len(x)):
        r = []
        for q in range(g):
            xp = np.pad(x[n, q*Cg:(q+1)*Cg], ((0, 0), (p[0], p[2]), (p[1], p[3])), constant_values=xz); k, OH, OW = windows(xp, kh, kw, s, d, [0]*4)
            r.append(dot(k.reshape(-1, OH*OW).T, np.ascontiguousarray(w[q*og:(q+1)*og].reshape(og, Cg, -1).transpose(2, 1, 0)).reshape(-1, og), xz, wz[q*og:(q+1)*og], not (Cg == og == 1 and g > 1)).T)
        out.append(np.concatenate(r).reshape(M, OH, OW))
    return np.stack(out)
def pair(at, key): v = at.get(key, [1, 1]); return [v[0], v[-1]]
def quantised(t, i, at, last=False):
    """One node's outputs, or None where the operator is not of this kind. i: inputs, None where absent."""
    if t == 'MatMulInteger': a, b, az, bz = (i+[None]*4)[:4]; return dot(a, b, az if az is not None else 0, bz if bz is not None else 0).astype(I32)
    if t == 'MatMulIntegerToFloat': a, b, as_, bs, az, bz, bias = (i+[None]*7)[:7]; r = dot(a, b, 0 if az is None else az, 0 if bz is None else bz).astype(I32).astype(f)*(as_*bs); return r if bias is None else r+bias
    if t == 'DynamicQuantizeMatMul':
        a, b, bs, bz, bias = (i+[None]*5)[:5]; q, sc, zp = dynamic(a); r = dot(q, b, zp, 0 if bz is None else bz).astype(I32).astype(f)*(sc*bs); return r if bias is None else r+bias
    if t == 'QLinearMatMul': a, as_, az, b, bs, bz, ys, yz = i; return requantise(dot(a, b, az, bz), (as_*bs)/ys, yz, a.dtype)
    if t == 'QGemm':
        a, as_, az, b, bs, bz, c, ys, yz = (i+[None]*9)[:9]; a2, b2 = (a.T if at.get('transA') else a), (b.T if at.get('transB') else b); acc = dot(a2, b2, az, bz)+(0 if c is None else c); sc = f(at.get('alpha', 1.))*as_*bs
        return acc.astype(I32).astype(f)*sc if ys is None else requantise(acc, sc/ys, yz, a.dtype)
    if t == 'QLinearConv':
        x, xs, xz, w, ws, wz, ys, yz = i[:8]; b = i[8] if len(i) > 8 else None; x = x.transpose(0, 3, 1, 2) if last else x; acc = conv_dot(x, w, xz, wz, pair(at, 'strides'), pair(at, 'dilations'), list(at.get('pads', [0]*4)), at.get('group', 1))+(0 if b is None else b[:, None, None])
        y = requantise(acc, np.broadcast_to((xs*ws)/ys, (len(w),))[:, None, None], yz, x.dtype); return y.transpose(0, 2, 3, 1) if last else y
def dynamic(x): lo, hi = min(x.min(), f(0)), max(x.max(), f(0)); sc = f(1) if lo == hi else (hi-lo)/f(255); zp = np.uint8(np.rint(np.clip(f(0)-lo/sc, f(0), f(255)))); return quantise(x, sc, zp, np.uint8), sc, zp
# ---- the stored cases
ACTS = {'Relu': RELU, 'Sigmoid': Sigmoid, 'Tanh': Tanh, 'LeakyRelu': lambda z: np.where(z >= 0, z, z*f(.01)), 'HardSigmoid': lambda z: np.maximum(f(0), np.minimum(f(1), f(.2)*z+f(.5))), 'Clip': lambda z: np.minimum(np.maximum(z, f(0)), f(6)), None: lambda z: z}
UN = {(o, d, json.dumps(k)): fn for o, d, k, fn in UNARY}
UN['QuickGelu', MS, json.dumps(dict(alpha=1.))] = lambda x: x*Sigmoid(x)  # AVX-512 clamps the Sigmoid to 1
def case(m, I_, K_):
    """The replayed outputs of one stored case, None where no rule is written here. I_: fed tensors, K_: constants."""
    nodes = m['nodes']; t, dom, names, outs, at = nodes[0]; i = [I_[n] if n in I_ else K_[n] for n in names if n in I_ or n in K_]; x = i[0]; r2 = lambda fn: lambda z: fn(z.reshape(-1, z.shape[-1])).reshape(z.shape); eps = at.get('epsilon')
    if m['optimised']:
        if len(nodes) > 3 or 'w0' in K_: c0 = NchwcConv(x, K_['w0'], K_['b0'], [1, 1], [0]*4); a = nodes[1][4]; return NchwcConv(x, K_['w'], K_['b'], [1, 1], a['pads'], 1, c0, ACTS[nodes[3][0] if len(nodes) > 3 else None])
        if len(nodes) > 1 and 'Pool' in nodes[1][0]:
            x = NchwcConv(x, K_['w'], None, [1, 1], [0]*4); t, a = nodes[1][0], nodes[1][4]; N, C_, H, W = x.shape
            return (seq(x.reshape(N, C_, -1)+f(0))/f(H*W))[..., None, None] if t == 'GlobalAveragePool' else x.max((2, 3), keepdims=True) if t == 'GlobalMaxPool' else maxpool(x, a) if t == 'MaxPool' else avgpool(x, *a['kernel_shape'], *a['strides'], a['pads'], a['count_include_pad'], False)
        return NchwcConv(x, K_['w'], K_['b'], at['strides'], at['pads'], at.get('group', 1), None, ACTS[nodes[1][0] if len(nodes) > 1 else None], at.get('dilations', [1, 1]))
    q = quantised(t, i, at, at.get('channels_last', 0))
    if q is not None: return q
    if t in ('FastGelu', 'BiasGelu') and len(i) > 1: v = x+i[1]; return (v*f(.5))*(Tanh(v*((GC*v)*v+GB))+f(1)) if t == 'FastGelu' else (v*f(.5))*(Erf(v*f(0.70710678118654752440))+f(1))
    for key in ((t, dom, json.dumps(at)), (t, '', json.dumps(at))):
        if key in UN: return UN[key](x)
    col = lambda fn: np.moveaxis(fn(np.ascontiguousarray(np.moveaxis(x, 1, 2)).reshape(-1, x.shape[1])).reshape(x.shape[0], x.shape[2], x.shape[1]), 2, 1)
    if t in ('Softmax', 'LogSoftmax'): fn = exact_rows.Softmax if t == 'Softmax' else exact_rows.LogSoftmax; return col(fn) if at['axis'] == 1 else r2(fn)(x)
    if t.startswith('Reduce'): return reduce(t, x, [int(v) % x.ndim for v in i[1]])
    if t in ('MatMul', 'FusedMatMul'): c = int('b' in K_); g = lambda a, b: Gemm(a, b, 0, at.get('transB', 0), at.get('alpha', 1.), const=c); return g(x, i[1]) if x.ndim == 2 else np.stack([g(a, b) for a, b in zip(x, i[1])])
    T_ = {'Pow': lambda: Pow(x, float(i[1])) if i[1].ndim == 0 else Powf(x, i[1]), 'Add': lambda: x+i[1], 'Sub': lambda: x-i[1], 'Mul': lambda: x*i[1], 'Div': lambda: x/i[1], 'Relu': lambda: np.where(x < 0, f(0), x), 'Swish': lambda: x*Sigmoid(x), 'HardSwish': lambda: x*np.maximum(f(0), np.minimum(f(1), f(1/6)*x+f(.5))),
          'LayerNormalization': lambda: LN(x, i[1], i[2] if len(i) > 2 else None, eps), 'RMSNormalization': lambda: RMS(x, i[1], eps), 'SimplifiedLayerNormalization': lambda: RMS(x, i[1], eps), 'LpNormalization': lambda: Lp(x, at['p']), 'CumSum': lambda: np.add.accumulate(x, axis=1, dtype=f),
          'SkipLayerNormalization': lambda: welford((x+i[1])[0] if len(i) < 5 else ((x+i[1])+i[4])[0], i[2], i[3], eps)[None], 'SkipSimplifiedLayerNormalization': lambda: rms_seq((x+i[1])[0], i[2], eps)[None],
          'Gemm': lambda: Gemm(x, i[1], at['transA'] if 'transA' in at else 0, at['transB'], at.get('alpha', 1.), at.get('beta', 1.), K_.get('c', I_.get('c')), int('b' in K_)), 'Conv': lambda: exact_rows.Conv(x, i[1], i[2] if len(i) > 2 else None, at['strides'][0], at['dilations'][0], at['pads'], at['group']),
          'GlobalAveragePool': lambda: gap(x.reshape(x.shape[0]*x.shape[1], -1)).reshape(x.shape[:2]+(1, 1)), 'AveragePool': lambda: avgpool(x, *at['kernel_shape'], *at['strides'], at['pads'], at['count_include_pad'], m['opset'] < 19 and at['strides'][1] <= 2), 'MaxPool': lambda: maxpool(x, at),
          'BatchNormalization': lambda: BN(x, *i[1:], eps), 'InstanceNormalization': lambda: IN(x, i[1], i[2], eps), 'QuantizeLinear': lambda: quantise(x, i[1], i[2], i[2].dtype), 'DequantizeLinear': lambda: (x.astype(I32)-int(i[2])).astype(f)*i[1], 'DynamicQuantizeLinear': lambda: dynamic(x),
          'RotaryEmbedding': lambda: rotary(x, i[2][i[1]][:, None], i[3][i[1]][:, None], at['interleaved']),
          'ConvInteger': lambda: conv_int(x, i[1], i[2], i[3], at['strides'][0], 1, list(at['pads']), at['group']).astype(I32)}
    return T_[t]() if t in T_ else None
def maxpool(x, a): p, k, s = a['pads'], a['kernel_shape'], a['strides']; x = np.pad(x, ((0, 0), (0, 0), (p[0], p[2]), (p[1], p[3])), constant_values=-FMAX); return np.lib.stride_tricks.sliding_window_view(x, tuple(k), (2, 3))[:, :, ::s[0], ::s[1]].max((-1, -2))
def rotary(x, co, si, interleaved):  # interleaved: whole groups of 8 pairs and the next pair by fma, the pairs after it without
    half = x.shape[-1]//2; a, b = (x[..., 0::2], x[..., 1::2]) if interleaved else (x[..., :half], x[..., half:]); re, im = F(a, co, -(b*si)), F(a, si, b*co); v = half//8*8+1
    if not interleaved: return np.concatenate([re, im], -1)
    re[..., v:] = (a*co-b*si)[..., v:]; im[..., v:] = (a*si+b*co)[..., v:]; return np.stack([re, im], -1).reshape(x.shape)
def reduce(t, x, ax):
    n = int(np.prod([x.shape[a] for a in ax]))
    if t in ('ReduceMax', 'ReduceMin'): return (x.max if t == 'ReduceMax' else x.min)(tuple(ax))
    if t in ('ReduceL1', 'ReduceL2', 'ReduceSumSquare'): s = seq(np.abs(x) if t == 'ReduceL1' else x*x); return np.sqrt(s) if t == 'ReduceL2' else s
    if len(ax) == x.ndim: s = exact_rows.eigen_sum(x.reshape(1, -1)).reshape(())
    elif ax == [x.ndim-1]: s = exact_rows.eigen_rows(x.reshape(-1, x.shape[-1])).reshape(x.shape[:-1])
    elif ax == [0]: s = seq(np.moveaxis(x, 0, -1))
    elif ax == [1]: s = np.stack([m1(np.ones(x.shape[1], f), v) for v in x])
    elif x.shape[1] == 1: s = seq(x.reshape(1, -1))
    else: s = seq(exact_rows.eigen_rows(x.reshape(-1, x.shape[-1])).reshape(x.shape[:-1]).T)
    return s/f(n) if t == 'ReduceMean' else s
def check_dir(folder, groups):
    bad = 0
    for g in groups or sorted(n[:-4] for n in os.listdir(folder) if n.endswith('.npz')):
        z = np.load(os.path.join(folder, g+'.npz')); by = {}; R = {}
        for k in z.files:
            if k != 'isa': c, kind, *name = k.split('/', 2); by.setdefault(c, {}).setdefault(kind, {})[name[0] if name else ''] = k
        print(g, str(z['isa']))
        for c, v in by.items():
            m = json.loads(str(z[v['meta']['']])); get = lambda kind: {n: z[k] for n, k in v.get(kind, {}).items()}; e = case(m, get('in'), get('const')); r = R.setdefault(m['family'].replace(', short', ''), [0, 0, 0, 0])
            if e is None: r[3] += 1; continue
            ok = True
            for y, w in zip(get('out').values(), e if isinstance(e, tuple) else [e]):
                w = np.ascontiguousarray(w); assert np.shape(y) == np.shape(w) or np.size(y) == np.size(w) == 1, (c, m, y.shape, w.shape)
                q = same(np.ascontiguousarray(y).ravel(), w.astype(f).ravel()) if y.dtype == f else y.ravel() == w.ravel(); r[1] += q.size; r[2] += int(q.sum()); ok &= bool(q.all())
            r[0] += 1; bad += not ok
        for n, r in R.items(): print(f'  {n:44s}', f'cases {r[0]:5d} values {r[1]:8d} equal {r[2]:8d}'+('' if r[1] == r[2] else '  DIFFERENT') if r[0] else f'no rule here ({r[3]} cases)', flush=True)
    return bad
def same_dirs(one, two):
    for g in sorted(n[:-4] for n in os.listdir(one) if n.endswith('.npz')):
        a, b = (np.load(os.path.join(d, g+'.npz')) for d in (one, two)); R = {}; family = {k[:-5]: json.loads(str(a[k]))['family'].replace(', short', '') for k in a.files if k.endswith('/meta')}
        for k in a.files:
            if k.endswith('/meta') or k == 'isa': continue
            x, y = a[k], b[k]; q = same(x.ravel(), y.ravel()) if x.dtype == f else x.ravel() == y.ravel(); assert '/out/' in k or q.all(), ('other inputs', k)
            if '/out/' in k: r = R.setdefault(family[k.split('/')[0]], [0, 0]); r[0] += q.size; r[1] += int(q.sum())
        for n, r in R.items(): print(f'{g:11s} {n:44s} values {r[0]:8d} '+('same' if r[0] == r[1] else f'DIFFERENT, {r[1]} equal'), flush=True)
def raw(folder):
    for g in sorted(n[:-4] for n in os.listdir(folder) if n.endswith('.npz')):
        z = np.load(os.path.join(folder, g+'.npz')); cases = {}; at = 0
        with open(os.path.join(folder, g+'.bin'), 'wb') as out:
            for k in z.files:
                if k == 'isa': continue
                c, kind, *name = k.split('/', 2); d = cases.setdefault(c, {})
                if kind == 'meta': d.update(json.loads(str(z[k]))); continue
                a = z[k]; b = np.ascontiguousarray(a).tobytes(); d.setdefault(kind, {})[name[0]] = dict(type=a.dtype.name, shape=list(a.shape), offset=at, bytes=len(b)); out.write(b); at += len(b)
        with open(os.path.join(folder, g+'.json'), 'w') as out: json.dump(dict(isa=json.loads(str(z['isa'])), cases=list(cases.values())), out)
def models(folders):
    import replay
    base = replay.node
    def node(n, v, inits):
        at = replay.attrs(n); i = [v[k] if k else None for k in n.input]; t = n.op_type; x = i[0]
        if 'nchwc' in n.domain:
            if t == 'Conv': return [nchwc_conv(i, at, replay.act(at))]
            if t == 'MaxPool': return [unblk(np.ascontiguousarray(maxpool(blk(x), at)))]
            if t == 'GlobalAveragePool': z = blk(x); return [unblk((seq(z.reshape(z.shape[:2]+(-1,))+f(0))/f(z.shape[2]*z.shape[3]))[..., None, None])]
            if t == 'ReorderOutput': return [blk(x)[:, :at['channels']]]
            if t == 'ReorderInput': return [unblk(np.pad(x, ((0, 0), (0, -x.shape[1] % BLOCK), (0, 0), (0, 0))))]
            if t == 'Upsample': s = at['scales']; return [unblk(blk(x).repeat(s[2], 2).repeat(s[3], 3))]
        q = quantised(t, i, at, at.get('channels_last', 0)); return base(n, v, inits) if q is None else [q]
    replay.node = node; replay.QuickGelu = lambda x, a: x*Sigmoid(f(a)*x) if a != 1 else x*Sigmoid(x); replay.Softmax = exact_rows.Softmax
    for folder in folders:
        for dims in replay.DIMS:
            m, v, inits = replay.values(folder, dims); R = {}
            for n in m.graph.node:
                for o, e in zip(n.output, node(n, v, inits)):
                    y = v[o]; e = np.ascontiguousarray(e).reshape(y.shape); q = same(np.atleast_1d(y), np.atleast_1d(e)) if y.dtype == f else y == e; r = R.setdefault(n.op_type, [0, 0, 0]); r[0] += 1; r[1] += q.size; r[2] += int(np.sum(q))
            t = np.sum(list(R.values()), 0); print(os.path.basename(folder.rstrip('/')), dims, f'outputs {t[0]} values {t[1]} equal {t[2]}', {k: r for k, r in R.items() if r[1] != r[2]} or '', flush=True)
if __name__ == '__main__':
    if sys.argv[1] == 'models': models(sys.argv[2:])
    elif sys.argv[1] == 'same': same_dirs(*sys.argv[2:4])
    elif sys.argv[1] == 'raw': raw(sys.argv[2])
    else: sys.exit(check_dir(sys.argv[2], sys.argv[3:]) > 0)
