// What every transaction on a chain cost, call by call: costs.mjs URL [FIRST_BLOCK]
//
// Reads all blocks. Bytes are those of the whole extrinsic; weight is what the runtime charged after dispatch; the fee is
// what was paid, or for calls that nobody pays for what their bytes and weight would cost at the fee of an empty chain.

import { connect, quantile } from './chain.mjs';

const [url, first] = process.argv.slice(2);
const api = await connect(url);
const block = { first: Number(first ?? 1), last: (await api.rpc.chain.getHeader()).number.toNumber() };
const payment = api.call.transactionPaymentApi;

async function wouldCost(bytes, weight, base) {
    const parts = await Promise.all([payment.queryLengthToFee(bytes), payment.queryWeightToFee(weight), payment.queryWeightToFee(base)]);
    return parts.reduce((sum, part) => sum + part.toBigInt(), 0n);
}

/** What tells calls of one name apart: how many calls of a session they settle. */
function size({ args, method, section }) {
    if (section !== 'sessions') return undefined;
    const voucher = method === 'settle' ? args[0].voucher : method === 'closeAgreed' ? args[0] : undefined;
    return voucher?.calls.toNumber();
}

const kinds = new Map();
for (let number = block.first; number <= block.last; number += 1) {
    const hash = await api.rpc.chain.getBlockHash(number);
    const [signed, records] = await Promise.all([api.rpc.chain.getBlock(hash), api.query.system.events.at(hash)]);
    for (const [index, extrinsic] of signed.block.extrinsics.entries()) {
        const { method, section } = extrinsic.method;
        if (section === 'timestamp') continue;
        const events = records.filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.toNumber() === index);
        const end = events.find(({ event }) => event.section === 'system' && /^Extrinsic(Success|Failed)$/.test(event.method));
        const info = end.event.data[end.event.method === 'ExtrinsicSuccess' ? 0 : 1];
        const paid = events.find(({ event }) => event.section === 'transactionPayment' && event.method === 'TransactionFeePaid');
        const bytes = extrinsic.encodedLength;
        const base = api.consts.system.blockWeights.perClass[info.class.toString().toLowerCase()].baseExtrinsic;
        const calls = size(extrinsic.method);
        const key = `${section}.${method}${calls === undefined ? '' : ` of ${calls} calls`}`;
        const seen = kinds.get(key) ?? { call: key, calls, bytes: [], refTime: [], proof: [], fee: [], failed: 0, free: 0 };
        kinds.set(key, seen);
        seen.bytes.push(bytes);
        seen.refTime.push(info.weight.refTime.toNumber() / 1e6);
        seen.proof.push(info.weight.proofSize.toNumber());
        const free = paid === undefined || paid.event.data.actualFee.toBigInt() === 0n;
        seen.fee.push(Number(free ? await wouldCost(bytes, info.weight, base) : paid.event.data.actualFee.toBigInt()) / 1e12);
        seen.free += Number(free);
        seen.failed += Number(end.event.method === 'ExtrinsicFailed');
    }
}

const few = (values) => ({ median: quantile(values, 0.5), most: Math.max(...values) });
const all = [...kinds.values()]
    .sort((a, b) => a.call.localeCompare(b.call, 'en', { numeric: true }))
    .map(({ bytes, refTime, proof, fee, ...rest }) => ({
        ...rest,
        count: bytes.length,
        bytes: few(bytes),
        weightUs: few(refTime),
        proofBytes: few(proof),
        feeCndr: few(fee),
    }));
console.log(JSON.stringify({ blocks: block, calls: all }));
process.exit(0);
