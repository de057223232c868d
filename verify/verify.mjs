/**
 * The stand-alone verifier: checks a receipt with nothing but the key of the store's ledger.
 *
 *     node verify.mjs RECEIPT KEY        RECEIPT: JSON, or the PDF; KEY: the key itself, or a file that holds it
 *
 * It needs Node 18.17 or newer, or a browser (`index.html`), no other file and no network. It shares no code with the
 * store, on purpose: two programs that were written apart must agree.
 *
 * Rules: RFC 9162, section 2.1 (tree and proofs); C2SP signed-note and tlog-checkpoint (signatures).
 * Exit codes: 0 genuine, 1 not genuine, 2 the command could not be understood.
 */

const utf8 = new TextEncoder()
const ED25519 = 1
const FIELDS = ['version', 'entry', 'index', 'proof', 'checkpoint']

/** What an entry says, in words; a name that is not here is shown as it is. */
const NAMES = {
  because: 'Because',
  clause: 'Clause of the policy',
  copiesEnd: 'Last copy in a backup ends',
  ended: 'What ended',
  had: 'Had been given something',
  later: 'Entries of what ends later',
  notices: 'Notices to erase it',
  revision: 'Revision of the policy',
  stays: 'What stays, until when',
}

/** What is wrong with a receipt, a key or a checkpoint. */
export class NotGenuine extends Error {}

/** The key is none, so that nothing was checked by it. */
export class NoKey extends NotGenuine {}

/**
 * Checks a receipt's text against a key's text.
 *
 * @returns what is proven, as `verify.d.mts` has it
 * @throws {NotGenuine}
 */
export async function verifyReceipt(receiptText, keyText) {
  const key = await readKey(keyText)
  const receipt = readReceipt(receiptText)
  const { origin, size, root } = await openCheckpoint(receipt.checkpoint, key)
  const leaf = await sha256(Uint8Array.of(0), utf8.encode(receipt.entry))
  const reached = await rootOfInclusion(leaf, receipt.index, size, receipt.proof)
  must(
    reached !== undefined && same(reached, root),
    'the proof does not lead from the entry to the signed tree',
  )
  return { entry: readEntry(receipt.entry), origin, index: receipt.index, size }
}

/**
 * The receipt's text in a file: the file itself, or what is attached to a PDF.
 *
 * @throws {NotGenuine} when nothing that can be read is attached to the PDF
 */
export async function receiptIn(bytes) {
  const letters = new TextDecoder('latin1').decode(bytes)
  if (!letters.startsWith('%PDF-')) return { text: new TextDecoder().decode(bytes), isPdf: false }
  const found = /\/EmbeddedFile\b.*?\/Length (\d+).*?stream\r?\n/s.exec(letters)
  must(found !== null, 'no receipt is attached to this PDF')
  const begin = found.index + found[0].length
  const packed = new Blob([bytes.subarray(begin, begin + Number(found[1]))])
  const unpacked = packed.stream().pipeThrough(new DecompressionStream('deflate'))
  const text = await new Response(unpacked).text().catch(() => undefined)
  must(text !== undefined, 'what is attached to this PDF cannot be read')
  return { text, isPdf: true }
}

/** Reads a published key, `name+key id+key`. Throws {NoKey}. */
export async function readKey(text) {
  const [, name, id, encoded] =
    /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.replace(/\n$/, '')) ?? []
  const bytes = fromBase64(encoded)
  const isForm = bytes?.length === 33 && bytes[0] === ED25519
  if (!isForm) throw new NoKey('the key is not the key of a ledger')
  const hash = await sha256(utf8.encode(`${name}\n`), bytes)
  if (hex(hash.subarray(0, 4)) !== id) {
    throw new NoKey('the key is damaged: its parts do not belong together')
  }
  const { subtle } = await webCrypto()
  const key = await subtle.importKey('raw', bytes.subarray(1), { name: 'Ed25519' }, false, [
    'verify',
  ])
  return { name, id, key }
}

/** Checks a signed checkpoint. */
export async function openCheckpoint(note, { name, id, key }) {
  const end = note.lastIndexOf('\n\n') + 1
  const isForm = end > 0 && note.endsWith('\n') && isPlain(note)
  must(isForm, 'the checkpoint is not of the form of a signed note')
  const text = note.slice(0, end)
  const signatures = note
    .slice(end + 1, -1)
    .split('\n')
    .map(readSignature)
  const own = signatures.filter((signature) => signature.name === name && signature.id === id)
  must(own.length > 0, 'the checkpoint is not signed by this key')
  const { subtle } = await webCrypto()
  for (const { bytes } of own) {
    const good = await subtle.verify({ name: 'Ed25519' }, key, bytes, utf8.encode(text))
    must(good, 'the signature of the checkpoint is not good')
  }
  const [origin, size, root, ...rest] = text.slice(0, -1).split('\n')
  const bytes = fromBase64(root)
  must(origin === name, 'the checkpoint is of another ledger')
  must(
    /^(0|[1-9]\d{0,15})$/.test(size) && Number.isSafeInteger(Number(size)),
    'the checkpoint has no size',
  )
  must(bytes?.length === 32 && !rest.includes(''), 'the checkpoint has no root')
  return { origin, size: Number(size), root: bytes }
}

