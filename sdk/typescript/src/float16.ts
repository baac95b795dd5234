// IEEE 754 binary16, which not every browser has.

/** The number of binary16 bits. */
export function float16ToNumber(bits: number): number {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** binary16 bits of a number, rounded to nearest, ties to even. */
export function numberToFloat16(value: number): number {
    if (Number.isNaN(value)) return 0x7e00;
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const size = Math.abs(value);
    // Halfway between the largest number and what would follow it; from here on it is infinity.
    if (size >= 65_520) return sign | 0x7c00;
    const exponent = Math.max(Math.floor(Math.log2(size)), -14);
    // Exact: a power of two, and a double has more digits than needed.
    const steps = roundHalfEven(size / 2 ** (exponent - 10));
    if (size < 2 ** -14) return sign | roundHalfEven(size * 2 ** 24);
    return sign | (((exponent + 15) << 10) + (steps - 1024));
}

function roundHalfEven(value: number): number {
    const floor = Math.floor(value);
    const rest = value - floor;
    return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
