/**
 * The tests that are named by a clause, as they stand in the source: `C8.1 a carrier is given five fields …`.
 *
 * They are found by reading, and not run. A test whose clause is computed when it runs is not found.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'

export type NamedTest = { readonly clause: string; readonly name: string; readonly file: string }

const FOLDERS = ['src', 'test', 'verify', 'sandbox']
const NAMED = /\btest\(\s*(?:'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`([^`]*)`)/g

/** Empty where the program was installed without its tests. */
export async function namedTests(root: string): Promise<readonly NamedTest[]> {
  const found = await Promise.all(
    FOLDERS.map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true }).catch(() => [])
      const files = names.filter((name) => name.endsWith('.test.ts')).sort()
      return Promise.all(files.map((name) => testsIn(root, join(folder, name))))
    }),
  )
  return found.flat(2)
}

async function testsIn(root: string, file: string): Promise<readonly NamedTest[]> {
  const text = await readFile(join(root, file), 'utf8')
  return [...text.matchAll(NAMED)].flatMap(([, single, double, back]) => {
    const name = (single ?? double ?? back ?? '')
      .replaceAll(/\$\{[^}]*\}/g, '…')
      .replaceAll(/\\(.)/g, '$1')
    const clause = /^C\d(?:\.\d)?(?= )/.exec(name)?.[0]
    return clause === undefined ? [] : [{ clause, name, file: file.replaceAll(sep, '/') }]
  })
}
