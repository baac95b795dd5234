// Tells what happens to one job, or to one session, on the chain, block by block, until it is final or its host is convicted: who
// does what, in transactions of how many bytes, what they cost.
// node tools/demo/story.mjs URL JOB|session:ID NAME=ADDRESS... > last line: JSON. STORY_SECONDS: how long at most (240).

import { connect, sleep } from '../bench/chain.mjs';

const [url, subject, ...pairs] = process.argv.slice(2);
const [JOB, SESSION] = subject.startsWith('session:') ? [-1, Number(subject.slice(8))] : [Number(subject), -1];
const NAMES = new Map(pairs.map((pair) => pair.split('=').reverse()));
const PATIENCE = 1000 * Number(process.env.STORY_SECONDS ?? 240);

const api = await connect(url);
const name = (address) => NAMES.get(address) ?? `${address.slice(0, 8)}...`;
const cndr = (planck) => {
    const digits = BigInt(planck).toString().padStart(13, '0');
    const rest = digits.slice(-12).replace(/0+$/, '');
    return `${digits.slice(0, -12)}${rest && '.'}${rest} CNDR`;
};
const short = (hash) => `${String(hash).slice(0, 10)}...`;

const audits = new Set();
const disputes = new Set();
const isSubject = (data) =>
    SESSION < 0
        ? Number(data.key?.path?.job ?? data.job ?? -1) === JOB
        : Number(data.key?.path?.session?.session ?? data.session ?? -1) === SESSION;
const isOurs = (data) => isSubject(data) || audits.has(Number(data.audit)) || disputes.has(Number(data.dispute));

const LINES = {
    'jobs.ResultDelivered': (d) => `${name(d.host)} answers, with a signed receipt (${short(d.receipt)})`,
    'audits.AuditStarted': (d) => `the receipt is drawn for audit by randomness younger than it`,
    'audits.AuditorDrawn': (d) => `${name(d.auditor)} is drawn as auditor, by stake among the hosts of the same profile`,
    'audits.VerdictSealed': (d) => `${name(d.auditor)} has run the model and seals what it found`,
    'audits.DigestPublished': (d) => `${name(d.host)} shows a digest of its own run`,
    'audits.VerdictRevealed': (d) => `${name(d.auditor)} opens the seal`,
    'audits.HostSilent': (d) => `${name(d.host)} shows nothing in time and pays ${cndr(d.penalty)}`,
    'audits.AuditorPaid': (d) => `${name(d.auditor)} is paid ${cndr(d.paid)} for the audit`,
    'audits.AuditEnded': (d) =>
        ({ Clean: 'both ran the model, to the same bits: the receipt is clean', Accused: 'not the same bits: the receipt is disputed' })[
            d.result
        ] ?? `the audit ends: ${d.result}`,
    'challenges.Accused': (d) => `${name(d.auditor)} accuses; the host owes the roots of its trace`,
    'challenges.TraceSubmitted': (d) => `the host puts the roots of all values of its run on chain`,
    'challenges.Demanded': (d) => `${name(d.by)} has the host open a part of its trace (costs ${cndr(d.price)})`,
    'challenges.Revealed': () => `the host opens it`,
    'challenges.EvidenceCommitted': (d) => `${name(d.prover)} has found the number that is wrong, and commits to its evidence`,
    'challenges.EvidenceFailed': (d) => `the evidence of ${name(d.prover)} convicts nobody`,
    'challenges.ReceiptUpheld': () => 'nothing was shown: the receipt stands',
    'challenges.HostConvicted': (d) => `the chain recomputes one number, bit for bit: ${name(d.key.host)} is CONVICTED by ${name(d.by)}`,
    'sessions.SessionSettled': (d) => `${d.calls} calls are settled at once, for ${cndr(d.fee)}: a voucher and a commitment to their receipts`,
    'sessions.SessionEnded': (d) => `the session ends; ${cndr(d.refunded)} of its deposit go back`,
    'sessions.SampleDrawn': (d) => `call ${d.index} is drawn for audit; the host must open it`,
    'sessions.ReceiptShown': (d) => `the host opens call ${d.index}: its receipt, its inputs, and that the commitment has it`,
    'sessions.SampleMissed': () => 'the host does not open it, and is CONVICTED',
    'sessions.SessionOverturned': (d) => `the session is overturned: ${cndr(d.refunded)} go back to the requester`,
    'sessions.BatchPaid': () => 'the calls are final, and paid',
    'jobs.JobFinalised': (d) => `the job is final: paid ${cndr(d.paid)}`,
};

const ENDS = ['challenges.HostConvicted', 'challenges.ReceiptUpheld', 'jobs.JobFinalised', 'sessions.BatchPaid', 'sessions.SampleMissed'];

let next = Number((await api.rpc.chain.getHeader()).number) - 8;
const end = Date.now() + PATIENCE;
const transactions = [];
let verdict;
while (!verdict && Date.now() < end) {
    const best = Number((await api.rpc.chain.getHeader()).number);
    for (next = Math.max(next, 1); next <= best && !verdict; next += 1) await tell(next);
    await sleep(300);
}
if (!verdict) {
    console.error(`no verdict about ${subject} within ${PATIENCE / 1000} s`);
    process.exit(1);
}
console.log(JSON.stringify({ verdict, transactions }));
process.exit(0);

async function tell(number) {
    const hash = await api.rpc.chain.getBlockHash(number);
    const [at, block] = [await api.at(hash), await api.rpc.chain.getBlock(hash)];
    for (const { event, phase } of await at.query.system.events()) {
        const what = `${event.section}.${event.method}`;
        const data = Object.fromEntries((event.data.names ?? []).map((key, i) => [camel(key), event.data[i].toJSON()]));
        if (what === 'audits.AuditStarted' && isSubject(data)) audits.add(Number(data.audit));
        if (what === 'challenges.DisputeOpened' && isSubject(data)) disputes.add(Number(data.dispute));
        if (!LINES[what] || !isOurs(data)) continue;
        let size = '';
        // What hooks do after the last transaction has the next number.
        const index = phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : -1;
        const extrinsic = block.block.extrinsics[index];
        if (extrinsic && !what.startsWith('audits.Audit')) {
            const call = `${extrinsic.method.section}.${extrinsic.method.method}`;
            size = `  [${call}, ${extrinsic.encodedLength} bytes]`;
            // One that leads to two events is one.
            const known = transactions.some((other) => other.block === number && other.index === index);
            if (!known) transactions.push({ call, bytes: extrinsic.encodedLength, block: number, index });
        }
        console.log(`      block ${String(number).padStart(4)}  ${LINES[what](data)}${size}`);
        if (ENDS.includes(what)) {
            verdict = { event: what, block: number, ...data };
        }
    }
}

function camel(text) {
    return text.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
