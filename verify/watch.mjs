/**
 * The outside witness: keeps the checkpoints that a store publishes, and shouts when they contradict each other.
 *
 *     node watch.mjs URL --folder DIR [--key KEY] [--every SECONDS] [--json]
 *
 * It is run by somebody who is not the store, on another machine. Beside it lies `verify.mjs`, and it needs nothing
 * else. Without --key it takes the key that the store shows the first time, and holds the store to it afterwards.
 *
 * Exit codes: 0 the ledger only grew, 1 it contradicts itself (fork, rollback, bad signature; both sides are kept in
 * DIR), 2 it could not be looked at. A fork or a rollback that was seen once is an alarm at every look from then on,
 * whatever the store answers, until its file is moved out of DIR.
 */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fromBase64, isConsistent, NotGenuine, openCheckpoint, readKey } from './verify.mjs'

const TIMEOUT_MS = 20_000
const MOST_BYTES = 1_000_000
/** What the store's own key has signed, and what contradicts the ledger before it. */
const EVIDENCE = /^(?:fork|rollback)-\d+-after-\d+\.txt$/

/** The ledger contradicts itself, or what it promised. */
export class Contradiction extends Error {}

/**
 * Looks once. Resolves to a sentence about what was seen.
 *
 * @throws {Contradiction} after what contradicts was written to the folder, and while evidence lies there.
 */
export async function watchOnce({ url, folder, key }) {
  mkdirSync(folder, { recursive: true })
  const evidence = readdirSync(folder).filter((name) => EVIDENCE.test(name))
  if (evidence.length === 0) return lookAt({ url, folder, key })
  const seen = await lookAt({ url, folder, key }).catch((error) => {
    if (isAlarm(error)) throw error
    return `Cannot look: ${error.message}`
  })
  const files = evidence.sort().map((name) => join(folder, name))
  const before = `A fork or a rollback was seen before: ${files.join(', ')}`
  shout(`${before}. Move that away when it is cleared up. Now: ${seen.replace(/\.$/, '')}`)
}

async function lookAt({ url, folder, key }) {
  const keyText = await keyFor({ url, folder, key })
  const verifier = await readKey(keyText).catch((error) =>
    shout(`The key is not one: ${error.message}`),
  )
  const note = await fetched(url, 'checkpoint')
  const now = await openCheckpoint(note, verifier).catch((error) => {
    keep(folder, 'bad-signature.txt', note)
    return shout(`Bad signature: ${error.message}`)
  })
  const last = kept(folder, 'checkpoint.txt')
  if (last === undefined) {
    save(folder, now.size, note)
    return `${now.origin}: first look, ${now.size} entries.`
  }
  const before = await openCheckpoint(last, verifier).catch((error) => {
    return shout(`The checkpoint that was kept is not by the key that was kept: ${error.message}`)
  })
  await compare({ url, folder, note, before, now })
  if (now.size > before.size) save(folder, now.size, note)
  const more = now.size - before.size
  return `${now.origin}: ${now.size} entries, ${more} more than before; the ledger only grew.`
}

async function compare({ url, folder, note, before, now }) {
  const sides = `${now.size}-after-${before.size}`
  if (now.size < before.size) {
    keep(folder, `rollback-${sides}.txt`, note)
    shout(`Rollback: it has ${now.size} entries and had ${before.size}`)
  }
  const proof = now.size === before.size ? [] : await proofOf(url, before.size, now.size)
  const isGood =
    proof.every((hash) => hash?.length === 32) && (await isConsistent(before, now, proof))
  if (isGood) return
  keep(folder, `fork-${sides}.txt`, note)
  shout(`Fork: the ledger of ${now.size} entries does not continue the one of ${before.size}`)
}

async function keyFor({ url, folder, key }) {
  const known = kept(folder, 'key.txt')
  const given = key === undefined || !existsSync(key) ? key : readFileSync(key, 'utf8').trim()
  if (known !== undefined) {
    if (given !== undefined && given !== known)
      shout('The key that was given is not the one that was kept')
    return known
  }
  const first = given ?? (await fetched(url, 'key')).trim()
  keep(folder, 'key.txt', first)
  return first
}

async function proofOf(url, from, to) {
  const text = await fetched(url, `consistency?from=${from}&to=${to}`)
  try {
    const { proof } = JSON.parse(text)
    if (Array.isArray(proof)) return proof.map(fromBase64)
  } catch {}
  return [undefined]
}

async function fetched(url, name) {
  const address = new URL(`/.well-known/tacet/${name}`, url)
  const answer = await fetch(address, {
    headers: { 'cache-control': 'no-cache' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error) => {
    const why = error.cause?.code ?? error.cause?.message ?? error.message
    throw new Error(`${address.origin} gave no answer (${why}). Look whether the store runs`)
  })
  const text = await answer.text()
  if (answer.ok && text.length <= MOST_BYTES) return text
  throw new Error(`${address.href} answered with ${answer.status}`)
}

function kept(folder, name) {
  const file = join(folder, name)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** Every checkpoint is kept, and the last one a second time under its own name. */
function save(folder, size, note) {
  keep(folder, `checkpoint-${String(size).padStart(16, '0')}.txt`, note)
  keep(folder, 'checkpoint.txt', note)
}

/** Whole or not at all. */
function keep(folder, name, text) {
  const half = join(folder, `${name}.new`)
  writeFileSync(half, text)
  renameSync(half, join(folder, name))
}

function shout(message) {
  throw new Contradiction(message)
}

/**
 * Looks once, or every so many seconds until it is stopped or the ledger contradicts itself. Gives the exit code.
 */
export async function watch({ url, folder, key, everySeconds, json }, write) {
  for (;;) {
    const { code, said } = await look({ url, folder, key })
    write(json ? `${JSON.stringify({ code, said })}\n` : `${said}\n`)
    if (everySeconds === undefined || code === 1) return code
    await pause(everySeconds * 1000)
  }
}

async function look({ url, folder, key }) {
  try {
    return { code: 0, said: await watchOnce({ url, folder, key }) }
  } catch (error) {
    return isAlarm(error)
      ? { code: 1, said: `ALARM. ${error.message}. What was seen is in ${folder}.` }
      : { code: 2, said: `Cannot look: ${error.message}.` }
  }
}

function isAlarm(error) {
  return error instanceof Contradiction || error instanceof NotGenuine
}

const USAGE = `node watch.mjs URL --folder DIR [--key KEY] [--every SECONDS] [--json]

Keeps the checkpoints of a store's ledger in DIR, and ends with 1 when they contradict each other: from
then on each time, until the file in DIR that it names is moved away.
`

async function run(args) {
  const asked = readArguments(args)
  if (asked !== undefined) return watch(asked, (text) => process.stdout.write(text))
  process.stderr.write(USAGE)
  return 2
}

/** Undefined for what cannot be understood. */
export function readArguments(args) {
  const text = { type: 'string' }
  const options = { folder: text, key: text, every: text, json: { type: 'boolean' } }
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [url, more] = positionals
    const { folder, key, every, json = false } = values
    const isUrl = url !== undefined && /^https?:$/.test(new URL(url).protocol)
    const isTime = every === undefined || /^[1-9]\d{0,6}$/.test(every)
    if (!isUrl || folder === undefined || more !== undefined || !isTime) return undefined
    const everySeconds = every === undefined ? undefined : Number(every)
    return { url, folder, key, everySeconds, json }
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await run(process.argv.slice(2))