/** RFC 9162, section 2.1.3.2. Undefined where the proof has the wrong length. */
export async function rootOfInclusion(leaf, index, size, proof) {
  if (!(index >= 0 && index < size)) return undefined
  let [at, last, root] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      root = await node(sibling, root)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else root = await node(root, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? root : undefined
}

/** RFC 9162, section 2.1.4.2: whether the second tree begins with all of the first. */
export async function isConsistent(first, second, proof) {
  if (first.size > second.size) return false
  if (first.size === 0) return proof.length === 0 && same(first.root, await sha256())
  if (first.size === second.size) return proof.length === 0 && same(first.root, second.root)
  let [at, last] = [first.size - 1, second.size - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  const [seed, ...rest] = at === 0 ? [first.root, ...proof] : proof
  if (seed === undefined) return false
  let [older, newer] = [seed, seed]
  for (const hash of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      older = await node(hash, older)
      newer = await node(hash, newer)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else newer = await node(newer, hash)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && same(older, first.root) && same(newer, second.root)
}

/** Base64 in its one form; undefined for every other text. */
export function fromBase64(text) {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    return undefined
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  return btoa(String.fromCharCode(...bytes)) === text ? bytes : undefined
}

/** What a genuine receipt shows, in sentences. */
export function inWords({ entry, origin, index, size }, isPdf = false) {
  const { at, kind, reference, ...more } = entry
  const rest = Object.entries(more).filter(([name]) => !['id', 'version'].includes(name))
  const facts = [
    ['Ledger', origin],
    ['What', kind],
    ['When', at],
    ['Reference', reference],
    ...rest.map(([name, value]) => [NAMES[name] ?? name, [value].flat().join(', ') || 'none']),
    ['Place', `entry ${index} of the ${size} that were signed`],
  ]
  const width = Math.max(...facts.map(([name]) => name.length))
  const lines = [
    'This receipt is genuine.',
    '',
    ...facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    'It proves that the store wrote this entry, word for word, into its ledger and signed for it:',
    'it can neither deny nor change it without a contradiction that anybody with this receipt can show.',
    'It does not prove that the store did what the entry says, nor when: that is the word of the store.',
    ...(isPdf
      ? ['It is what is attached to the PDF. What stands on its pages is not checked.']
      : []),
  ]
  return `${lines.join('\n')}\n`
}

/** What a receipt that is not genuine shows, or a key that is none. */
export function notGenuine(error) {
  return error instanceof NoKey
    ? `Nothing was checked: ${error.message}.\n`
    : `This receipt is NOT genuine: ${error.message}.\n`
}

function readReceipt(text) {
  const receipt = parsed(text, 'the receipt is no JSON')
  const isObject = typeof receipt === 'object' && receipt !== null && !Array.isArray(receipt)
  must(isObject, 'the receipt is not of the form of a receipt')
  const strange = Object.keys(receipt).find((name) => !FIELDS.includes(name))
  must(strange === undefined, `the receipt has a field "${strange}", which nothing proves`)
  const { version, entry, index, proof, checkpoint } = receipt
  must(version === 1, 'the receipt is of a version that this verifier does not know')
  const isForm =
    [entry, checkpoint].every((part) => typeof part === 'string' && isWhole(part)) &&
    Number.isSafeInteger(index) &&
    Array.isArray(proof)
  must(isForm, 'the receipt is not of the form of a receipt')
  const hashes = proof.map(fromBase64)
  must(
    hashes.every((hash) => hash?.length === 32),
    'the proof holds what is no hash',
  )
  return { ...receipt, proof: hashes }
}

function readEntry(text) {
  const entry = parsed(text, 'the entry is no JSON')
  must(typeof entry === 'object' && entry !== null, 'the entry is not of the form of an entry')
  return entry
}

function readSignature(line) {
  const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? []
  const bytes = fromBase64(encoded)
  must(
    bytes !== undefined && bytes.length > 4,
    'a signature of the checkpoint is not of the form of one',
  )
  return { name, id: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) }
}

/** No control character but the end of a line. */
function isPlain(text) {
  return isWhole(text) && ![...text].some((letter) => letter < ' ' && letter !== '\n')
}

/** No half of a character, which would be hashed as another one. */
function isWhole(text) {
  return ![...text].some((letter) => letter >= '\ud800' && letter <= '\udfff')
}

function parsed(text, problem) {
  try {
    return JSON.parse(text)
  } catch {
    throw new NotGenuine(problem)
  }
}

function must(condition, problem) {
  if (!condition) throw new NotGenuine(problem)
}

function node(left, right) {
  return sha256(Uint8Array.of(1), left, right)
}

function half(number) {
  return Math.floor(number / 2)
}

function same(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function sha256(...parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  const { subtle } = await webCrypto()
  return new Uint8Array(await subtle.digest('SHA-256', all))
}

/** Node 18 has it in a module only. */
async function webCrypto() {
  return globalThis.crypto ?? (await import('node:crypto')).webcrypto
}

async function run([receiptFile, key, more]) {
  const { existsSync, readFileSync } = await import('node:fs')
  if (key === undefined || more !== undefined) {
    process.stderr.write(
      'node verify.mjs RECEIPT KEY\n\n' +
        'RECEIPT is its file, JSON or PDF. KEY is the key of the ledger, or a file that holds it.\n',
    )
    return 2
  }
  const read = (file) => {
    try {
      return readFileSync(file)
    } catch (error) {
      process.stderr.write(`Cannot read ${file} (${error.code}). Name the file.\n`)
      return undefined
    }
  }
  const bytes = read(receiptFile)
  const keyText = existsSync(key) ? read(key)?.toString() : key
  if (bytes === undefined || keyText === undefined) return 2
  try {
    const { text, isPdf } = await receiptIn(bytes)
    process.stdout.write(inWords(await verifyReceipt(text, keyText), isPdf))
    return 0
  } catch (error) {
    if (!(error instanceof NotGenuine)) throw error
    process.stderr.write(notGenuine(error))
    return error instanceof NoKey ? 2 : 1
  }
}

if (typeof process === 'object' && /[/\\]verify\.mjs$/.test(process.argv?.[1] ?? '')) {
  run(process.argv.slice(2)).then((code) => {
    process.exitCode = code
  })
}
