/**
 * `tacet evidence`: a bundle for an auditor, as a document and as data.
 *
 * Invariant: it is written whole into a folder in which no other evidence lies.
 */

import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { Fault } from '../base/failure.ts'
import type { Period } from '../privacy/counts.ts'
import { asJson, type Command, readArguments, wrong } from './command.ts'
import { withData } from './data.ts'
import type { Evidence } from './evidence/bundle.ts'
import { ownVerifier } from './ledger.ts'

const USAGE = `tacet evidence [--from DATE] [--to DATE] DIR [--json]

Writes into DIR what an auditor asks for, of the days from --from to --to, both included; of the last 30
days where they are left out. No value about any customer is in it.

  evidence.html   for reading and printing: per clause what enforces it and its tests; what happened, in
                  numbers; the audit of the ledger; the record of processing (art. 30 GDPR)
  evidence.json   the same as data
  dpv.jsonld      the flows of the policy in the Data Privacy Vocabulary (DPV 2.3)

Exit code 1 when the ledger was changed. The store may run meanwhile.
`

const USUAL_DAYS = 30

export const evidenceCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { json, positionals, options } = readArguments(args, 'from', 'to')
    const [folder, more] = positionals
    if (folder === undefined || more !== undefined) throw wrong('Say into which folder', 'evidence')
    const period = periodOf(options)
    const { gather } = await import('./evidence/bundle.ts')
    const config = terminal.config()
    const { root } = terminal
    const evidence = await withData(terminal, 'find', async (database) => {
      const verifier = await ownVerifier(database, terminal)
      return gather({ database, config, clock: systemClock, verifier, root }, period)
    })
    const { dpvOf } = await import('./evidence/processing.ts')
    const { policy } = await import('../privacy/policy.ts')
    const files = await writeAll(resolve(folder), evidence, dpvOf(policy, config))
    const { whole } = evidence.ledger
    terminal.write(json ? asJson({ files, whole }) : `Written:\n  ${files.join('\n  ')}\n`)
    if (!whole && !json) terminal.write('The ledger was changed: see the evidence.\n')
    return whole ? 0 : 1
  },
}

function periodOf(options: Readonly<Record<string, string | undefined>>): Period {
  const today = systemClock().toZonedDateTimeISO('UTC').toPlainDate()
  const last = dayOf(options.to) ?? today
  const first = dayOf(options.from) ?? last.subtract({ days: USUAL_DAYS - 1 })
  if (Temporal.PlainDate.compare(first, last) > 0)
    throw wrong('It ends before it begins', 'evidence')
  return { from: first.toString(), to: last.add({ days: 1 }).toString() }
}

function dayOf(text: string | undefined): Temporal.PlainDate | undefined {
  if (text === undefined) return undefined
  try {
    // Ids, by which the ledger is searched, hold no time before 1970.
    if (/^2\d{3}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text)
  } catch {
    // Said below.
  }
  throw wrong(`"${text}" is no day: write it as 2026-11-25`, 'evidence')
}

async function writeAll(
  folder: string,
  evidence: Evidence,
  dpv: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const { evidencePage } = await import('./evidence/page.tsx')
  const styles = await readFile(join(import.meta.dirname, 'evidence', 'evidence.css'), 'utf8')
  const contents = {
    'evidence.html': evidencePage(evidence, styles),
    'evidence.json': asJson(evidence),
    'dpv.jsonld': asJson(dpv),
  }
  const files = Object.keys(contents).map((name) => join(folder, name))
  try {
    // Not a whole path of folders: one that is mistyped would be made, and Node never ends trying to in /proc.
    if (!existsSync(folder)) await mkdir(folder)
    for (const [name, text] of Object.entries(contents)) {
      await writeFile(join(folder, name), text, { flag: 'wx' })
    }
  } catch (cause) {
    throw new Fault('conflict', `Cannot write the evidence into ${folder}`, {
      remedy: 'Name a folder that can be written, or made, and in which no evidence lies yet',
      cause,
    })
  }
  return files
}
