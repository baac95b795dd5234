import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';

const api: any = await ApiPromise.create({ provider: new WsProvider(process.env.CANDOR_CHAIN ?? 'ws://127.0.0.1:9944'), noInitWarn: true });
const bob = new Keyring({ type: 'sr25519' }).addFromUri(process.env.CANDOR_KEY ?? '//Bob');
const row = (...ids: number[]) => ({ dtype: 'Int64', shape: [1, 6], data: [...new Uint8Array(BigInt64Array.from(ids, BigInt).buffer)] });
const input = { Inline: [row(101, 2129, 2024, 2017, 1029, 102), row(1, 1, 1, 1, 1, 1), row(0, 0, 0, 0, 0, 0)] };
const job = await new Promise((found) => api.tx.jobs.submit(0, input, 10n ** 10n).signAndSend(bob, { nonce: -1 }, ({ events }: any) =>
    events.forEach(({ event }: any) => event.method === 'JobSubmitted' && found(event.data[0]))));
let answers: any = [];
while (answers.length === 0) answers = (await api.call.jobsApi.job(job)).unwrap().answers;
console.log(new Float32Array(answers[0].output.unwrap().asInline[0].data.toU8a(true).slice().buffer));
await api.disconnect();
