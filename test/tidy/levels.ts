/**
 * Who may import whom: levels, circles, private files, the policy's and the sandbox's borders.
 *
 * Type imports count as well: they tie two files together for a reader all the same.
 */

import {
  type Finding,
  type Import,
  importsOf,
  isFree,
  isScript,
  lineAt,
  type Rule,
  type Source,
} from './source.ts'

/** The table of ARCHITECTURE.md. */
const LEVEL_OF: ReadonlyMap<string, number> = new Map([
  ['base', 0],
  ['privacy', 1],
  ['credentials', 1],
  ['backup', 2],
  ['customers', 2],
  ['catalogue', 2],
  ['staff', 2],
  ['cart', 3],
  ['orders', 3],
  ['tax', 4],
  ['payments', 4],
  ['customs', 4],
  ['mail', 4],
  ['paper', 4],
  ['shipping', 5],
  ['checkout', 6],
  ['web', 7],
  ['storefront', 8],
  ['webhooks', 8],
  ['backoffice', 8],
  ['config', 8],
  ['jobs', 9],
  ['cli', 10],
])

/** `main.ts`, `store.ts` and what is private to them: files in `src/` itself. */
const TOP = 11

/** The table is the kernel's. Pages and the command line may have its words, which hold no rule. */
const POLICY_READERS: readonly { readonly from: RegExp; readonly to: RegExp }[] = [
  { from: /^src\/privacy\//, to: /^policy\// },
  { from: /^src\/(web|storefront|cli)\//, to: /^policy\/(.*[./-])?words\b/ },
]

const levels: Rule = {
  name: 'an import goes to its own folder or to a lower level',
  remedy: 'Move the shared part down, or let main.ts hand the higher part in as a value',
  find: (sources) => imports(sources).filter(({ path, to }) => isUpwards(path, to)),
}

const knownFolders: Rule = {
  name: 'every folder of src has a level',
  remedy: 'Give it a level: in the table of ARCHITECTURE.md and in test/tidy/levels.ts',
  find: (sources) =>
    sources
      .filter(({ path }) => levelOf(path) === undefined)
      .map(({ path }) => ({ path, line: 1, what: `folder "${folderOf(path)}" has no level` })),
}

const policyBorder: Rule = {
  name: 'only the kernel reads the policy, and the policy knows only the kernel',
  remedy: 'Ask src/privacy/ instead; pages may import the words of the policy alone',
  find: (sources) =>
    imports(sources).filter(({ path, to }) => {
      if (path.startsWith('policy/')) return !/^(policy|src\/(privacy|base))\//.test(to)
      if (!path.startsWith('src/') || !to.startsWith('policy/')) return false
      return !POLICY_READERS.some((reader) => reader.from.test(path) && reader.to.test(to))
    }),
}

const sandboxBorder: Rule = {
  name: 'the sandbox is another world: it imports nothing of the store, nor the store of it',
  remedy: 'Speak to it over its protocol, as to the real processor, carrier or relay',
  find: (sources) =>
    imports(sources).filter(
      ({ path, to }) => path.startsWith('sandbox/') !== to.startsWith('sandbox/'),
    ),
}

const readableImports: Rule = {
  name: 'an import names its file as a literal',
  remedy: 'Write import("./file.ts") out, so that these rules can read it',
  find: (sources) =>
    sources
      .filter(({ path }) => isScript(path) && !isFree(path))
      .flatMap((file) =>
        [...file.code.matchAll(/(?<![.\w])(?:import|require)\s*\(\s*(?!['"`\s])/g)].map(
          ({ index }) => ({
            path: file.path,
            line: lineAt(file.text, index),
            what: 'import of a computed name',
          }),
        ),
      ),
}

const privateFiles: Rule = {
  name: 'a file or folder that begins with _ is imported only from inside its own folder',
  remedy: 'Ask the folder for what you need, through a file that is not private',
  find: (sources) =>
    sources.flatMap((file) =>
      withTarget(file).filter(({ path, to }) => {
        const segments = to.split('/')
        const hidden = segments.findIndex((segment) => segment.startsWith('_'))
        if (hidden === -1) return false
        const owner = segments.slice(0, hidden).join('/')
        // Tests and benchmarks start a whole store, as `main.ts` does.
        const startsStore = owner === 'src' && /^(test|bench)\//.test(path)
        return !startsStore && !path.startsWith(`${owner}/`)
      }),
    ),
}

const circles: Rule = {
  name: 'no file imports itself by way of others',
  remedy: 'Move what both need into a third file below them',
  find: (sources) => {
    const targets = new Map(sources.map((file) => [file.path, withTarget(file)]))
    const done = new Set<string>()
    const found: Finding[] = []
    const visit = (path: string, trail: readonly string[]) => {
      for (const { to, line } of targets.get(path) ?? []) {
        const begin = trail.indexOf(to)
        if (begin !== -1) found.push({ path, line, what: [...trail.slice(begin), to].join(' → ') })
        else if (!done.has(to)) visit(to, [...trail, to])
      }
      done.add(path)
    }
    for (const { path } of sources) if (!done.has(path)) visit(path, [path])
    return found
  },
}

const barrels: Rule = {
  name: 'no file only passes on what others export',
  remedy: 'Import from the file that holds the thing',
  find: (sources) =>
    sources
      .filter(({ path, code }) => {
        if (!isScript(path)) return false
        const rest = code.replaceAll(
          /\b(?:import|export)\s[^'"`()=;]*?\bfrom\s*(['"])\s*\1|\bexport\s*(?:type\s*)?\{[^}]*\}/g,
          '',
        )
        return /\bexport\b/.test(code) && !/[^\s;]/.test(rest)
      })
      .map(({ path }) => ({ path, line: 1, what: 'holds re-exports and nothing else' })),
}

export const importRules: readonly Rule[] = [
  levels,
  knownFolders,
  policyBorder,
  sandboxBorder,
  readableImports,
  privateFiles,
  circles,
  barrels,
]

type Targeted = Finding & Import & { readonly to: string }

/** The imports inside the project of every file that the levels bind. */
function imports(sources: readonly Source[]): readonly Targeted[] {
  return sources.filter(({ path }) => !isFree(path)).flatMap(withTarget)
}

function withTarget(file: Source): readonly Targeted[] {
  if (!isScript(file.path)) return []
  return importsOf(file).flatMap((one) =>
    one.to === undefined ? [] : [{ ...one, to: one.to, path: file.path, what: one.specifier }],
  )
}

function isUpwards(path: string, to: string): boolean {
  if (!path.startsWith('src/') || !to.startsWith('src/')) return false
  if (folderOf(path) === folderOf(to)) return false
  return (levelOf(to) ?? TOP) >= (levelOf(path) ?? -1)
}

function folderOf(path: string): string {
  return path.split('/').slice(1, -1)[0] ?? ''
}

/** Undefined for a folder of `src/` that the table does not name. */
function levelOf(path: string): number | undefined {
  const folder = folderOf(path)
  return !path.startsWith('src/') || folder === '' ? TOP : LEVEL_OF.get(folder)
}
