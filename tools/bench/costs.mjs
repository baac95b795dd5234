// What every transaction on a chain cost, call by call: costs.mjs URL
//
// Reads all blocks. What is counted as bytes, weight and fee: `costsOf` in chain.mjs.

import { connect, costsOf } from './chain.mjs';
import { spread } from './numbers.mjs';

const api = await connect(process.argv[2]);
const last = (await api.rpc.chain.getHeader()).number.toNumber();

/** What tells calls of one name apart: how many calls of a session they settle. */
function size({ args, call }) {
    const voucher = call === 'sessions.settle' ? args[0].voucher : call === 'sessions.closeAgreed' ? args[0] : undefined;
    return voucher?.calls.toNumber();
}

const kinds = new Map();
for (let number = 1; number <= last; number += 1) {
    for (const cost of await costsOf(api, number)) {
        const calls = size(cost);
        const key = `${cost.call}${calls === undefined ? '' : ` of ${calls} calls`}`;
        const seen = kinds.get(key) ?? { call: key, calls, bytes: [], weightUs: [], proofBytes: [], feeCndr: [], failed: 0, free: 0 };
        kinds.set(key, seen);
        for (const what of ['bytes', 'weightUs', 'proofBytes', 'feeCndr']) seen[what].push(cost[what]);
        seen.free += Number(cost.free);
        seen.failed += Number(cost.failed);
    }
}

const all = [...kinds.values()]
    .sort((a, b) => a.call.localeCompare(b.call, 'en', { numeric: true }))
    .map(({ bytes, weightUs, proofBytes, feeCndr, ...rest }) => ({
        ...rest,
        count: bytes.length,
        bytes: spread(bytes),
        weightUs: spread(weightUs),
        proofBytes: spread(proofBytes),
        feeCndr: spread(feeCndr),
    }));
console.log(JSON.stringify({ blocks: last, calls: all }));
process.exit(0);
