// A release that no engine ever runs: the tests answer its jobs themselves.

import { stringToU8a } from '@polkadot/util';
import { fileRoot, hash, type Judging, modelRoot, variantRoot } from './commitments.js';
import { float32, type Input, int64 } from './model.js';

const GRAPH = stringToU8a('a graph that nobody opens');
const PROFILE = hash(stringToU8a('a machine that nobody has'));

const JUDGING: Judging = {
    rules: 1,
    graph: hash(stringToU8a('nodes that nobody judges')),
    weights: hash(stringToU8a('no weights')),
    trace: 3,
    traceBytes: 1024,
    exact: true,
};

/** Root of its only variant. */
export const VARIANT = variantRoot(PROFILE, fileRoot(GRAPH), JUDGING);

/** Inputs `x`, float32 of at most 100 values, and `k`, two integers from 0 to 9; output `y`, as long as `x`. */
export function toySpec(): Record<string, unknown> {
    const root = fileRoot(GRAPH);
    const [path, n] = ['model.onnx', { Symbolic: { name: 'n', max: 100 } }];
    return {
        manifestHash: hash(stringToU8a('a manifest')),
        modelRoot: modelRoot([{ path: stringToU8a(path), root }]),
        files: [{ path, size: GRAPH.length, root }],
        variants: [{ profile: PROFILE, graph: 0, judging: JUDGING, root: VARIANT }],
        inputs: [
            { name: 'x', dtype: 'Float32', shape: [n], range: null },
            { name: 'k', dtype: 'Int64', shape: [{ Fixed: 2 }], range: { min: 0, max: 9 } },
        ],
        outputs: [{ name: 'y', dtype: 'Float32', shape: [n], range: null }],
        units: { dims: ['n'], divisor: 1, reference: 4 },
        licence: 'Apache-2.0',
        tags: [],
        royalty: 0,
        source: 'http://127.0.0.1:1',
    };
}

/** `x` of this length. */
export const vector = (length: number): Input => ({
    dtype: 'Float32',
    shape: [length],
    data: float32(Array.from({ length }, (_, at) => at / 4)),
});

/** `k` with these values. */
export const pair = (a: number, b: number): Input => ({ dtype: 'Int64', shape: [2], data: int64([a, b]) });
