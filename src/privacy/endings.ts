/**
 * Endings: which keys were destroyed, remembered outside the database, so that a restored one ends them again (C3.1);
 * and what else a restore must not undo: restrictions, holds, deletions that wait, corrections, changes of how somebody
 * signs in, staff's roles and access, the record of a paper's destruction.
 *
 * A backup from before an erasure brings back what was erased. So each reference is written here, and is on the disk
 * for good, before its transaction commits; a restore reads the list before the store opens. It lies beside the
 * generation keys and is copied with them, never with the database.
 *
 * A line is a word and a random id, and behind it what the word's form has: numbers, days, other random ids, keyed or
 * salted hashes. No value about a person, and no time finer than the day, so nothing leads from it to an entry of the
 * ledger. A file a day, deleted when no backup of that day exists any more (the policy's `endings`).
 *
 * Invariant: what is on the list ends, at the latest when the store opens after a restore. A line is never taken back.
 */

import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { Fault } from '../base/failure.ts'
import type { Id } from '../base/ids.ts'

/** What a line may say of its id; and the form of what stands behind the id: `0` a digit, `f` one of hexadecimal. */
const FORMS = {
  /** Its key was destroyed. */
  order: '',
  /** Its person asked for that while it was open. */
  asked: '',
  /** A backup was begun. */
  backup: '',
  /** Its person restricted its use, or lifted that. */
  restricted: '',
  lifted: '',
  /** Its deletion waits, or was taken back. */
  waits: '',
  kept: '',
  /** A legal hold is on it, with the number of its ground and its last day; or was ended. */
  held: '0 0000-00-00',
  released: '',
  /** Something about it was corrected, under a random reference. */
  corrected: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  /** Its e-mail address was corrected, under a random reference. */
  readdressed: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  /** Of an account: what served to sign in was replaced or removed, by which its turn became this. */
  secured: 'ffffffff',
  /** Of an account: its address was changed, by which its turn became this. */
  moved: 'ffffffff',
  /** Of an account: its second factor was switched on, or off, by which its turn became this. */
  guarded: 'ffffffff',
  unguarded: 'ffffffff',
  /** The random name of a tie between an order and an account, or of a set of recovery codes: it was given up. */
  dropped: '',
  /** Of an account: one of its recovery codes was used, by its keyed hash. */
  spent: 'ffffffffffffffffffffffffffffffff',
  /** Of an account: an address that it kept was taken out, by its random id. */
  removed: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  /** Of a member of staff: access was ended, or given again. */
  disabled: '',
  enabled: '',
  /** Of a member of staff: the roles became these, a bit each. */
  ranked: 'f',
  /** Of a member of staff: the password was replaced, and this is the fingerprint of its salted hash since. */
  replaced: 'ffffffffffffffffffffffffffffffff',
  /** Of a paper: the number of the way and the level of its destruction, who did it, who saw it, and the day. */
  destroyed:
    '0 0 ffffffff-ffff-ffff-ffff-ffffffffffff ffffffff-ffff-ffff-ffff-ffffffffffff 0000-00-00',
} as const

/** What stands behind an id has one of them. */
const PATTERNS = new Map(
  Object.entries(FORMS).map(([what, form]) => {
    const pattern = form.replaceAll(/[0f]/g, (one) => (one === '0' ? '[0-9]' : '[0-9a-f]'))
    return [what, new RegExp(`^${pattern}$`)]
  }),
)

/** A line; `about` stands behind its id. */
export type Ending = {
  readonly what: keyof typeof FORMS
  readonly id: Id
  readonly about: string
}

export interface Endings {
  /** Begins the day's file, unless it is begun: then the list says of each day that it knows it. */
  begin(): Promise<void>
  /** Resolves when it is on the disk for good. @throws {Fault} `storage`: nothing may be ended then. */
  note(what: Ending['what'], ids: readonly Id[], about?: string): Promise<void>
  /** The first day that the list knows; undefined when it knows none. */
  since(): Promise<string | undefined>
  /** Everything on the list, oldest first. @throws {Fault} `storage` when it was tampered with. */
  all(): Promise<readonly Ending[]>
}

