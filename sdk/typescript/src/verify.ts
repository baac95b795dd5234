// What a receipt must say, checked here and nowhere else: hashes and a signature, no trust in any server.

import type { Hex } from './bytes.js';
import { tensorsRoot } from './commitments.js';
import type { SignedReceipt } from './receipt.js';
import type { Tensor } from './tensor.js';

/** Root of a list of tensors. */
export const rootOf = (tensors: readonly Tensor[]): Hex => tensorsRoot(tensors.map((tensor) => tensor.root()));
/** Root of a list of tensors from their roots. */
export const listedRoot = (roots: readonly Hex[]): Hex => tensorsRoot(roots);

/** What a receipt is compared with; what is left out is not compared. */
export interface Expected {
    /** Key that must have signed it. */
    worker?: Hex | string;
    /** All inputs, in the release's order. */
    inputs?: readonly Tensor[];
    /** All outputs, in the release's order; none if the run must have failed. */
    outputs?: readonly Tensor[] | 'failed';
    genesis?: Hex;
    release?: number;
    /** Roots of the variants that it may be of. */
    variants?: readonly Hex[];
    requester?: string;
    host?: string;
    units?: bigint;
    maxFee?: bigint;
}

/** Whether a receipt says what it must. */
export interface Verdict {
    valid: boolean;
    /** Everything that is wrong. */
    problems: string[];
}

/** Compare a receipt with what it must say. */
export async function checkReceipt(signed: SignedReceipt, expected: Expected): Promise<Verdict> {
    const { receipt } = signed;
    const problems: string[] = [];
    const must = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
    const { worker, inputs, outputs, genesis, release, variants, requester, host, units, maxFee } = expected;
    if (worker !== undefined) must(await signed.signedBy(worker), "its receipt is not signed by the host's worker key");
    if (inputs !== undefined) must(rootOf(inputs) === receipt.inputRoot, 'its receipt is of another input');
    if (outputs !== undefined) {
        const { outcome } = receipt;
        if (outputs === 'failed') must('failed' in outcome, 'its receipt says that there are outputs');
        else if ('failed' in outcome) must(false, 'its receipt says that the run failed');
        else must(rootOf(outputs) === outcome.output, 'the outputs are not those that were signed');
    }
    if (genesis !== undefined) must(receipt.genesis === genesis, 'its receipt is of another chain');
    if (release !== undefined) must(receipt.release === release, 'its receipt is of another release');
    if (variants !== undefined) {
        must(variants.includes(receipt.variant), 'its receipt is of a variant that the release does not have');
    }
    if (requester !== undefined) must(receipt.requester === requester, 'its receipt is of another requester');
    if (host !== undefined) must(receipt.host === host, 'its receipt is of another host');
    if (units !== undefined) must(receipt.units === units, 'its receipt counts other units of work');
    if (maxFee !== undefined) must(receipt.fee <= maxFee, 'its receipt takes a higher fee than was allowed');
    return { valid: problems.length === 0, problems };
}
