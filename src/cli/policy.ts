/**
 * `tacet policy`: the table that the store runs on, and what a revision of it changes.
 *
 * The modules of the policy refuse to load when it contradicts a clause, so they are loaded where that can be said.
 */

import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { lifetimeText, limitText } from '../../policy/words/en.ts'
import { Fault } from '../base/failure.ts'
import { problemsOf, type StoredRevision, storedRevisions } from '../privacy/revision.ts'
import type { PolicyTable } from '../privacy/table.ts'
import { difference, differenceInWords } from './_policy-diff.ts'
import { publishRevision } from './_policy-publish.ts'
import { asJson, type Command, columns, readArguments, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet policy check [FILE] [--json]
tacet policy show [--json]
tacet policy diff A B [--json]
tacet policy publish [--by NAME] [--yes] [--json]

check    looks for contradictions between a revision and the clauses; without FILE, in every revision in
         policy/. FILE is a .json file, or a .ts file that exports the table.
show     the policy in force: who gets what, what is kept until when, which cookies are set.
diff     what revision B changes against A, clause by clause: stricter or looser. Each is a file, or the
         name of a revision that was in force in this store or lies in policy/.
publish  puts the revision that this program runs on in force: shows what it changes, and asks. What it
         allows in addition reaches data that is given afterwards. --by names the owner who does it,
         "owner" where it is left out. Stop the store first, and start it afterwards.
`

type Checked = {
  readonly file: string
  readonly table: unknown
  readonly problems: ReturnType<typeof problemsOf>
}

export const policyCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const given = readArguments(args, 'by')
    const { json, positionals } = given
    const [deed, file, other, more] = positionals
    if (more !== undefined || (deed !== 'diff' && other !== undefined)) {
      throw wrong(`"${more ?? other}" is too much`, 'policy')
    }
    if (deed === 'check') return check(terminal, file, json)
    if (deed === 'show' && file === undefined) return show(terminal, json)
    if (deed === 'diff' && file !== undefined && other !== undefined) {
      return diff(terminal, [file, other], json)
    }
    if (deed === 'publish' && file === undefined) return publishRevision(terminal, given)
    throw wrong(
      'Say `policy check`, `policy show`, `policy diff A B` or `policy publish`',
      'policy',
    )
  },
}

async function check(
  { write, root }: Terminal,
  file: string | undefined,
  json: boolean,
): Promise<number> {
  const files = file === undefined ? await revisionsIn(join(root, 'policy')) : [resolve(file)]
  const checked: readonly Checked[] = await Promise.all(
    files.map(async (path) => {
      const table = await readTable(path)
      return { file: basename(path), table, problems: problemsOf(table) }
    }),
  )
  if (json) write(asJson(checked.map(({ file, problems }) => ({ file, problems }))))
  else for (const one of checked) write(inWords(one))
  return checked.some(({ problems }) => problems.length > 0) ? 1 : 0
}

async function revisionsIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => /^revision-[\w-]+\.ts$/.test(name))
  return names.sort().map((name) => join(folder, name))
}

async function readTable(path: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8'))
    // The file is the one that the person at the terminal named.
    const exported = Object.values(await import(`${pathToFileURL(path).href}`))
    return exported.find((value) => typeof value === 'object' && value !== null)
  } catch (cause) {
    throw new Fault('invalid', `Cannot read the policy in ${path}`, {
      remedy: 'Name a .json file, or a .ts file that exports the table and loads by itself',
      cause,
    })
  }
}

async function diff(
  terminal: Terminal,
  [from, to]: readonly [string, string],
  json: boolean,
): Promise<number> {
  const before = await revisionNamed(terminal, from)
  const found = difference(before, await revisionNamed(terminal, to))
  terminal.write(json ? asJson(found) : differenceInWords(found))
  return 0
}

/** A revision by its file, or by its name: as it was in force here, or as it lies in policy/. */
async function revisionNamed(terminal: Terminal, name: string): Promise<PolicyTable> {
  if (/\.(json|ts)$/.test(name)) return usable(await readTable(resolve(name)), name)
  const stored = await withData(terminal, 'find', storedRevisions).catch(noneIfNoStore)
  const files = await revisionsIn(join(terminal.root, 'policy'))
  const tables = [...stored.map(({ table }) => table), ...(await Promise.all(files.map(readTable)))]
  const found = (tables as readonly PolicyTable[]).find(({ revision }) => revision === name)
  if (found !== undefined) return usable(found, name)
  throw new Fault('not_found', `There is no revision "${name}", in this store or in policy/`, {
    remedy: 'Name one that there is, or a file',
  })
}

function noneIfNoStore(error: unknown): readonly StoredRevision[] {
  if (error instanceof Fault && error.code === 'not_found') return []
  throw error
}

function usable(table: unknown, name: string): PolicyTable {
  const [first] = problemsOf(table)
  if (first === undefined) return table as PolicyTable
  throw new Fault('invalid', `"${name}" is no policy that could be in force: ${first.problem}`, {
    remedy: 'See all that is wrong with it by `npm run tacet -- policy check`',
  })
}

function inWords({ file, table, problems }: Checked): string {
  if (problems.length === 0) {
    const { flows, retention, cookies, revision } = table as PolicyTable
    const counts = [
      `${flows.length} flows`,
      `${Object.keys(retention).length} retention rules`,
      `${Object.keys(cookies).length} cookies`,
    ]
    return `${file}: revision ${revision} keeps every clause (${counts.join(', ')}).\n`
  }
  const list = problems.map(
    ({ clause, problem, remedy }) => `  ${clause.padEnd(5)} ${problem}\n        ${remedy}`,
  )
  return `${file} cannot be used:\n${list.join('\n')}\n`
}

async function show({ write }: Terminal, json: boolean): Promise<number> {
  const { policy } = await import('../privacy/policy.ts')
  write(json ? asJson(policy) : pageOf(policy))
  return 0
}

function pageOf({ revision, lastUpdate, flows, retention, cookies }: PolicyTable): string {
  const kept = Object.entries(retention).map(([name, { clause, atMost, ends, onErasure }]) => [
    ...[clause, name, limitText(atMost), onErasure],
    ends,
  ])
  const set = Object.entries(cookies).map(([name, { serves, maxAgeSeconds }]) => [
    ...['C1', name, serves, lifetimeText(maxAgeSeconds)],
  ])
  return [
    `Privacy policy, revision ${revision}, last updated ${lastUpdate}`,
    'Who gets what',
    flowsOf(flows),
    'What is kept, until when',
    columns([['clause', 'rule', 'at most', 'when asked to delete', 'ends'], ...kept], '  '),
    'Cookies',
    columns([['clause', 'name', 'serves', 'lives'], ...set], '  '),
    '',
  ].join('\n\n')
}

/** By clause: a line that says to whom and when, below it the fields. */
function flowsOf(flows: PolicyTable['flows']): string {
  const sorted = flows.toSorted((a, b) => a.clause.localeCompare(b.clause, 'en', { numeric: true }))
  const [head = '', ...lines] = columns(
    [
      ['clause', 'to', 'for', 'channel', 'while'],
      ...sorted.map((flow) => [flow.clause, flow.to, flow.for, flow.channel, flow.while]),
    ],
    '  ',
  ).split('\n')
  const pairs = sorted.flatMap(({ fields }, at) => [
    lines[at] ?? '',
    `          ${fields.map(inEnglish).join(', ')}`,
  ])
  return [head, ...pairs].join('\n')
}

/** `postalAddress` as `postal address`. */
function inEnglish(field: string): string {
  return field.replace(/Minor$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
