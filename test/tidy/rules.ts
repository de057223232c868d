/**
 * All tidy rules: STYLE.md and ARCHITECTURE.md, as far as a machine can read them.
 */

import { clauseRules } from './clauses.ts'
import { documentRules } from './documents.ts'
import { importRules } from './levels.ts'
import { onlyRules } from './only.ts'
import { pageRules } from './pages.ts'
import { shapeRules } from './shape.ts'
import type { Rule } from './source.ts'

export function rulesFor(exists: (path: string) => boolean): readonly Rule[] {
  return [
    ...importRules,
    ...shapeRules,
    ...onlyRules,
    ...pageRules,
    ...clauseRules,
    ...documentRules(exists),
  ]
}
