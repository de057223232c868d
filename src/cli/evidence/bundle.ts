/**
 * The evidence: what an auditor is handed, out of the program's source, the database and the settings.
 *
 * Invariant: nothing about any customer is in it: numbers, kinds, names of recipients, and what the policy says.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { policyWords } from '../../../policy/words/en.ts'
import type { Clock } from '../../base/clock.ts'
import type { Database } from '../../base/database.ts'
import type { Config } from '../../config/config.ts'
import { auditLedger } from '../../privacy/audit.ts'
import { countsOf, erasuresOf, type Period, runsOf } from '../../privacy/counts.ts'
import type { Verifier } from '../../privacy/note.ts'
import { policy } from '../../privacy/policy.ts'
import { storedRevisions } from '../../privacy/revision.ts'
import { latestNote } from '../../privacy/sequencer.ts'
import { enforcement } from './enforcement.ts'
import { namedTests } from './named-tests.ts'
import { processingOf } from './processing.ts'

export type Gathering = {
  readonly database: Database
  readonly config: Pick<Config, 'dataFolder' | 'publicUrl' | 'shop'>
  readonly clock: Clock
  readonly verifier: Verifier
  /** The folder of the program. */
  readonly root: string
}

export type Evidence = Awaited<ReturnType<typeof gather>>

/** Gathers the evidence of a period. Reads only; the store may run meanwhile. */
export async function gather(
  { database, config, clock, verifier, root }: Gathering,
  period: Period,
) {
  const counts = await countsOf(database, period)
  const revisions = await storedRevisions(database)
  const { findings, ...audited } = await auditLedger(database, verifier)
  const { note } = await latestNote(database)
  return {
    shop: config.shop.name,
    site: config.publicUrl.href,
    madeAt: clock().toString({ smallestUnit: 'second' }),
    period: { from: period.from, until: lastDayOf(period) },
    policy: {
      revision: policy.revision,
      lastUpdate: policy.lastUpdate,
      revisions: revisions.map(({ table, inForceAt, digest }) => {
        return { revision: table.revision, inForceAt: inForceAt.toString(), digest }
      }),
    },
    clauses: await clausesOf(root),
    counts: {
      ...counts,
      erasures: await erasuresOf(database, period),
      retentionRuns: await retentionIn(database, period),
    },
    stoppedInLogs: await stoppedInLogs(join(config.dataFolder, 'logs'), period),
    ledger: { ...audited, whole: findings.length === 0, findings, checkpoint: note },
    processing: processingOf(policy, config, counts.companies),
  }
}

async function retentionIn(database: Database, period: Period) {
  const runs = await runsOf(database, period)
  return runs.map(({ beganAt, by, contacts, months }) => ({ began: beganAt, by, contacts, months }))
}

function lastDayOf({ to }: Period): string {
  return Temporal.PlainDate.from(to).subtract({ days: 1 }).toString()
}

async function clausesOf(root: string) {
  const tests = await namedTests(root)
  return policyWords.clauses.flatMap(({ parts }) =>
    parts.map(({ clause, text }) => {
      const { places = {}, missing = null } = enforcement[clause] ?? {}
      const own = tests.filter((test) => test.clause === clause)
      return { clause, text, places, missing, tests: own.map(({ name, file }) => ({ name, file })) }
    }),
  )
}

type Stopped = { readonly recipient: string; readonly purpose: string; readonly field: string }

/** Requests that the search of outgoing bytes stopped, as far as the logs of the last 14 days go back. */
async function stoppedInLogs(folder: string, { from, to }: Period) {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^[\d-]+\.log$/.test(name))
  const days = names.map((name) => name.slice(0, 10)).filter((day) => day >= from && day < to)
  const lines = await Promise.all(
    days
      .sort()
      .map(async (day) => (await readFile(join(folder, `${day}.log`), 'utf8')).split('\n')),
  )
  // A line that a crash cut off is none.
  const stopped = lines.flat().filter((line) => /"event":"egress stopped".*}$/.test(line))
  const rows = stopped.map((line): Stopped => JSON.parse(line))
  return {
    days,
    stopped: rows.map(({ recipient, purpose, field }) => ({ recipient, purpose, field })),
  }
}
