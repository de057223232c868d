/**
 * Pictures of an import: looked up in a folder by file name, and made anew in two sizes.
 *
 * The store opens no connection for a picture and links to none: what lies at an address elsewhere is reported, and its
 * file must be brought along. What is made carries none of its source's metadata (place, device, date), and is named by
 * its source's content, so that it never changes and is made once.
 *
 * sharp is loaded at the first picture only: a store at rest does without its memory.
 */

import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../base/failure.ts'

/** A picture in DATA_DIR/pictures. Sizes are those of the large file. */
export type MadePicture = {
  readonly file: string
  readonly smallFile: string
  readonly width: number
  readonly height: number
}

/** Makes the picture of a file name, or says why it cannot. */
export type MakePicture = (source: string) => Promise<MadePicture | { readonly reason: string }>

const MOST_BYTES = 20_000_000
const MOST_PIXELS = 40_000_000
const LARGE = 1200
const SMALL = 400
/** Nobody scrolls past a picture more than twice as high as it is wide. */
const HIGHEST = 2400
/** Changes when the same source shall give other files. */
const RECIPE = 'v1'
const SHRUNK = { fit: 'inside', withoutEnlargement: true } as const
/** Twice as quick as the usual effort, for files a tenth larger. */
const WEBP = { quality: 82, effort: 1 }
const REMEDY = 'bring the file along with --images DIR'

/**
 * Opens the folder in which an import looks for its pictures; null for none.
 *
 * @throws {Fault} `import_unreadable` when there is no such folder.
 */
export async function openPictures(
  folder: string | null,
  destination: string,
  dryRun: boolean,
): Promise<MakePicture> {
  if (folder === null) return async () => ({ reason: `The store fetches no picture: ${REMEDY}` })
  const names = await listFolder(folder)
  if (!dryRun) await mkdir(destination, { recursive: true })
  return async (source) => {
    const name = names.get(source.toLowerCase())
    if (name === undefined)
      return { reason: `No "${source}" in the folder of pictures, and the store fetches none` }
    try {
      const bytes = await readBounded(join(folder, name))
      if (bytes === null) return { reason: `"${name}" is larger than ${MOST_BYTES / 1e6} MB` }
      return await make(bytes, destination, dryRun)
    } catch (error) {
      if (isDiskFault(error)) throw error
      return { reason: `"${name}" cannot be read as a picture of at most 40 megapixels` }
    }
  }
}

/** Runs `work` over all items, as many at once as there are cores. */
export async function eachInParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker))
}

async function listFolder(folder: string): Promise<ReadonlyMap<string, string>> {
  try {
    const names = await readdir(folder)
    return new Map(names.map((name) => [name.toLowerCase(), name]))
  } catch (cause) {
    throw new Fault('import_unreadable', `Cannot read the folder of pictures "${folder}"`, {
      remedy: 'Look whether the folder is there and may be read',
      cause,
    })
  }
}

async function readBounded(path: string): Promise<Buffer | null> {
  const { size } = await stat(path)
  return size > MOST_BYTES ? null : readFile(path)
}

async function make(source: Buffer, destination: string, dryRun: boolean): Promise<MadePicture> {
  const digest = createHash('sha256').update(RECIPE).update(source).digest('hex').slice(0, 32)
  const file = `${digest}-${LARGE}.webp`
  const smallFile = `${digest}-${SMALL}.webp`
  const large = join(destination, file)
  const small = join(destination, smallFile)
  if ((await exists(large)) && (await exists(small))) {
    const { width, height } = await (await loadSharp())(large).metadata()
    return { file, smallFile, width, height }
  }
  const { width, height, pixels } = await decode(source)
  if (!dryRun) {
    await put(
      small,
      await pixels()
        .resize({ ...SHRUNK, width: SMALL })
        .webp(WEBP)
        .toBuffer(),
    )
    await put(large, await pixels().webp(WEBP).toBuffer())
  }
  return { file, smallFile, width, height }
}

/** The picture upright, at most large, in sRGB, without metadata; without transparency where nothing is transparent. */
async function decode(source: Buffer) {
  const sharp = await loadSharp()
  const { data, info } = await sharp(source, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    .autoOrient()
    .resize({ ...SHRUNK, width: LARGE, height: HIGHEST })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const all = () => sharp(data, { raw: { width, height, channels } })
  if (channels !== 4 || !isOpaque(data)) return { width, height, pixels: all }
  const rgb = await all().removeAlpha().raw().toBuffer()
  return { width, height, pixels: () => sharp(rgb, { raw: { width, height, channels: 3 } }) }
}

function isOpaque(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false
  return true
}

/** One thread a picture, since several are made at once; nothing kept between pictures. */
async function loadSharp() {
  const { default: sharp } = await import('sharp')
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp
}

/** Whole or not at all: a half-written picture must never be served. */
async function put(path: string, bytes: Buffer): Promise<void> {
  const written = `${path}.${process.pid}.part`
  try {
    await writeFile(written, bytes)
    await rename(written, path)
  } catch (cause) {
    await rm(written, { force: true })
    throw new Fault('storage', 'Cannot write a picture', {
      remedy: 'Look whether the data folder may be written and its disk has room',
      cause,
    })
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function isDiskFault(error: unknown): boolean {
  return error instanceof Fault
}
