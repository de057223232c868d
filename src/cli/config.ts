/** `tacet config`: every setting, what it is here, what it means. A secret one shows only whether it is set. */

import { describeSettings } from '../config/config.ts'
import { asJson, type Command, columns, readArguments, wrong } from './command.ts'

const USAGE = `tacet config [--json]

Shows every setting of the environment, its value here and its meaning. A star stands before those that
are set; values in brackets follow from other settings. Says at the end whether the store starts with them.
`

export const configCommand: Command = {
  usage: USAGE,
  async run(args, { write, config }) {
    const { json, positionals } = readArguments(args)
    if (positionals.length > 0) throw wrong('config takes no arguments', 'config')
    const settings = describeSettings()
    if (json) {
      write(asJson(settings))
      return 0
    }
    const rows = settings.map(({ name, value, meaning, isSet }) => [
      `${isSet ? '*' : ' '} ${name}`,
      value || '–',
      meaning,
    ])
    write(`${columns(rows)}\n\n`)
    const { outside } = config()
    const mode = outside.kind === 'real' ? 'a real shop' : 'a demonstration'
    write(`The store starts with these settings, as ${mode}.\n`)
    return 0
  },
}