const LINE = /^([a-z]+) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?: (\S.*))?$/
const LINES_AT_ONCE = 10_000

/** Opens the list that lies in the keys folder. */
export function openEndings(keysFolder: string, clock: Clock, horizonDays: number): Endings {
  const folder = join(keysFolder, 'endings')
  let present = ''
  const addToday = async (lines: readonly string[]) => {
    const day = clock().toString().slice(0, 10)
    try {
      if (present !== day) await begin(folder, day, horizonDays)
      present = day
      if (lines.length > 0) await add(join(folder, day), lines)
    } catch (cause) {
      present = ''
      throw new Fault('storage', `Cannot note in ${folder} what is to be ended`, {
        remedy: 'Look at its permissions and at the free space; nothing was ended',
        cause,
      })
    }
  }
  return {
    begin: () => addToday([]),
    async note(what, ids, about = '') {
      const behind = about === '' ? '' : ` ${about}`
      if (ids.length > 0) await addToday(ids.map((id) => `${what} ${id}${behind}\n`))
    },
    since: async () => (await days(folder))[0],
    all: () => readAll(folder),
  }
}

/** The last line about each id, among those that say one of these words. */
export function lastWords(
  endings: readonly Ending[],
  ...words: readonly Ending['what'][]
): readonly Ending[] {
  const said = endings.filter(({ what }) => words.includes(what))
  return [...new Map(said.map((ending) => [ending.id, ending])).values()]
}

/** Processes may add beside each other: whole lines go in one write. */
async function add(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
      await file.appendFile(lines.slice(at, at + LINES_AT_ONCE).join(''))
    }
    await file.datasync()
  } finally {
    await file.close()
  }
}

/**
 * Makes the day's file, mends a last line that a crash has cut, and deletes the files of days that are over: by the
 * calendar, and by as many days as the store has run since. A clock that jumps years ahead deletes nothing.
 */
async function begin(folder: string, day: string, horizonDays: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, day)
  const before = await readFile(path, 'latin1').catch(() => '')
  await add(path, before === '' || before.endsWith('\n') ? [] : ['\n'])
  const oldest = Temporal.PlainDate.from(day)
    .subtract({ days: horizonDays + 1 })
    .toString()
  const kept = (await days(folder)).toReversed()
  for (const name of kept.slice(horizonDays + 2)) {
    if (name < oldest) await rm(join(folder, name))
  }
  const parent = await open(folder, 'r')
  await parent.sync().finally(() => parent.close())
}

async function readAll(folder: string): Promise<readonly Ending[]> {
  const found: Ending[] = []
  for (const day of await days(folder)) {
    for (const line of (await readFile(join(folder, day), 'latin1')).split('\n')) {
      const ending = parsed(line)
      if (ending !== undefined) found.push(ending)
      else if (!isTorn(line)) throw tampered(join(folder, day))
    }
  }
  return found
}

function parsed(line: string): Ending | undefined {
  const [, what = '', id = '', about = ''] = LINE.exec(line) ?? []
  return isWord(what) && PATTERNS.get(what)?.test(about) ? { what, id, about } : undefined
}

function isWord(text: string): text is Ending['what'] {
  return Object.hasOwn(FORMS, text)
}

/** Whether it is the beginning of a line: a crash may have left no more of it. */
function isTorn(line: string): boolean {
  return Object.entries(FORMS).some(([what, form]) => {
    const whole = `${what} 00000000-0000-0000-0000-000000000000 ${form}`.trimEnd()
    return line.length < whole.length && parsed(line + whole.slice(line.length)) !== undefined
  })
}

async function days(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name)).sort()
}

function tampered(file: string): Fault {
  return new Fault('storage', `The list of what was ended was changed: ${file}`, {
    remedy: 'Put back the copy of the keys folder; without the list nothing may be restored',
  })
}
