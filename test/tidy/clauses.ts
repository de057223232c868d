/**
 * The clauses of the policy and their tests: what is promised to customers has a test that says so by its name.
 */

import { lineAt, type Rule, type Source } from './source.ts'

const WORDS = 'policy/words/en.ts'
const CLAUSE = /\bclause: '(C\d(?:\.\d)?)'/g

const tested: Rule = {
  name: 'every clause of the policy has its file of tests, named by it',
  remedy:
    'Write test/clauses/cN.test.ts, cN-M.test.ts for CN.M, with a test whose name begins with the clause',
  find: (sources) => {
    const files = sources.filter(({ path }) => /^test\/clauses\/c\d(?:-\d)?\.test\.ts$/.test(path))
    return sources
      .filter(({ path }) => path === WORDS)
      .flatMap(({ path, text }) =>
        [...text.matchAll(CLAUSE)]
          .filter(([, clause = '']) => !isTested(clause, files))
          .map(({ 1: clause, index }) => ({
            path,
            line: lineAt(text, index),
            what: `no test is named ${clause}`,
          })),
      )
  },
}

const named: Rule = {
  name: 'a test of a clause begins with the clause',
  remedy: 'Begin its name with the clause of its file, as C8.1',
  find: (sources) =>
    sources
      .filter(({ path }) => /^test\/clauses\//.test(path))
      .flatMap(({ path, bare }) => {
        const clause = /c\d(?:-\d)?/.exec(path)?.[0].toUpperCase().replace('-', '\\.')
        return [...bare.matchAll(/\btest\(\s*['"`]([^'"`]*)/g)]
          .filter(([, name = '']) => !new RegExp(`^${clause} `).test(name))
          .map(({ 1: name, index }) => ({ path, line: lineAt(bare, index), what: name ?? '' }))
      }),
}

export const clauseRules: readonly Rule[] = [tested, named]

function isTested(clause: string, files: readonly Source[]): boolean {
  const own = `test/clauses/${clause.toLowerCase().replace('.', '-')}.test.ts`
  const name = new RegExp(`\\btest\\(\\s*['"\`]${clause.replace('.', '\\.')} `)
  return files.some(({ path, text }) => path === own && name.test(text))
}
