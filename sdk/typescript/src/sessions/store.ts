// What a session must not forget: its key, what was answered, and the call that may or may not have been.

/** Where sessions are kept. `save` must have kept the text when it resolves. */
export interface SessionStore {
    load(session: bigint): Promise<string | undefined>;
    save(session: bigint, text: string): Promise<void>;
    remove(session: bigint): Promise<void>;
}

/** Kept as long as the program runs. */
export function memoryStore(): SessionStore {
    const kept = new Map<bigint, string>();
    return {
        load: async (session) => kept.get(session),
        save: async (session, text) => void kept.set(session, text),
        remove: async (session) => void kept.delete(session),
    };
}

/** What browsers keep texts in, for example `localStorage`. */
export interface TextStorage {
    getItem(name: string): string | null;
    setItem(name: string, text: string): void;
    removeItem(name: string): void;
}

/** Kept by the browser (`localStorage` if left out). */
export function webStore(storage: TextStorage = localStorage, prefix = 'candor-session-'): SessionStore {
    return {
        load: async (session) => storage.getItem(`${prefix}${session}`) ?? undefined,
        save: async (session, text) => storage.setItem(`${prefix}${session}`, text),
        remove: async (session) => storage.removeItem(`${prefix}${session}`),
    };
}

/** JSON that keeps bigints. */
export const stringify = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? { $bigint: inner.toString() } : inner));

/** Reads what `stringify` wrote. */
export const parse = (text: string): unknown =>
    JSON.parse(text, (_, inner: unknown) => {
        const tagged = inner as { $bigint?: unknown } | null;
        return typeof tagged === 'object' && typeof tagged?.$bigint === 'string' ? BigInt(tagged.$bigint) : inner;
    });
