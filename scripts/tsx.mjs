/**
 * Lets Node run `.tsx` as it runs `.ts`: types go, JSX becomes preact's calls. Nothing is written to disk.
 *
 * Use: `node --import ./scripts/tsx.mjs FILE`.
 */

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'oxc-transform'

const JSX = { jsx: { runtime: 'automatic', importSource: 'preact' } }

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.tsx')) return nextLoad(url, context)
    const file = fileURLToPath(url)
    const { code, errors } = transformSync(file, readFileSync(file, 'utf8'), JSX)
    if (errors.length > 0) throw new SyntaxError(`Cannot read ${file}: ${errors[0].message}`)
    return { format: 'module', source: code, shortCircuit: true }
  },
})
