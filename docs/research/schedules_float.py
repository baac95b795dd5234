'''Float operators beyond exact_pointwise.py and exact_rows.py: Eigen's exponentials and inverse functions, images (Resize, ConvTranspose, pooling norms), Einsum,
MeanVarianceNormalization, rotary positions, f16 norms, f64 products. usage: RESEARCH=... schedules_float.py [PART ...]'''
from schedules import *
from libm32 import Expf, Log1pf, Asinf, Acosf, Atanf, Tanf, Sinhf, Coshf, Asinhf, Acoshf, Atanhf
# ---- Eigen, packets of 4 without fma; the last n mod 4 elements by glibc
def poly(x, cs):
    p = np.full_like(x, f(cs[0]))
    for c in cs[1:]: p = p * x + f(c)
    return p
def EigenExp(x):
    t = np.minimum(x, f(88.723)); m = np.floor(t*f(1.44269504088896341) + f(.5)); r = m*f(-0.693359375) + t; r = m*f(2.12194440e-4) + r; r2 = r*r
    pe = r2*f(1.37449637986719608306884765625e-3) + f(4.166965186595916748046875e-2); po = r2*f(8.36894474923610687255859375e-3) + f(0.16666518151760101318359375); pe = r2*pe + f(0.49999988079071044921875)
    y = r2*(r*po + pe) + (r + f(1)); return np.where(x < f(-104), f(0), np.maximum(scalef(y, m), t))
def EigenLog1p(x): u = x + f(1); return np.where(u == 1, x, x*(LogBody(u)/(u - f(1))))
HALFPI, PI_ = f(np.pi/2), f(np.pi)
def EigenAcos(x):
    a = np.abs(x); x2 = x*x; e = f(2.36423197202384471893310546875e-3)*x2 + f(2.717843465507030487060546875e-2); o = f(-1.1368644423782825469970703125e-2)*x2 + f(-4.8969544470310211181640625e-2)
    e = e*x2 + f(8.8804088532924652099609375e-2); o = o*x2 + f(-0.214591205120086669921875); r = np.sqrt(f(1) - a)*(o*a + (e*x2 + f(1.57079637050628662109375))); return np.where(np.signbit(x), PI_ - r, r)
def EigenAsin(x):
    a = np.abs(x); big = a > f(.5); t = np.where(big, np.sqrt(f(.5) - f(.5)*a), a); p = poly(t*t, [5.08838854730129241943359375e-2, 3.95139865577220916748046875e-2, 7.550220191478729248046875e-2, 0.16664917767047882080078125, 1.00000011920928955078125])*t
    return np.where(a > 1, f(np.nan), np.copysign(np.where(big, HALFPI - f(2)*p, p), x))
def EigenAtan(x):
    a = np.abs(x); big = a > 1; t = np.where(big, f(1)/a, a); z = t*t
    r = t*(poly(z, [1.12026982009410858154296875e-01, 7.296695709228515625e-01, 8.109951019287109375e-01])/poly(z, [1.00917108356952667236328125e-02, 2.8318560123443603515625e-01, 1., 8.109951019287109375e-01])); return np.copysign(np.where(big, HALFPI - r, r), x)
