/** Planck in one CNDR. */
export const CNDR = 1_000_000_000_000n;

/** An amount: planck as a bigint, or CNDR as decimal text, exact to twelve places. */
export type Amount = bigint | string;

/** Planck of an amount. */
export function toPlanck(amount: Amount): bigint {
    if (typeof amount === 'bigint') {
        if (amount < 0n) throw new RangeError(`${amount} planck is no amount`);
        return amount;
    }
    const parts = /^(\d+)(?:\.(\d{1,12}))?$/.exec(amount);
    if (!parts) throw new RangeError(`${amount} is no amount of CNDR, as 0.001 is`);
    return BigInt(parts[1]!) * CNDR + BigInt((parts[2] ?? '').padEnd(12, '0'));
}

/** Planck as CNDR, in decimal, without needless zeros. */
export function toCndr(planck: bigint): string {
    const sign = planck < 0n ? '-' : '';
    const size = planck < 0n ? -planck : planck;
    const rest = (size % CNDR).toString().padStart(12, '0').replace(/0+$/, '');
    return `${sign}${size / CNDR}${rest === '' ? '' : `.${rest}`}`;
}
