/**
 * Loads a program. The policy is checked while it is loaded (`privacy/policy.ts`), before a line of the program itself
 * has run: a table that contradicts a clause is told with the clause and the remedy, and not as a failure of ours.
 */

import { Refusal } from './base/failure.ts'

export async function loadPlainly<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    process.stderr.write(`Tacet does not start. ${error.message}\n`)
    process.exit(1)
  }
}
