// Numbers of many values.

/** The value that a share `q` of the values does not exceed. */
export function quantile(values, q) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

/** How often each value is there. */
export function counts(values) {
    const found = {};
    for (const value of values) found[value] = (found[value] ?? 0) + 1;
    return found;
}

/** The middle one and the largest. */
export const spread = (values) => ({ median: quantile(values, 0.5), most: Math.max(...values) });
