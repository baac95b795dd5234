// Small generated models, built and prepared here.

import { join } from 'node:path';
import { built, PYTHON, REPO, scratch } from './env.js';
import { float32, type Input, Prepared } from './model.js';
import { run } from './process.js';

/** Width of the tiny perceptron. */
export const WIDTH = 48;

/** The tiny perceptron of `models/shapes`, prepared. */
export async function perceptron(): Promise<Prepared> {
    const folder = scratch('perceptron');
    const source = join(folder, 'source');
    await run(PYTHON, [join(REPO, 'models', 'shapes', 'build.py'), 'mlp', '--size', 'tiny', '--out', source]);
    const prepared = join(folder, 'prepared');
    await run(built('candor'), ['model', 'prepare', join(source, 'mlp'), '--out', prepared, '--json']);
    return new Prepared(prepared);
}

/** Another perceptron of the same shape: its last bias is one larger. Gives its prepared graph. */
export async function otherGraph(): Promise<string> {
    const folder = scratch('other');
    const script = [
        'import onnx, sys',
        'from onnx import numpy_helper as n',
        'path = sys.argv[1]',
        'model = onnx.load(path)',
        'last = model.graph.initializer[-1]',
        'last.CopyFrom(n.from_array(n.to_array(last) + 1, last.name))',
        'onnx.save(model, path)',
    ].join('\n');
    await run(PYTHON, [join(REPO, 'models', 'shapes', 'build.py'), 'mlp', '--size', 'tiny', '--out', folder]);
    await run(PYTHON, ['-c', script, join(folder, 'mlp', 'model.onnx')]);
    const prepared = join(folder, 'prepared');
    await run(built('candor'), ['model', 'prepare', join(folder, 'mlp'), '--out', prepared, '--json']);
    const { manifest } = new Prepared(prepared);
    return join(prepared, manifest.variants[0]!.graph);
}

/** A row of states from a seed. Every fifth seed is made to tempt a judge: infinities, NaN, denormals, huge and tiny values. */
export function states(seed: number): Input {
    let state = (seed * 2_654_435_761 + 1) >>> 0;
    const next = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
    };
    const ordinary = (): number => next() * 4 - 2;
    const crafted = (): number => {
        const tempting = [0, -0, Infinity, -Infinity, NaN, 1e-45, -1e-40, 3.4e38, -3.4e38, 1 + 2 ** -23, 0.5, 16_777_217];
        return next() < 0.5 ? tempting[Math.floor(next() * tempting.length)]! : ordinary();
    };
    const values = Array.from({ length: WIDTH }, seed % 5 === 4 ? crafted : ordinary);
    return { dtype: 'Float32', shape: [1, WIDTH], data: float32(values) };
}
