/**
 * The command line: `npm run tacet -- COMMAND`; `src/tacet.ts` starts it.
 *
 * Exit codes: 0 done, 1 something is wrong, 2 the command could not be understood.
 */

import { Fault, Refusal } from '../base/failure.ts'
import { errorFields } from '../base/log.ts'
import { asJson, type Command, columns, type Terminal, wrong } from './command.ts'

/** Loaded when they are asked for: each with what it needs and no more. */
const COMMANDS: Readonly<Record<string, readonly [string, () => Promise<Command>]>> = {
  import: [
    'take a catalogue in from a CSV file',
    async () => (await import('./import-command.ts')).importCommand,
  ],
  shipping: [
    'list, export and import shipping prices, zones and methods',
    async () => (await import('./shipping.ts')).shippingCommand,
  ],
  orders: [
    'list orders: numbers and states',
    async () => (await import('./orders.ts')).ordersCommand,
  ],
  staff: ['list, add, give a new password', async () => (await import('./staff.ts')).staffCommand],
  policy: [
    'check, show, compare and publish the policy',
    async () => (await import('./policy.ts')).policyCommand,
  ],
  ledger: [
    'audit the ledger, watch another one, show its key',
    async () => (await import('./ledger.ts')).ledgerCommand,
  ],
  keys: [
    'show the generations of keys, turn them, change the root key',
    async () => (await import('./keys.ts')).keysCommand,
  ],
  evidence: [
    'write a bundle for an auditor',
    async () => (await import('./evidence.ts')).evidenceCommand,
  ],
  receipt: ['check a receipt', async () => (await import('./receipt.ts')).receiptCommand],
  backup: [
    'write everything into one sealed file',
    async () => (await import('./backup.ts')).backupCommand,
  ],
  restore: [
    'take a backup into an empty database',
    async () => (await import('./restore.ts')).restoreCommand,
  ],
  retention: [
    'what ends when, end it now, and whether the clock is trusted',
    async () => (await import('./retention.ts')).retentionCommand,
  ],
  config: ['show every setting', async () => (await import('./config.ts')).configCommand],
  doctor: [
    'say what is unsafe about this installation',
    async () => (await import('./doctor.ts')).doctorCommand,
  ],
}

const SUMMARIES = [
  ...Object.entries(COMMANDS).map(([name, [summary]]) => [name, summary] as const),
  ['help', 'this text'] as const,
]

const HELP = `tacet: the command line of the store

  npm run tacet -- COMMAND

${columns(SUMMARIES, '  ')}

Each command knows --help, and --json for what it says.
`

/** Runs a command line and gives its exit code. */
export async function runCommandLine(
  args: readonly string[],
  terminal: Terminal,
  complain: (text: string) => void,
): Promise<number> {
  const [name = 'help', ...rest] = args
  try {
    if (/^(help|--help|-h)$/.test(name)) {
      terminal.write(rest.includes('--json') ? asJson(Object.fromEntries(SUMMARIES)) : HELP)
      return 0
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (command === undefined) throw wrong(`There is no command "${name}"`)
    const { run, usage } = await command[1]()
    if (!rest.includes('--help') && !rest.includes('-h')) return await run(rest, terminal)
    terminal.write(usage)
    return 0
  } catch (error) {
    complain(args.includes('--json') ? asJson({ error: said(error) }) : `${said(error)}\n`)
    return error instanceof Fault && error.code === 'invalid' ? 2 : 1
  }
}

/** Messages of our own are safe to show; those of others may hold what they were given. */
function said(error: unknown): string {
  if (error instanceof Refusal) return error.message
  if (error instanceof Fault) {
    return `${error.message}.${error.remedy === undefined ? '' : ` ${error.remedy}.`}`
  }
  const { error: kind, at } = errorFields(error)
  return `This failed, and it is our mistake: ${kind}${at === '' ? '' : ` at ${at}`}.`
}
