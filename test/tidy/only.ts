/**
 * What only one file may do: reach outward, set a cookie, read the environment, ask the time, print, seal, open a
 * personal value, start a process.
 *
 * These are the store's promises in the small (C1, C2.1, C5, C7): whoever reads the one file has read all of it.
 */

import { type Finding, importsOf, isFree, matches, type Rule, type Source } from './source.ts'

/** Beginnings of paths, each with the reason why it may. */
type Allowed = Readonly<Record<string, string>>

type Only = {
  readonly name: string
  readonly remedy: string
  readonly view: 'code' | 'bare'
  readonly patterns?: readonly RegExp[]
  /** Names of modules that may not be imported, other than as a type. */
  readonly modules?: RegExp
  readonly within?: RegExp
  readonly allowed: Allowed
}

const TABLE: readonly Only[] = [
  {
    name: 'only base/egress.ts opens connections outward (C5)',
    remedy: 'Go through the gateway, and it through src/base/egress.ts',
    view: 'code',
    patterns: [
      /(?<![.\w])fetch\s*\(|\bglobalThis\s*\.\s*fetch\b|\b(?:WebSocket|EventSource)\s*\(/g,
    ],
    modules: /^(?:node:)?(?:https?|http2|net|tls|dgram|dns)(?:\/|$)|^undici(?:\/|$)/,
    allowed: {
      'src/base/egress.ts': 'it is the way out',
      'src/base/_postgres-server.ts node:net': 'knocks at the Unix socket of its own server',
    },
  },
  {
    name: 'a package that can open connections is imported where it belongs',
    remedy: 'Use the file of ours that stands before the package',
    view: 'code',
    modules:
      /^(?:pg|pg-copy-streams|fastify|graphile-worker|stripe|nodemailer|smtp-server|playwright-core)(?:\/|$)/,
    allowed: {
      'src/base/database.ts pg': 'the link to the database',
      'src/base/_listener.ts pg': 'hears what is said in it',
      'src/base/copy.ts pg-copy-streams': 'speaks over a connection of database.ts',
      'src/web/server.ts fastify': 'it listens; it opens nothing outward',
      'src/jobs/ graphile-worker': 'works on the database that it is handed',
      'src/payments/ stripe': 'the official SDK, handed our egress as its HTTP client',
      'src/mail/ nodemailer/lib/mail-composer': 'writes a message; connects to nothing',
      'src/mail/ nodemailer/lib/smtp-connection': 'speaks SMTP over a socket that egress opened',
    },
  },
  {
    name: 'only privacy/cookies.ts sets cookies (C1)',
    remedy: 'Declare the cookie in the policy and set it by src/privacy/cookies.ts',
    view: 'bare',
    patterns: [/set-?cookie|\bdocument\s*\.\s*cookie\b/gi],
    allowed: {
      'src/privacy/cookies.ts': 'the declared list is enforced there',
      'src/web/cookies.ts': 'puts them on an answer, and stops all others on their way out',
    },
  },
  {
    name: 'only config.ts reads the environment',
    remedy: 'Add the setting to src/config/ and take it as a parameter',
    view: 'code',
    patterns: [/\bprocess\s*\??\.\s*env\b|\bprocess\s*\[|\{[^{}]*\benv\b[^{}]*\}\s*=\s*process\b/g],
    modules: /^(?:node:)?process$/,
    within: /^(src|policy|sandbox)\//,
    allowed: {
      'src/config/config.ts': 'every setting, with its default',
      'sandbox/main.ts': 'the sandbox is a program of its own',
    },
  },
  {
    name: 'only base/clock.ts asks the time',
    remedy: 'Take a Clock as a parameter',
    view: 'code',
    patterns: [
      /\bDate\s*\.\s*now\b|\bnew\s+Date\b|(?<![.\w])Date\s*\(|\bTemporal\s*\.\s*Now\b/g,
      /\bperformance\s*\.\s*now\b|\bprocess\s*\.\s*hrtime\b/g,
    ],
    allowed: { 'src/base/clock.ts': 'it is the clock' },
  },
  {
    name: 'no chance but that of node:crypto',
    remedy: 'Use randomBytes, randomInt or newId',
    view: 'code',
    patterns: [/\bMath\s*\.\s*random\b/g],
    allowed: {},
  },
  {
    name: 'only base/log.ts, the command line and main.ts print (C7)',
    remedy: 'Log a named event with typed fields by src/base/log.ts',
    view: 'code',
    patterns: [/(?<![.\w])console\s*\??\.|\bprocess\s*\.\s*std(?:out|err)\b/g],
    allowed: {
      'src/base/log.ts': 'events of the allowed list',
      'src/cli/': 'the command line answers a person',
      'src/main.ts': 'the start says where the store is',
      'src/tacet.ts': 'hands the command line its terminal',
      'src/_plainly.ts': 'neither could be loaded',
    },
  },
  {
    name: 'only privacy/ seals, unseals and indexes (C2.1, C3.1)',
    remedy: 'Use the vault or the blind index of src/privacy/',
    view: 'code',
    patterns: [/\bcreate(?:Cipher|Decipher)iv\b|\bcreateHmac\b/g],
    allowed: {
      'src/privacy/': 'keys never leave it',
      'src/credentials/one-time-code.ts createHmac': 'a one-time code is one (RFC 6238)',
      'src/payments/ createHmac': "checks the signature of the processor's webhooks",
      'src/shipping/ createHmac': "checks the signature of the carrier's webhooks",
    },
  },
  {
    name: 'only the vault ends keys, and notes it outside the database (C3.1)',
    remedy: 'Call destroyKeys, or write its like beside it',
    view: 'bare',
    patterns: [/\bdelete\s+from\s+data_key\b|\btruncate\s+(?:table\s+)?data_key\b/gi],
    allowed: {
      'src/privacy/vault.ts': 'each end is on the list of endings first',
      'src/privacy/mailbox.ts': 'the orders of a mailbox are on the list before its key ends',
      'src/privacy/_mailbox-key.ts': 'the key of a mailbox without orders, which were on the list',
      'src/privacy/_period-key.ts': 'a month of the books is ended again by its date',
    },
  },
  {
    name: 'only privacy/ opens a personal value (C5)',
    remedy: 'Ask the gateway for the fields that the policy grants',
    view: 'code',
    patterns: [/\??\.\s*reveal\b|\[\s*reveal\s*\]|(?<![.\w])reveal\s*\(/g],
    allowed: { 'src/privacy/': 'vault and gateway' },
  },
  {
    name: 'only the files that start the database and the sandbox start processes',
    remedy: 'Do it in this process, or add the file to this table with its reason',
    view: 'code',
    modules: /^(?:node:)?(?:child_process|cluster)$/,
    allowed: {
      'src/base/postgres': 'the embedded PostgreSQL',
      'src/base/_postgres': 'the embedded PostgreSQL',
      'src/_sandbox.ts': 'the sandbox beside a demonstration',
      'src/base/scheduling.ts': 'how the system schedules those two',
    },
  },
]

export const onlyRules: readonly Rule[] = TABLE.map((only) => ({
  name: only.name,
  remedy: only.remedy,
  find: (sources) =>
    sources
      .filter(({ path }) => (only.within ?? /^(src|policy)\//).test(path) && !isFree(path))
      .flatMap((file) => [...imported(file, only.modules), ...written(file, only)])
      .filter((finding) => !isAllowed(finding, only.allowed)),
}))

function imported(file: Source, modules: RegExp | undefined): readonly Finding[] {
  return importsOf(file)
    .filter(({ specifier, typeOnly }) => !typeOnly && modules?.test(specifier))
    .map(({ specifier, line }) => ({ path: file.path, line, what: specifier }))
}

function written(file: Source, { patterns = [], view }: Only): readonly Finding[] {
  return matches(file, view, ...patterns)
}

/** A key is the beginning of a path, and may name the one word that is allowed there. */
function isAllowed({ path, what }: Finding, allowed: Allowed): boolean {
  return Object.keys(allowed).some((key) => {
    const [begin = '', word] = key.split(' ')
    return path.startsWith(begin) && (word === undefined || what === word)
  })
}