def elu(e, x, a): return np.where(x >= 0, x, f(a)*(e(x) - f(1)))
def celu(e, x, a): return np.where(x > 0, x, f(a)*(e(x/f(a)) - f(1)))
def selu(e, x, a=1.67326319217681884765625, g=1.05070102214813232421875): return np.where(x > 0, f(g)*x, (f(g)*f(a))*(e(x) - f(1)))
def softplus(e, l, x): return np.maximum(x, f(0)) + l(e(-np.abs(x)))
def pointwise():
    x = inputs(300000, 5); x = x[:len(x)//16*16]; x = x[rng.permutation(len(x))]; T2 = lambda b, s: (lambda x: tailed(b, s, x))
    for op, fn in (('Acos', T2(EigenAcos, Acosf)), ('Asin', T2(EigenAsin, Asinf)), ('Atan', T2(EigenAtan, Atanf)), ('Sinh', Sinhf), ('Cosh', Coshf), ('Asinh', Asinhf), ('Acosh', Acoshf), ('Atanh', Atanhf), ('Softplus', T2(lambda v: softplus(EigenExp, EigenLog1p, v), lambda v: softplus(Expf, Log1pf, v))),
      ('Softsign', lambda x: (f(1)/(f(1)+np.abs(x)))*x), ('Selu', T2(lambda v: selu(EigenExp, v), lambda v: selu(Expf, v))), ('Round', np.rint), ('Floor', np.floor), ('Ceil', np.ceil), ('ThresholdedRelu', lambda x: np.where(x > 1, x, f(0))), ('HardSwish', lambda x: x*np.maximum(f(0), np.minimum(f(1), f(1/6)*x+f(.5))))):
        for n in (len(x), len(x)-1, len(x)-2, len(x)-3): add(op, n, run(op, [x[:n]], f), fn(x[:n]))
    t = x[np.abs(x) <= .78]; add('Tan up to pi/4', 0, run('Tan', [t], f), Tanf(t))
    for a in (1., .3, 2.7):
        for n in (len(x), len(x)-3): add('Elu', (a, n), run('Elu', [x[:n]], f, alpha=a), tailed(lambda v: elu(EigenExp, v, a), lambda v: elu(Expf, v, a), x[:n])); add('Celu', (a, n), run('Celu', [x[:n]], f, alpha=a), tailed(lambda v: celu(EigenExp, v, a), lambda v: celu(Expf, v, a), x[:n]))
    a, b, c = (rng.normal(0, 1, (50, 70)).astype(f) for _ in range(3)); add('Sum', 0, run('Sum', [a, b, c], f), (a+b)+c); add('Mean', 0, run('Mean', [a, b, c], f), ((a+b)+c)*(f(1)/f(3))); add('PRelu', 0, run('PRelu', [a, b], f), np.where(a > 0, a, a*b)); add('Shrink', 0, run('Shrink', [a], f, lambd=.5, bias=.3), np.where(a < f(-.5), a+f(.3), np.where(a > f(.5), a-f(.3), f(0))))
    add('Mod fmod', 0, run('Mod', [a*f(100), b], f, fmod=1), np.fmod(a*f(100), b)); add('Pow, tensor exponents', 0, run('Pow', [np.abs(a), b], f), Powf(np.abs(a).ravel(), b.ravel()).reshape(a.shape))
# ---- images
def ConvTranspose(x, w, b, s, d, p, g, op, const):
    N, Ci, H, W = x.shape; _, Mg, kh, kw = w.shape; OH = s*(H-1)+op+d*(kh-1)+1-p[0]-p[2]; OW = s*(W-1)+op+d*(kw-1)+1-p[1]-p[3]; out = []; plain = const and Mg*kh*kw != 1
    for n in range(N):
        ys = []
        for q in range(g):
            wm = np.ascontiguousarray(w[q*(Ci//g):(q+1)*(Ci//g)].reshape(Ci//g, -1)); xm = np.ascontiguousarray(x[n, q*(Ci//g):(q+1)*(Ci//g)].reshape(Ci//g, -1))
            col = (Gemm(np.ascontiguousarray(wm.T), xm) if plain else Gemm(wm, xm, tA=1)).reshape(Mg, kh, kw, H, W); y = np.zeros((Mg, OH+p[0]+p[2]+op+8, OW+p[1]+p[3]+op+8), f)
            for i in range(kh):
                for j in range(kw): y[:, i*d:i*d+s*(H-1)+1:s, j*d:j*d+s*(W-1)+1:s] += col[:, i, j]
            ys.append(y[:, p[0]:p[0]+OH, p[1]:p[1]+OW])
        y = np.concatenate(ys); out.append(y if b is None else y + b[:, None, None])
    return np.stack(out)
def coordinate(mode, n, scale, src, dst):
    i = np.arange(n).astype(f); sc = f(scale)
    if mode == 'asymmetric': return i/sc
    if mode == 'align_corners': return i*0 if dst == 1 else i*f(src-1)/f(dst-1)
    if mode == 'pytorch_half_pixel' and dst <= 1: return i*0
    if mode == 'half_pixel_symmetric': return ((D(1)*((f(src)/f(2))*(f(1) - f(dst)/(sc*f(src)))) + (i.astype(D)+.5)/D(sc)) - .5).astype(f)  # f64
    return (i+f(.5))/sc - f(.5)
def nearest(c, mode):
    if mode in ('floor', 'ceil'): return getattr(np, mode)(c)
    t = c - np.floor(c); tie = np.abs(t - f(.5)) < f(1e-6)  # within 1e-6 of a half counts as a half
    return np.where(tie, np.floor(c) if mode == 'round_prefer_floor' else np.ceil(c), np.where(t < f(.5), np.floor(c), np.ceil(c)))
def linear(x, cy, cx):
    def side(c, n): c = np.maximum(f(0), np.minimum(c, f(n-1))); i1 = np.minimum(c.astype(int), n-1); i2 = np.minimum(i1+1, n-1); e = i1 == i2; return i1, i2, np.where(e, f(.5), np.abs(c-i1.astype(f))), np.where(e, f(.5), np.abs(c-i2.astype(f)))
    y1, y2, a1, a2 = side(cy, x.shape[2]); x1, x2, b1, b2 = side(cx, x.shape[3]); g = lambda p, q: x[:, :, p][:, :, :, q]; b1, b2, a1, a2 = b1[None], b2[None], a1[:, None], a2[:, None]
    return (((b2*a2)*g(y1, x1) + (b1*a2)*g(y1, x2)) + (b2*a1)*g(y2, x1)) + (b1*a1)*g(y2, x2)
def cubic(x, cy, cx, a=f(-.75)):
    def side(c):
        o = np.floor(c); r = c - o; u = r+f(1); q = f(1)-r; s = f(2)-r
        return o.astype(int), [((a*u-f(5)*a)*u+f(8)*a)*u-f(4)*a, ((a+f(2))*r-(a+f(3)))*r*r+f(1), ((a+f(2))*q-(a+f(3)))*q*q+f(1), ((a*s-f(5)*a)*s+f(8)*a)*s-f(4)*a]
    iy, wy = side(cy); ix, wx = side(cx); H, W = x.shape[2:]; e = np.zeros(x.shape[:2]+(len(cy), len(cx)), f)
    for k in range(4):
        row = x[:, :, np.clip(iy+k-1, 0, H-1)]; t = np.zeros_like(e)
        for l in range(4): t = t + wx[l][None]*row[:, :, :, np.clip(ix+l-1, 0, W-1)]
        e = e + wy[k][:, None]*t
    return e
def pictures():
    for t in range(160):
        g = 1 if t % 3 else int(rng.integers(1, 4)); Ci = g*int(rng.integers(1, 300 if t % 5 == 0 else 30)); Mg = 1 if t % 8 == 1 else int(rng.integers(1, 10)); kh, kw = (1, 1) if t % 8 == 1 else (int(rng.integers(1, 5)), int(rng.integers(1, 5))); s = int(rng.integers(1, 4)); d = 1 + (t % 7 == 0); H, W = (1, 1) if t % 4 == 0 else (int(rng.integers(2, 8)), int(rng.integers(2, 8))); op = int(rng.integers(0, s)); p = [int(v) for v in rng.integers(0, 2, 4)] if min(kh, kw, H, W) > 1 else [0]*4
        x = data(Ci, H*W).reshape(1, Ci, H, W); w = rng.normal(0, 1, (Ci, Mg, kh, kw)).astype(f); b = rng.normal(0, 1, Mg*g).astype(f) if t % 2 else None
        for const in (0, 1): add('ConvTranspose', (t, const, Ci, Mg, kh, H), run('ConvTranspose', [x, C(w) if const else w] + ([] if b is None else [C(b)]), f, strides=[s, s], dilations=[d, d], pads=p, group=g, output_padding=[op, op], kernel_shape=[kh, kw]), ConvTranspose(x, w, b, s, d, p, g, op, const))
    for t in range(300):
        N, Ch, H, W = (int(v) for v in rng.integers(1, [3, 5, 12, 12])); x = data(N*Ch, H*W).reshape(N, Ch, H, W); ct = ['half_pixel', 'asymmetric', 'pytorch_half_pixel', 'align_corners', 'half_pixel_symmetric'][t % 5]; m = ['nearest', 'linear', 'cubic'][t//5 % 3]; nm = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'][t % 4]; oh, ow = (int(v) for v in rng.integers(1, 20, 2))
        if t % 2: args = [x, None, None, C(np.array([N, Ch, oh, ow]))]; sh, sw = f(oh)/f(H), f(ow)/f(W)
        else: sh, sw = f(rng.uniform(.3, 3)), f(rng.uniform(.3, 3)); args = [x, None, C(np.array([1, 1, sh, sw], f))]
        if H*sh < 1 or W*sw < 1: continue
        y = run('Resize', args, f, mode=m, coordinate_transformation_mode=ct, nearest_mode=nm); oh, ow = y.shape[2:]; cy, cx = coordinate(ct, oh, sh, H, oh), coordinate(ct, ow, sw, W, ow)
        add(f'Resize {m} {ct}', (t, nm, H, W, oh, ow), y, x if y.shape == x.shape else x[:, :, np.clip(nearest(cy, nm), 0, H-1).astype(int)][:, :, :, np.clip(nearest(cx, nm), 0, W-1).astype(int)] if m == 'nearest' else linear(x, cy, cx) if m == 'linear' else cubic(x, cy, cx))
    for t in range(80):
        N, Ch, H, W = (int(v) for v in rng.integers(1, [3, 20, 12, 12])); x = rng.normal(0, 1, (N, Ch, H, W)).astype(f); q = int(rng.integers(1, 4)); kh, kw = int(rng.integers(1, min(3, H)+1)), int(rng.integers(1, min(3, W)+1)); root = lambda v: Powf(v.ravel(), np.full(v.size, f(1)/f(q), f)).reshape(v.shape); pw = lambda v: (np.abs(v).astype(D)**q).astype(f)
        wv = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(x, (kh, kw), (2, 3))[:, :, :, ::2]); add('LpPool', t, run('LpPool', [x], f, p=q, kernel_shape=[kh, kw], strides=[1, 2]), root(seq(pw(wv).reshape(wv.shape[:4]+(-1,))))); add('GlobalLpPool', t, run('GlobalLpPool', [x], f, p=q).reshape(-1), root(seq(pw(x).reshape(N*Ch, -1))))
        z = np.ascontiguousarray(x.transpose(1, 0, 2, 3)).reshape(Ch, -1); n = f(z.shape[1]); c = z - (eigen_rows(z)/n)[:, None]; add('MeanVarianceNormalization', t, run('MeanVarianceNormalization', [x], f, axes=[0, 2, 3], opset=13), (c/np.sqrt(eigen_sum(c*c)/n)[:, None]).reshape(Ch, N, H, W).transpose(1, 0, 2, 3))
        size = 2*int(rng.integers(0, 4))+1; al = f(rng.uniform(.0001, 1)); bi = f(rng.uniform(.5, 2)); sq = (al/f(size))*(x*x); pad = np.pad(sq, ((0, 0), (size//2, size//2), (0, 0), (0, 0))); cur = np.zeros((N, H, W), f)+bi; sc = np.zeros_like(x)
        for c in range(size): cur = cur+pad[:, c]
        sc[:, 0] = cur
        for c in range(1, Ch): cur = (cur+pad[:, c+size-1])-pad[:, c-1]; sc[:, c] = cur
        add('LRN beta = 1', t, run('LRN', [x], f, size=size, alpha=float(al), beta=1., bias=float(bi)), x*(f(1)/sc))
# ---- products, rotary positions, f16 norms
def _dfma():
    d = tempfile.mkdtemp(); open(d+'/f.c', 'w').write('#include <math.h>\nvoid f3(const double*a,const double*b,const double*c,double*o,long n){for(long i=0;i<n;i++)o[i]=fma(a[i],b[i],c[i]);}\n'); subprocess.run(['gcc', '-O3', '-march=native', '-ffp-contract=off', '-shared', '-fPIC', 'f.c', '-o', 'f.so', '-lm'], cwd=d, check=True); return ctypes.CDLL(d+'/f.so')
def MatMul64(a, b, lib):
    M, K = a.shape; N = b.shape[1]; sn, kb, out = 64, 128, None
    if N < K:
        while sn > 16 and sn//2 >= N: kb *= 2; sn //= 2
    for k0 in range(0, K, kb):
        acc = np.zeros((M, N))
        for k in range(k0, min(K, k0+kb)): p, q = np.ascontiguousarray(np.broadcast_to(a[:, k:k+1], acc.shape)), np.ascontiguousarray(np.broadcast_to(b[k:k+1], acc.shape)); o = np.empty_like(acc); lib.f3(P(p), P(q), P(acc), P(o), ctypes.c_long(o.size)); acc = o
        out = acc if out is None else out+acc
    return out
def rotary2(x, c, s, inter):
    a, b = (x[..., 0::2], x[..., 1::2]) if inter else np.split(x, 2, -1); re, im = F(a, c, -(b*s)), F(a, s, b*c)
    if not inter: return np.concatenate([re, im], -1)
    k = x.shape[-1]//16*8 + 1; re[..., k:], im[..., k:] = (a*c-b*s)[..., k:], (a*s+b*c)[..., k:]; return np.stack([re, im], -1).reshape(x.shape)
def LN16(x, g, b, eps):  # as LN, but every tail element of the squares by F
    n = x.shape[1]; n4, n8 = n//4*4, n//8*8; a = lanes(x[:, :n4].astype(D), 4); s = (a[:, 0]+a[:, 2])+(a[:, 1]+a[:, 3])
    for i in range(n4, n): s = s + x[:, i]
    c = x - (s/n).astype(f)[:, None]; v = np.zeros((len(c), 8), f)
    for i in range(0, n8, 8): v = F(c[:, i:i+8], c[:, i:i+8], v)
    v = h8(v)
    for j in range(n8, n): v = F(c[:, j], c[:, j], v)
    return F(c*(f(1)/np.sqrt(v/f(n)+f(eps)))[:, None], g, bc(b, c))
def others():
    for eq, sh in (('ij,jk->ik', [(9, 40), (40, 7)]), ('bij,bjk->bik', [(3, 9, 40), (3, 40, 7)]), ('bhid,bhjd->bhij', [(2, 3, 9, 16), (2, 3, 8, 16)]), ('bhij,bhjd->bhid', [(2, 3, 9, 8), (2, 3, 8, 16)]), ('bij,kj->bik', [(3, 9, 300), (20, 300)]), ('ij,jk,kl->il', [(4, 5), (5, 6), (6, 7)]), ('ij->i', [(9, 40)]), ('ij->j', [(9, 40)]), ('ij->', [(9, 40)])):
        for t in range(10):
            a = [rng.normal(0, 1, s).astype(f) for s in sh]; m = lambda p, q: np.stack([Gemm(np.ascontiguousarray(u), np.ascontiguousarray(v)) for u, v in zip(p.reshape((-1,)+p.shape[-2:]), q.reshape((-1,)+q.shape[-2:]))]); y = run('Einsum', a, f, equation=eq)
            e = {'ij,jk,kl->il': lambda: Gemm(Gemm(a[0], a[1]), a[2]), 'bhid,bhjd->bhij': lambda: m(a[0], a[1].swapaxes(-1, -2)), 'bij,kj->bik': lambda: Gemm(a[0].reshape(-1, 300), np.ascontiguousarray(a[1].T)), 'ij->i': lambda: eigen_rows(a[0]), 'ij->j': lambda: seq(a[0].T), 'ij->': lambda: eigen_sum(a[0].reshape(1, -1))}.get(eq, lambda: m(a[0], a[1]))(); add('Einsum', (eq, t), np.atleast_1d(y), np.asarray(e).reshape(np.atleast_1d(y).shape))
    for d in range(2, 130, 2):
        x = rng.normal(0, 1, (2, 3, 20, d)).astype(f); pos = np.tile(np.arange(20), (2, 1)).astype(I64); th = rng.uniform(-3, 3, (64, d//2)); co, si = np.cos(th).astype(f), np.sin(th).astype(f)
        for i in (0, 1): e = rotary2(x, co[pos][:, None], si[pos][:, None], i); add('RotaryEmbedding (ms)', (d, i), run('RotaryEmbedding', [x, pos, C(co), C(si)], f, domain=MSD, interleaved=i), e); add('RotaryEmbedding 23', (d, i), run('RotaryEmbedding', [x, C(co), C(si), pos], f, opset=23, interleaved=i), e)
    half = lambda v: v.astype(np.float16).astype(f)
    for k in list(range(1, 40)) + [64, 100, 384]:
        x, z = rng.normal(0, 2, (2, 1000, k)).astype(np.float16); g, b = rng.normal(1, .1, k).astype(np.float16), rng.normal(0, .1, k).astype(np.float16); X_, Z, G, B_ = (v.astype(f) for v in (x, z, g, b)); h16 = lambda *a, **kw: run(*a, np.float16, **kw).astype(f)
        add('LayerNormalization f16', k, h16('LayerNormalization', [x, C(g), C(b)], epsilon=1e-5), half((welford if k < 16 else LN16)(X_, G, B_, 1e-5))); add('RMSNormalization f16', k, h16('RMSNormalization', [x, C(g)], epsilon=1e-5, opset=23), half(RMS(X_, G, 1e-5))); add('SkipLayerNormalization f16', k, h16('SkipLayerNormalization', [x[None], z[None], C(g), C(b)], domain=MSD, epsilon=1e-5)[0], half(welford(X_+Z, G, B_, 1e-5)))
    lib = _dfma()
    for M, K_, N in [(1, 7, 5), (1, 300, 17), (2, 300, 1), (5, 129, 1), (3, 40, 8), (2, 300, 3), (7, 513, 10), (13, 260, 33), (4, 257, 64), (6, 1030, 16), (5, 600, 70), (9, 128, 128), (3, 129, 257)]: a, b = rng.normal(0, 1, (M, K_)), rng.normal(0, 1, (K_, N)); add64('MatMul f64', (M, K_, N), run('MatMul', [a, b], D), MatMul64(a, b, lib)); add64('MatMul f64', (M, K_, N), run('MatMul', [a, C(b)], D), MatMul64(a, b, lib))
def fused():
    slope = lambda z: np.where(z >= 0, z, z*f(.01)); hard = lambda z: np.maximum(f(0), np.minimum(f(1), f(.2)*z+f(.5))); flat = lambda b, s: (lambda z: tailed(b, s, z.ravel()).reshape(z.shape))
    acts = {'Relu': RELU, 'Tanh': Tanh, 'Sigmoid': Sigmoid, 'LeakyRelu': slope, 'HardSigmoid': hard, 'Clip': lambda z: np.minimum(np.maximum(z, f(0)), f(6))}; more = {**acts, 'Elu': flat(lambda v: elu(EigenExp, v, 1.), lambda v: elu(Expf, v, 1.)), 'Softplus': flat(lambda v: softplus(EigenExp, EigenLog1p, v), lambda v: softplus(Expf, Log1pf, v)), 'Softsign': lambda z: (f(1)/(f(1)+np.abs(z)))*z}
    for t in range(200):
        act = list(acts)[t % 6]; par = {'LeakyRelu': [.01], 'Clip': [0., 6.], 'HardSigmoid': [.2, .5]}.get(act); g = 1 if t % 3 else int(rng.integers(2, 5)); Ci = g*int(rng.integers(1, 40)); M = g*int(rng.integers(1, 20)); k = 1 if t % 4 == 0 else int(rng.integers(1, 4)); H, W = (int(v) for v in rng.integers(k, 12, 2)); x = data(Ci, H*W).reshape(1, Ci, H, W); w = rng.normal(0, 1, (M, Ci//g, k, k)).astype(f); b = rng.normal(0, 1, M).astype(f) if t % 5 else None
        z = rng.normal(0, 1, (1, M, H-k+1, W-k+1)).astype(f) if t % 2 else None; r = []
        for q in range(g): col, OH, OW = im2col(x[0, q*(Ci//g):(q+1)*(Ci//g)], k, k, 1, 1, [0]*4); full = Ci//g == 1 and k == W and k*k != 1; r.append(Gemm(w[q*(M//g):(q+1)*(M//g)].reshape(M//g, -1), np.ascontiguousarray(col.T) if full else col, 0, int(full), c=None if z is None else z[0, q*(M//g):(q+1)*(M//g)].reshape(M//g, -1)))
        e = np.concatenate(r).reshape(M, OH, OW); add('FusedConv', t, run('FusedConv', [x, C(w), None if b is None else C(b)] + ([] if z is None else [z]), f, domain=MSD, kernel_shape=[k, k], group=g, activation=act, **({'activation_params': par} if par else {}))[0], acts[act](e if b is None else e + b[:, None, None]))
        act = [a for a in more if a != 'Clip'][t % 8]; M, K_, N = (int(v) for v in rng.integers(1, [20, 300, 40])); a = data(M, K_); w = rng.normal(0, 1, (K_, N)).astype(f); c = rng.normal(0, 1, N).astype(f); add('FusedGemm', t, run('FusedGemm', [a, C(w), C(c)], f, domain=MSD, activation=act, **{'LeakyRelu': dict(activation_alpha=.01), 'HardSigmoid': dict(activation_alpha=.2, activation_beta=.5), 'Elu': dict(activation_alpha=1.)}.get(act, {})), more[act](Gemm(a, w, c=c, const=1)))
    each = lambda p, q: np.stack([Gemm(np.ascontiguousarray(u), np.ascontiguousarray(v)) for u, v in zip(p, q)])
    for M, K_, N in ((7, 300, 20), (7, 600, 5), (1, 300, 9), (5, 700, 1), (33, 200, 130), (4, 1000, 16)):
        for t in range(3):
            a = data(3*M, K_).reshape(3, M, K_); b = rng.normal(0, 1, (3, K_, N)).astype(f); v = b[0, :, 0].copy(); one = a.reshape(-1, K_); mm = lambda *p, **kw: run('MatMul', p, f, **kw)
            add('MatMul, constant B of rank 3: dynamic rules', (M, t), mm(a, C(b)), each(a, b)); add('MatMul, constant A: dynamic rules', (M, t), mm(C(a[0]), b), each([a[0]]*3, b)); add('MatMul, B [1, K, N]: one product, dynamic rules', (M, t), mm(a, C(b[:1])).reshape(-1, N), Gemm(one, b[0])); add('MatMul, B of rank 2: one product', (M, t), mm(a, b[0]).reshape(-1, N), Gemm(one, b[0]))
            add('MatMul, constant B of rank 2', (M, t), mm(a, C(b[0])).reshape(-1, N), Gemm(one, b[0], const=1)); add('MatMul, B of rank 1', (M, t), np.concatenate([mm(a, C(v)).ravel(), mm(a, v).ravel()]), np.tile(m1(v, np.ascontiguousarray(one.T)), 2)); add('FusedMatMul, constant B, alpha', (M, t), run('FusedMatMul', [a, C(b[0])], f, domain=MSD, alpha=.3).reshape(-1, N), Gemm(one, b[0], alpha=.3, const=1))
PARTS = dict(pointwise=pointwise, pictures=pictures, others=others, fused=fused)
if __name__ == '__main__':
    for p in sys.argv[1:] or PARTS: PARTS[p](); report()
