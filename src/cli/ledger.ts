/**
 * `tacet ledger`: the audit of this store's ledger, and the witness of another one's.
 *
 * The witness speaks to the store that it watches, as whoever runs it would; it is the stand-alone file in `verify/`.
 */

import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import type { Database } from '../base/database.ts'
import { Fault } from '../base/failure.ts'
import { type Audit, auditLedger } from '../privacy/audit.ts'
import { parseKey, type Verifier } from '../privacy/note.ts'
import { openRootKey } from '../privacy/root-keys/root-key.ts'
import { openTree, recordedKey } from '../privacy/sequencer.ts'
import { asJson, type Command, readArguments, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet ledger verify [--key KEY] [--json]
tacet ledger watch URL --folder DIR [--key KEY] [--every SECONDS] [--json]
tacet ledger key [--json]

verify  computes everything anew from the entries: each place, each stored hash, each signed checkpoint.
        Holds against them what the store shows of disclosures. Says what was changed, and where. Without
        --key it trusts the key in this installation's folder.
        Exit code 1 when anything was changed. The store may run meanwhile.
watch   for an outside witness: fetches a store's latest checkpoint, checks that its ledger only grew
        since the last look, and keeps it in DIR. Exit code 1 at a fork, a rollback or a bad signature,
        2 when the store cannot be reached. A fork or a rollback is kept in DIR as a file, and is an alarm
        at every later look too, until somebody moves that file out of DIR.
key     shows the ledger's public key.
`

export const ledgerCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const [deed, ...rest] = args
    if (deed === 'verify') return verify(rest, terminal)
    if (deed === 'watch') return watch(rest, terminal)
    if (deed === 'key') return key(rest, terminal)
    throw wrong('Say `ledger verify`, `ledger watch` or `ledger key`', 'ledger')
  },
}

async function verify(args: readonly string[], terminal: Terminal): Promise<number> {
  const { json, positionals, options } = readArguments(args, 'key')
  if (positionals.length > 0) throw wrong('ledger verify takes no arguments', 'ledger')
  const given = options.key === undefined ? undefined : parseKey(options.key)
  const audit = await withData(terminal, 'find', async (database) => {
    const verifier = given ?? (await ownVerifier(database, terminal))
    const drawn = terminal.isTerminal && !json ? await drawProgress() : undefined
    try {
      return await auditLedger(database, verifier, drawn?.onProgress)
    } finally {
      drawn?.stop()
    }
  })
  terminal.write(json ? asJson(audit) : inWords(audit))
  return audit.findings.length > 0 ? 1 : 0
}

async function watch(args: readonly string[], { write }: Terminal): Promise<number> {
  const witness = await import('../../verify/watch.mjs')
  const asked = witness.readArguments(args)
  if (asked === undefined) throw wrong('Say which store, and where to keep what was seen', 'ledger')
  return witness.watch(asked, write)
}

async function key(args: readonly string[], terminal: Terminal): Promise<number> {
  const { json, positionals } = readArguments(args)
  if (positionals.length > 0) throw wrong('ledger key takes no arguments', 'ledger')
  const text = await withData(terminal, 'find', begun)
  terminal.write(json ? asJson({ key: text }) : `${text}\n`)
  return 0
}

/** The key in the folder, and not the one in the database: who changes the one may change the other. */
export async function ownVerifier(database: Database, { config }: Terminal): Promise<Verifier> {
  await begun(database)
  const { dataFolder, rootKey, publicUrl } = config()
  const root = await openRootKey(rootKey, systemClock)
  return (await openTree(database, root, join(dataFolder, 'keys'), publicUrl.host)).signer
}

async function begun(database: Database): Promise<string> {
  const text = await recordedKey(database)
  if (text !== undefined) return text
  throw new Fault('not_found', 'The ledger of this store has not begun', {
    remedy: 'Run `npm start` once',
  })
}

function inWords({ entries, checkpoints, waiting, findings }: Audit): string {
  const counts = `${entries} entries and ${checkpoints} checkpoints`
  const more = waiting === 0 ? '' : ` ${waiting} entries wait to be taken in.`
  if (findings.length === 0) return `The ledger is whole: ${counts}.${more}\n`
  const list = findings.map((finding) => `  ✗ ${finding}`).join('\n')
  return `The ledger was changed (${counts}).${more}\n${list}\n`
}

async function drawProgress() {
  const { progress } = await import('@clack/prompts')
  const bar = progress({ max: 100 })
  bar.start('Verifying')
  let drawn = 0
  return {
    onProgress(done: number, of: number) {
      const reached = of === 0 ? 100 : Math.floor((100 * done) / of)
      bar.advance(reached - drawn, `${done} of ${of} entries`)
      drawn = reached
    },
    stop: () => bar.stop('Read to the end'),
  }
}
