// The thread in which a light client runs: JSON-RPC in and out.

import { parentPort, workerData } from 'node:worker_threads';
import { type AddChainOptions, start } from 'smoldot';

const port = parentPort!;
const client = start({
    maxLogLevel: 3,
    logCallback: (level, target, message) => port.postMessage({ log: `${level} ${target}: ${message}` }),
});
const chain = await client.addChain(workerData as AddChainOptions);
port.on('message', (request: string) => chain.sendJsonRpc(request));
port.postMessage({ ready: true });
for await (const response of chain.jsonRpcResponses) port.postMessage({ response });
