/**
 * Verified AI inference on Candor, for browsers and Node.
 *
 * @packageDocumentation
 */

export { type Amount, CNDR, toCndr, toPlanck } from './amounts.js';
export {
    type AttestationBinding,
    bindingHash,
    encodeBinding,
    renewalMessage,
    reportData,
} from './attestation/binding.js';
export {
    type AttestationChain,
    type AttestationCode,
    type AttestationFacts,
    type AttestationOptions,
    type AttestationVerdict,
    checkAttestation,
} from './attestation/check.js';
export {
    type Attestation,
    collateralKey,
    type EvidenceOptions,
    type Measurement,
    type TcbStatus,
    type Tee,
    type TeeVendor,
    verifyEvidence,
} from './attestation/evidence.js';
export { fromBase64, fromHex, type Hex, toBase64, toHex } from './bytes.js';
export { type BatchOptions, Candor } from './candor.js';
export { type BlockInfo, Chain, type ChainEvent } from './chain/connection.js';
export { type Variant } from './chain/plain.js';
export { type Account, type Call, type Included, type SubmitOptions, Transactions } from './chain/transactions.js';
export {
    CHUNK,
    DataHasher,
    fileRoot,
    ListHasher,
    type ListState,
    listRoot,
    modelRoot,
    TAG,
    tensorRoot,
    tensorsRoot,
} from './commitments.js';
export type { CandorOptions } from './context.js';
export { blake2, cryptoReady, keyPair, publicKey, SS58, toAddress, VoucherKey } from './crypto.js';
export * from './errors.js';
export type { Pool, Position, Stake } from './hosts.js';
export { type CallOptions, Endpoint, type EndpointOptions } from './http.js';
export {
    HEADER,
    Inference,
    type InferOptions,
    type InferResult,
    type Inputs,
    type ModelMetadata,
    type Outputs,
    type RawAnswer,
    type TensorInfo,
} from './inference.js';
export { type Job, type JobOptions, type JobResult, type Jobs, type JobView, type Quote, RunOfJobFailedError } from './jobs.js';
export type { Host, Models, Offer, Prepared, Store } from './models.js';
export { decodeResponse, encodeRequest, JSON_LENGTH, type Named, type WireRequest, type WireResponse } from './oip.js';
export {
    encodeDraft,
    encodeReceipt,
    type Outcome,
    type Receipt,
    type ReceiptDraft,
    receiptHash,
    type ReceiptPath,
    SignedReceipt,
} from './receipt.js';
export { arrange, countUnits, type Dim, parseRef, type Release, type ReleaseRef, type TensorSpec } from './releases.js';
export type { Run, Schedule, ScheduleOptions, Schedules } from './schedules.js';
export type { OpenOptions, SessionInfo, SessionQuote, Sessions } from './sessions.js';
export { SessionChannel, type SessionParts } from './sessions/channel.js';
export { memoryStore, type SessionStore, type TextStorage, webStore } from './sessions/store.js';
export { type Data, type DataOf, type DType, DTYPES, type NestedValue, Tensor, tensor, type TensorLike } from './tensor.js';
export { checkReceipt, type Expected, rootOf, type Verdict } from './verify.js';
export {
    closeMessage,
    draftOf,
    earns,
    encodeVoucher,
    feeOf,
    lastHash,
    type SessionTerms,
    SignedVoucher,
    type Voucher,
    voucherHash,
} from './voucher.js';
