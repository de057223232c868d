/**
 * What is inside a backup, before it is compressed and sealed: frames, each a kind (1 byte), a length (4, big-endian),
 * and as many bytes.
 *
 * First the manifest, then members: the head of one, its bytes in pieces, its end with their count; last the number of
 * members. Heads, ends and the manifest are JSON.
 */

import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'
import type { UsedGeneration } from '../privacy/restored-keys.ts'
import type { Sequence } from './_sequences.ts'

export type Manifest = {
  readonly id: Id
  readonly madeAt: string
  /** Which migrations the tables have, oldest first. */
  readonly migrations: readonly { readonly name: string; readonly digest: string }[]
  /** The months that partitioned tables have: the first, and how many. */
  readonly months: { readonly first: string; readonly count: number }
  readonly sequences: readonly Sequence[]
  readonly generations: readonly UsedGeneration[]
  /** The ledger's key, and its last checkpoint. */
  readonly ledger: { readonly key: string; readonly checkpoint: string }
}

export type Member =
  | { readonly kind: 'table'; readonly name: string; readonly columns: readonly string[] }
  | { readonly kind: 'jobs' }
  | { readonly kind: 'picture'; readonly name: string }

/** A member with its bytes, and what is told of how many there were so far. */
export type Packed = {
  readonly member: Member
  readonly bytes: AsyncIterable<Buffer>
  readonly onBytes?: (count: number) => void
}

/** What is done with a member; it must read the bytes to their end. */
export type Visit = {
  readonly manifest: (manifest: Manifest) => Promise<void>
  readonly member: (member: Member, bytes: AsyncIterable<Buffer>) => Promise<void>
}

const KIND = { manifest: 1, head: 2, bytes: 3, end: 4, last: 5 } as const
/** Bytes before those of a frame. */
const HEAD = 5
const MOST_BYTES = 64 * 1024 * 1024

export async function* writeArchive(
  manifest: Manifest,
  members: AsyncIterable<Packed>,
): AsyncGenerator<Buffer> {
  yield json(KIND.manifest, manifest)
  let count = 0
  for await (const { member, bytes, onBytes } of members) {
    yield json(KIND.head, member)
    let length = 0
    for await (const piece of bytes) {
      yield frame(KIND.bytes, piece)
      length += piece.length
      onBytes?.(length)
    }
    yield json(KIND.end, { length })
    count += 1
  }
  yield json(KIND.last, { count })
}

/** @throws {Fault} `forged` when it is not of this form, whole. */
export async function readArchive(plain: AsyncIterable<Buffer>, visit: Visit): Promise<void> {
  const frames = framesIn(plain)
  await visit.manifest(parsed(await next(frames), KIND.manifest))
  for (let count = 0; ; count += 1) {
    const found = await next(frames)
    if (found.kind === KIND.last) {
      const { count: all } = parsed<{ count: number }>(found, KIND.last)
      if (all !== count || !(await frames.next()).done) throw malformed()
      return
    }
    const bytes = bytesIn(frames)
    await visit.member(parsed(found, KIND.head), bytes)
    if (!(await bytes.next()).done) throw malformed()
  }
}

/** Reads a member's bytes and does nothing with them. */
export async function skip(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes);
}

type Frame = { readonly kind: number; readonly bytes: Buffer }

async function* bytesIn(frames: AsyncGenerator<Frame>): AsyncGenerator<Buffer> {
  for (let length = 0; ; ) {
    const found = await next(frames)
    if (found.kind !== KIND.bytes) {
      if (parsed<{ length: number }>(found, KIND.end).length !== length) throw malformed()
      return
    }
    length += found.bytes.length
    yield found.bytes
  }
}

async function next(frames: AsyncGenerator<Frame>): Promise<Frame> {
  const { value, done } = await frames.next()
  if (done) throw malformed()
  return value
}

async function* framesIn(plain: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest = Buffer.alloc(0)
  for await (const piece of plain) {
    rest = Buffer.concat([rest, piece])
    for (let length = lengthOf(rest); length <= rest.length; length = lengthOf(rest)) {
      yield { kind: rest.readUInt8(), bytes: rest.subarray(HEAD, length) }
      rest = rest.subarray(length)
    }
  }
  if (rest.length > 0) throw malformed()
}

/** Of the first frame, its head included; too long while that is not known. */
function lengthOf(rest: Buffer): number {
  if (rest.length < HEAD) return Number.POSITIVE_INFINITY
  const length = rest.readUInt32BE(1)
  if (length > MOST_BYTES) throw malformed()
  return HEAD + length
}

function frame(kind: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(HEAD)
  head.writeUInt8(kind)
  head.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

function json(kind: number, value: unknown): Buffer {
  return frame(kind, Buffer.from(JSON.stringify(value)))
}

/** What is in a backup was authenticated before it comes here: its form is that of whoever has our keys. */
function parsed<T>({ kind, bytes }: Frame, expected: number): T {
  if (kind !== expected) throw malformed()
  return JSON.parse(bytes.toString('utf8')) as T
}

function malformed(): Fault {
  return new Fault('forged', 'This backup is not of a form that this version reads', {
    remedy: 'Restore it with the version of Tacet that made it',
  })
}
