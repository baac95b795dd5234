// Hardware that attests, signed by keys of the tests.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { built, scratch } from './env.js';
import { run, Running, until } from './process.js';

/** What a chain is told of a machine. Bytes in hex. */
export interface Told {
    /** Collateral, SCALE. */
    bundle: `0x${string}`;
    /** Certificate that everything leads to, DER. */
    root: `0x${string}`;
    /** What runs there, SCALE. */
    measurement_scale: `0x${string}`;
    platform: `0x${string}`;
}

/** A machine that attests: its interface is a folder. */
export class Machine {
    private constructor(
        readonly folder: string,
        readonly told: Told,
        readonly process: Running,
    ) {}

    /** Start it; `options` as `candor-test-tsm` takes them. */
    static async start(name: string, ...options: string[]): Promise<Machine> {
        const [program, folder] = [built('candor-test-tsm'), scratch(`tsm-${name}`)];
        const { stdout } = await run(program, ['bundle', ...options]);
        const process = new Running(program, ['serve', join(folder, 'tsm'), ...options], join(folder, 'log'));
        await until('the hardware is there', () => existsSync(join(folder, 'tsm', 'candor-engine', 'provider')));
        return new Machine(join(folder, 'tsm'), JSON.parse(stdout) as Told, process);
    }

    async stop(): Promise<void> {
        await this.process.kill();
    }
}
