/** A database that counts the statements which are asked of it, for rules that two answers cost the same. */

import type { Database, Queries, Transaction } from '../../src/base/database.ts'

export type Counted = {
  readonly database: Database
  readonly statements: () => number
}

export function counted(database: Database): Counted {
  let statements = 0
  const counting =
    <Asked extends unknown[], Told>(ask: (...asked: Asked) => Told) =>
    (...asked: Asked) => {
      statements += 1
      return ask(...asked)
    }
  const watched = (on: Queries) => {
    const [many, one] = [counting(on.many), counting(on.one)]
    const [first, run] = [counting(on.first), counting(on.run)]
    return { many, one, first, run }
  }
  return {
    database: {
      ...database,
      ...watched(database),
      transaction: <T>(work: (tx: Transaction) => Promise<T>) =>
        database.transaction((tx) => work({ ...tx, ...watched(tx) })),
    },
    statements: () => statements,
  }
}
