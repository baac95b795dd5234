// What each transaction of a dispute cost, from the submission of the job to the conviction: dispute.mjs URL ANSWER STORY ABOUT
//
// ANSWER is what `candor infer --json` printed, STORY the last line of tools/demo/story.mjs, ABOUT what model.py said of the model.

import { readFileSync } from 'node:fs';
import { connect, costsOf } from './chain.mjs';

const [url, ...files] = process.argv.slice(2);
const [answer, story, model] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
if (story.verdict.event !== 'challenges.HostConvicted') throw new Error(`the dispute ended with ${story.verdict.event}`);
const api = await connect(url);

const submission = (cost) => cost.events.some(({ name, data }) => name === 'jobs.JobSubmitted' && data.job.toString() === String(answer.job));
const blocks = [{ block: answer.submitted, of: submission }, ...story.transactions.map(({ block, index }) => ({ block, of: (cost) => cost.index === index }))];
const transactions = [];
for (const { block, of } of blocks) {
    const cost = (await costsOf(api, block)).find(of);
    if (!cost) throw new Error(`block ${block} has not the transaction that it should have`);
    const { call, args, bytes, weightUs, proofBytes, feeCndr, free, failed } = cost;
    const roots = call === 'challenges.submitTrace' ? args[1].length : undefined;
    transactions.push({ call, bytes, weightUs, proofBytes, feeCndr, free, failed, roots, after: block - answer.delivered });
}
const room = api.consts.system.blockWeights.maxBlock.refTime.toNumber() / 1e6;
console.log(JSON.stringify({ model, blockUs: room, verdict: story.verdict, transactions }));
process.exit(0);
