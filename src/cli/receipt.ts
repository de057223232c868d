/**
 * `tacet receipt verify`: checks a receipt as its holder would, with the stand-alone verifier in `verify/`.
 */

import { readFile } from 'node:fs/promises'
import { Fault } from '../base/failure.ts'
import { recordedKey } from '../privacy/sequencer.ts'
import { asJson, type Command, readArguments, type Terminal, wrong } from './command.ts'
import { withData } from './data.ts'

const USAGE = `tacet receipt verify FILE [--key KEY] [--json]

Checks a receipt (JSON) against the key of the ledger: KEY, or the one of this store. Says what it proves.
Exit code 1 when it is not genuine.
`

export const receiptCommand: Command = {
  usage: USAGE,
  async run(args, terminal) {
    const { json, positionals, options } = readArguments(args, 'key')
    const [deed, file, more] = positionals
    if (deed !== 'verify' || file === undefined || more !== undefined) {
      throw wrong('Say `receipt verify FILE`', 'receipt')
    }
    const text = await read(file)
    const key = options.key ?? (await ownKey(terminal))
    const { inWords, NotGenuine, verifyReceipt } = await import('../../verify/verify.mjs')
    try {
      const genuine = await verifyReceipt(text, key)
      terminal.write(json ? asJson({ genuine: true, ...genuine }) : inWords(genuine))
      return 0
    } catch (error) {
      if (!(error instanceof NotGenuine)) throw error
      const { message } = error
      terminal.write(
        json ? asJson({ genuine: false, message }) : `This receipt is NOT genuine: ${message}.\n`,
      )
      return 1
    }
  },
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new Fault('invalid', `Cannot read ${file}`, { remedy: 'Name the file', cause })
  }
}

async function ownKey(terminal: Terminal): Promise<string> {
  const key = await withData(terminal, 'find', recordedKey)
  if (key !== undefined) return key
  throw new Fault('not_found', 'The ledger of this store has not begun', {
    remedy: 'Give the key of the ledger with --key',
  })
}
