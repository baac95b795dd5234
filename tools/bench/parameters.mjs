// Sets parameters of a development chain by sudo, all at once: parameters.mjs URL PALLET.NAME=VALUE...

import { account, connect } from './chain.mjs';

const [url, ...pairs] = process.argv.slice(2);
const api = await connect(url);
const calls = pairs.map((pair) => {
    const [, pallet, name, value] = /^(\w+)\.(\w+)=(\d+)$/.exec(pair) ?? [];
    if (!value) throw new Error(`${pair} is not PALLET.NAME=VALUE`);
    return api.tx.parameters.setParameter({ [pallet]: { [name]: [null, Number(value)] } });
});
const sudo = api.tx.sudo.sudo(api.tx.utility.batchAll(calls));
await new Promise((resolve, reject) => {
    const done = ({ status, isError, dispatchError, events }) => {
        const inner = events.find(({ event }) => event.section === 'sudo' && event.method === 'Sudid')?.event.data[0];
        if (dispatchError || inner?.isErr) reject(new Error(`refused: ${dispatchError ?? inner.asErr}`));
        else if (status.isInBlock) resolve();
        else if (isError) reject(new Error(`the transaction is ${status.type}`));
    };
    sudo.signAndSend(account('//Alice'), done).catch(reject);
});
process.exit(0);
