// Verification on a requester's own machine: no node, a prepared release, the command line.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { built, scratch } from '../lib/env.js';
import { minilm, type Prepared, reference } from '../lib/model.js';
import { run } from '../lib/process.js';
import { Trace } from '../lib/trace.js';

const SENTENCES = ['A receipt says what came out.', 'Anyone can run it again!'];

interface Verified {
    verdict: string;
    exact: boolean;
    trace: string | null;
    roots: number | null;
    outputs: {
        name: string;
        state: string;
        difference: { elements: number; of: number; first: number; max_ulp: number | null } | null;
    }[];
    fault: { faulty: boolean; verdict: string; fault: string; node: { operator: string; exact: boolean } | null } | null;
    evidence: string | null;
}

describe('verify', { timeout: 600_000 }, () => {
    let model: Prepared;
    let folder: string;
    let output: string;
    let raw: Buffer;
    const file = (name: string) => join(folder, name);
    const candor = async (...args: string[]): Promise<{ code: number; json: Verified; stderr: string }> => {
        const { code, stdout, stderr } = await run(built('candor'), [...args, '--json'], true);
        return { code, json: JSON.parse(stdout) as Verified, stderr };
    };
    const verify = (...args: string[]) => candor('verify', model.folder, ...SENTENCES, ...args);

    before(async () => {
        model = await minilm();
        folder = scratch('verify');
        raw = Buffer.from((await reference(SENTENCES)).embeddings);
        output = file('output.bin');
        writeFileSync(output, raw);
        writeFileSync(file('output.npy'), npy([SENTENCES.length, 384], raw));
    });

    test('answer should be right when it is what plain ONNX Runtime gives', async () => {
        const { code, json } = await verify('--raw-output', output, '--trace-out', file('roots.trace'));
        assert.deepEqual([code, json.verdict, json.outputs[0]!.state], [0, 'clean', 'equal'], JSON.stringify(json));
        assert.equal(json.roots, model.manifest.variants[0]!.judging.trace);
        assert.match(json.trace!, /^0x[0-9a-f]{64}$/);
    });

    test('answer should be reported as wrong when one bit of it is flipped', async () => {
        const lie = Buffer.from(raw);
        lie[4 * 500]! ^= 1;
        writeFileSync(file('flipped.bin'), lie);
        const { code, json } = await verify('--raw-output', file('flipped.bin'));
        assert.deepEqual([code, json.verdict], [6, 'differs']);
        assert.deepEqual(
            [json.outputs[0]!.difference!.elements, json.outputs[0]!.difference!.of],
            [1, 2 * 384],
            JSON.stringify(json),
        );
        assert.deepEqual([json.outputs[0]!.difference!.first, json.outputs[0]!.difference!.max_ulp], [500, 1]);
        assert.equal(json.fault, null);
    });

    test('trace should be clean when it is honest', async () => {
        const made = await verify('--trace-out', file('own.trace'), '--trace-values');
        assert.deepEqual([made.code, made.json.verdict], [0, 'ran'], made.stderr);
        const { code, json } = await verify('--output', file('output.npy'), '--trace', file('own.trace'));
        assert.deepEqual([code, json.verdict, json.trace], [0, 'clean', made.json.trace], JSON.stringify(json));
    });

    test('evidence should be written and convict when a value of the trace is a lie', async () => {
        const trace = new Trace(readFileSync(file('own.trace')));
        trace.lie(trace.middle(10_000), 4_002, 3);
        writeFileSync(file('lying.trace'), trace.bytes);
        const evidence = file('out.bin');
        const claims = ['--output', file('output.npy'), '--trace', file('lying.trace')];
        const { code, json } = await verify(...claims, '--evidence', evidence);
        assert.deepEqual([code, json.verdict, json.evidence], [5, 'fault', evidence], JSON.stringify(json));
        assert.equal(json.fault!.faulty, true);
        const told = await candor('adjudicate', evidence);
        assert.equal(told.code, 0, told.stderr);
        assert.deepEqual(told.json as unknown, json.fault as unknown);
        const text = await run(built('candor'), ['adjudicate', evidence], true);
        assert.match(text.stdout, /^The run is wrong: .* of node \d+/);
        assert.match(text.stdout, /0x[0-9a-f]{64}/);
    });

    test('roots alone should tell that runs differ when they are all there is of the trace', async () => {
        const trace = new Trace(readFileSync(file('lying.trace')));
        writeFileSync(file('roots.bin'), trace.roots);
        const { code, json } = await verify('--output', file('output.npy'), '--trace', file('roots.bin'));
        assert.deepEqual([code, json.verdict], [6, 'withheld'], JSON.stringify(json));
    });

    test('damaged evidence should be turned away when it is adjudicated', async () => {
        const bytes = readFileSync(file('out.bin'));
        bytes[40]! ^= 1;
        writeFileSync(file('damaged.bin'), bytes);
        const damaged = await run(built('candor'), ['adjudicate', file('damaged.bin')], true);
        assert.equal(damaged.code, 2, damaged.stdout);
        const none = await run(built('candor'), ['adjudicate', file('output.npy')], true);
        assert.equal(none.code, 2);
        assert.match(none.stderr, /candor verify --evidence/);
    });

    test('usage should be explained when nothing can be checked', async () => {
        const { code, stderr } = await run(
            built('candor'),
            ['verify', model.folder, ...SENTENCES, '--trace', file('own.trace')],
            true,
        );
        assert.equal(code, 2);
        assert.match(stderr, /--answer/);
    });
});

/** Floats as a NumPy file. */
function npy(shape: number[], data: Uint8Array): Buffer {
    const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
    const header = Buffer.from(`${dict.padEnd(128 - 10 - 1)}\n`);
    return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00'), Buffer.from([header.length, 0]), header, data]);
}
