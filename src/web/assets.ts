/**
 * Our own style sheet, script and icons: read from `public/` at the start, served from memory.
 *
 * C6: a page loads nothing from elsewhere, so everything that it needs is here. Each file's URL holds a hash of its
 * content and may be kept for ever.
 */

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { Bug } from '../base/failure.ts'

export type Asset = {
  readonly url: string
  readonly type: string
  readonly bytes: Buffer
  /** For clients that accept it; null for what is compressed already. */
  readonly brotli: Buffer | null
}

export interface Assets {
  /** The URL of a file of `public/`, as a page links it. @throws {Bug} when there is no such file. */
  url(name: string): string
  /** The file at a URL's path. */
  at(path: string): Asset | undefined
  named(name: string): Asset
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
}

export async function loadAssets(folder: string): Promise<Assets> {
  const names = (await readdir(folder)).filter((name) => extname(name) in TYPES)
  const loaded = await Promise.all(
    names.map(async (name) => [name, asset(name, await readFile(join(folder, name)))] as const),
  )
  const byName = new Map(loaded)
  const byUrl = new Map(loaded.map(([, file]) => [file.url, file]))
  const named = (name: string) => {
    const file = byName.get(name)
    if (file === undefined) throw new Bug(`No file "${name}" lies in the public folder`)
    return file
  }
  return { named, url: (name) => named(name).url, at: (path) => byUrl.get(path) }
}

/** The content type of a file by its name; undefined for what we do not serve. */
export function typeOf(name: string): string | undefined {
  return TYPES[extname(name)]
}

function asset(name: string, bytes: Buffer): Asset {
  const extension = extname(name)
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 12)
  const type = TYPES[extension] ?? 'application/octet-stream'
  const isText = type.includes('charset') || extension === '.svg'
  return {
    url: `/assets/${name.slice(0, -extension.length)}-${hash}${extension}`,
    type,
    bytes,
    brotli: isText ? brotliCompressSync(bytes) : null,
  }
}
