/** The types of `verify.mjs`, which is plain JavaScript so that it runs wherever it is copied to. */

export class NotGenuine extends Error {}
export class NoKey extends NotGenuine {}

export type Genuine = {
  readonly entry: Readonly<Record<string, unknown>>
  readonly origin: string
  readonly index: number
  readonly size: number
}

export type Key = { readonly name: string; readonly id: string; readonly key: CryptoKey }
export type Head = { readonly size: number; readonly root: Uint8Array }

export function verifyReceipt(receipt: string, key: string): Promise<Genuine>
export function receiptIn(
  bytes: Uint8Array,
): Promise<{ readonly text: string; readonly isPdf: boolean }>
export function readKey(text: string): Promise<Key>
export function openCheckpoint(note: string, key: Key): Promise<Head & { readonly origin: string }>
export function rootOfInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Promise<Uint8Array | undefined>
export function isConsistent(
  first: Head,
  second: Head,
  proof: readonly Uint8Array[],
): Promise<boolean>
export function fromBase64(text: unknown): Uint8Array | undefined
export function notGenuine(error: NotGenuine): string
export function inWords(genuine: Genuine, isPdf?: boolean): string
