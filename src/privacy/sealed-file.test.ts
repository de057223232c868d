/** Sealed files: the published vectors, and that nothing can be done to one that is not found. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { openFile, sealFile } from './sealed-file.ts'

type Vector = Readonly<Record<'secret' | 'salt' | 'plain' | 'sealed', string>>

const file = new URL('../../test/vectors/sealed-file.json', import.meta.url)
const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'))
const CHUNK = 65_536
const HEADER = 47
const forged = { name: 'Fault', code: 'forged' }
const secret = randomBytes(32)

async function* pieces(bytes: Buffer, size = 10_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function all(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = []
  for await (const bytes of source) found.push(bytes)
  return Buffer.concat(found)
}

const seal = (plain: Buffer, size?: number) => all(sealFile(secret, pieces(plain, size)))
const open = (sealed: Buffer, under = secret) => all(openFile(under, pieces(sealed)))

test('the published vectors seal and open', async () => {
  assert.ok(vectors.length >= 3)
  for (const vector of vectors) {
    const [key, salt, plain] = [vector.secret, vector.salt, vector.plain].map((hex) =>
      Buffer.from(hex, 'hex'),
    )
    assert.ok(key !== undefined && salt !== undefined && plain !== undefined)
    const sealed = await all(sealFile(key, pieces(plain), salt))
    assert.equal(sealed.toString('hex'), vector.sealed)
    assert.deepEqual(await all(openFile(key, pieces(sealed))), plain)
  }
})

test('bytes of any length, in pieces of any size, come back', async () => {
  for (const length of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5]) {
    const plain = randomBytes(length)
    for (const size of [7919, CHUNK, 10 * CHUNK]) {
      const sealed = await seal(plain, size)
      const chunks = Math.max(Math.ceil(length / CHUNK), 1)
      assert.equal(sealed.length, HEADER + length + 16 * chunks)
      assert.deepEqual(await open(sealed), plain, `${length} in ${size}`)
    }
  }
})

test('a flipped bit anywhere is found', async () => {
  const sealed = await seal(randomBytes(CHUNK + 300))
  const flipped = async (bit: number) => {
    const copy = Buffer.from(sealed)
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await assert.rejects(open(copy), forged, `bit ${bit}`)
  }
  for (let bit = 0; bit < HEADER * 8; bit += 1) await flipped(bit)
  await fc.assert(fc.asyncProperty(fc.nat(sealed.length * 8 - 1), flipped))
})

test('a file that was cut, extended or put together anew is refused', async () => {
  const sealed = await seal(randomBytes(3 * CHUNK))
  const cut = fc.asyncProperty(fc.nat(sealed.length - 1), (length) =>
    assert.rejects(open(sealed.subarray(0, length)), forged),
  )
  await fc.assert(cut)
  const chunk = (at: number) =>
    sealed.subarray(HEADER + at * (CHUNK + 16), HEADER + (at + 1) * (CHUNK + 16))
  const header = sealed.subarray(0, HEADER)
  const others: readonly (readonly Buffer[])[] = [
    [header],
    [header, chunk(0)],
    [header, chunk(0), chunk(1)],
    [header, chunk(2)],
    [header, chunk(1), chunk(0), chunk(2)],
    [header, chunk(0), chunk(0), chunk(1), chunk(2)],
    [header, chunk(0), chunk(1), chunk(2), chunk(2)],
    [sealed, Buffer.of(0)],
    [sealed, sealed],
    [(await seal(randomBytes(5))).subarray(0, HEADER), chunk(0), chunk(1), chunk(2)],
  ]
  for (const parts of others) await assert.rejects(open(Buffer.concat(parts)), forged)
})

test('another secret, and what is no backup, are refused', async () => {
  await assert.rejects(open(await seal(Buffer.from('x')), randomBytes(32)), forged)
  for (const bytes of [Buffer.alloc(0), Buffer.from('PK\x03\x04'), randomBytes(100_000)]) {
    await assert.rejects(open(bytes), { ...forged, message: /no backup of a Tacet store/ })
  }
})
