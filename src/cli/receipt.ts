/**
 * `tacet receipt verify`: checks a receipt as its holder would, with the stand-alone verifier in `verify/`.
 */

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Fault } from '../base/failure.ts'
import { type FormerKey, formerKeys, nameOf, recordedKey } from '../privacy/sequencer.ts'
import { asJson, type Command, readArguments, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet receipt verify FILE [--key KEY] [--json]

Checks a receipt, JSON or PDF, against the key of the ledger: KEY (itself, or a file that holds it), or the
one of this store, or one that it had before a restore began its ledger anew. Says what it proves. Exit
code 1 when it is not genuine.
`

export const receiptCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { json, positionals, options } = readArguments(args, 'key')
    const [deed, file, more] = positionals
    if (deed !== 'verify' || file === undefined || more !== undefined) {
      throw wrong('Say `receipt verify FILE`', 'receipt')
    }
    const bytes = await read(file)
    const { inWords, NoKey, NotGenuine, notGenuine, receiptIn, verifyReceipt } = await import(
      '../../verify/verify.mjs'
    )
    try {
      const { text, isPdf } = await receiptIn(bytes)
      const { key, endedAt } = await keyFor(text, options.key, terminal)
      const genuine = await verifyReceipt(text, key)
      const ended = endedAt?.toString({ smallestUnit: 'second' })
      const former = ended === undefined ? {} : { ledgerEndedAt: ended }
      terminal.write(
        json
          ? asJson({ genuine: true, ...genuine, ...former })
          : `${inWords(genuine, isPdf)}${ended === undefined ? '' : formerWords(ended)}`,
      )
      return 0
    } catch (error) {
      if (error instanceof NoKey) throw wrong(`Nothing was checked: ${error.message}`, 'receipt')
      if (!(error instanceof NotGenuine)) throw error
      const { message } = error
      terminal.write(json ? asJson({ genuine: false, message }) : notGenuine(error))
      return 1
    }
  },
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw new Fault('invalid', `Cannot read ${file}${why}`, { remedy: 'Name the file', cause })
  }
}

/** The key that was named, or that of the ledger which the receipt is of, or else this store's. */
async function keyFor(
  receipt: string,
  named: string | undefined,
  terminal: Terminal,
): Promise<Omit<FormerKey, 'endedAt'> & Partial<FormerKey>> {
  if (named !== undefined) {
    return { key: existsSync(named) ? (await read(named)).toString('utf8') : named }
  }
  const { own, former } = await withData(terminal, 'find', async (database) => ({
    own: await recordedKey(database),
    former: await formerKeys(database),
  }))
  if (own === undefined) {
    throw new Fault('not_found', 'The ledger of this store has not begun', {
      remedy: 'Give the key of the ledger with --key',
    })
  }
  return former.find(({ key }) => receipt.includes(`"${nameOf(key)}\\n`)) ?? { key: own }
}

function formerWords(endedAt: string): string {
  return (
    `This ledger ended at ${endedAt} with a restore. The store's ledger has gone on since under ` +
    'another name and key.\n'
  )
}
