/** `npm start`, from the first line on. */

import { loadPlainly } from './_plainly.ts'

await loadPlainly(() => import('./main.ts'))
