// The thread in which a light client runs.

import { parentPort } from 'node:worker_threads';
import { run } from 'smoldot/worker';

parentPort!.once('message', (port) => void run(port));
