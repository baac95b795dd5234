// A server of model files that can break off or stall, as networks do.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How one request for a file is answered. */
export type Manner = 'whole' | 'broken' | 'stalled';

export interface Asked {
    root: string;
    /** First byte that was asked for. */
    from: number;
    manner: Manner;
}

export class Files {
    readonly asked: Asked[] = [];
    /** Manners of the next requests for each root; `whole` after those. */
    readonly next = new Map<string, Manner[]>();
    #server: Server;

    private constructor(
        readonly url: string,
        server: Server,
    ) {
        this.#server = server;
    }

    static async start(file: (root: string) => Buffer): Promise<Files> {
        let files: Files | undefined;
        const server = createServer((request, response) => {
            const root = (request.url ?? '').slice(1).replace(/^0x/, '');
            let data: Buffer;
            try {
                data = file(root);
            } catch {
                response.writeHead(404).end();
                return;
            }
            const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
            const manner = files?.next.get(root)?.shift() ?? 'whole';
            files?.asked.push({ root, from, manner });
            const headers: Record<string, string | number> = { 'content-length': data.length - from };
            if (from > 0) headers['content-range'] = `bytes ${from}-${data.length - 1}/${data.length}`;
            response.writeHead(from > 0 ? 206 : 200, headers);
            if (manner === 'whole') {
                response.end(data.subarray(from));
                return;
            }
            const half = data.subarray(from, from + Math.ceil((data.length - from) / 2));
            response.write(half, () => {
                if (manner === 'broken') setTimeout(() => response.destroy(), 200);
            });
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        files = new Files(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
        return files;
    }

    async stop(): Promise<void> {
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(resolve));
    }
}
