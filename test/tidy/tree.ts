/**
 * The files of this project that the tidy rules look at.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { type Source, source } from './source.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const FOLDERS = [
  ...['src', 'policy', 'sandbox', 'test', 'bench', 'scripts', 'verify'],
  ...['migrations', 'public', 'decisions'],
]
const TEXT = /\.(tsx?|m?js|sql|css|svg|html|md)$/

export function tree(): readonly Source[] {
  const inFolders = FOLDERS.filter(exists).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name).replaceAll(sep, '/'),
    ),
  )
  return [...readdirSync(ROOT), ...inFolders]
    .filter((path) => TEXT.test(path))
    .map((path) => source(path, readFileSync(join(ROOT, path), 'utf8')))
}

export function exists(path: string): boolean {
  return existsSync(join(ROOT, path))
}
