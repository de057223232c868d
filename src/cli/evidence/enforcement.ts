/**
 * What enforces each clause: the places in the code and the tables. A test looks whether each is there.
 *
 * A clause that nothing enforces yet says so here, in plain words, and in the evidence.
 */

export type Enforcement = {
  /** A file or folder of the program, or `table NAME`. */
  readonly places: Readonly<Record<string, string>>
  /** What is missing, or must be done by people. */
  readonly missing?: string
}

const PEOPLE =
  'That each paper is entered, lies where the register says and was destroyed as recorded, is the ' +
  'work of people: the store keeps the record.'

export const enforcement: Readonly<Record<string, Enforcement>> = {
  C1: {
    places: {
      'src/privacy/cookies.ts': 'the three declared cookies, and the one place that sets any',
      'src/web/cookies.ts': 'stops every other cookie on its way out',
    },
  },
  'C2.1': {
    places: {
      'src/base/egress.ts': 'the one place that opens connections outward: TLS, verified',
      'src/config/config.ts': 'refuses a start on which data would travel in the clear',
      'src/web/headers.ts': 'tells browsers to stay with TLS',
      'src/privacy/vault.ts': 'seals each value before it is stored',
      'table sealed_record': 'holds values sealed, and nowhere else',
    },
  },
  'C2.2': {
    places: {
      'src/privacy/_contradictions.ts': 'refuses an unencrypted flow to anybody else',
      'table disclosure': 'names the channel that was really used',
    },
  },
  'C3.1': {
    places: {
      'src/privacy/erasure.ts':
        'ends what is held, looks again, and rolls back if anything is left',
      'src/privacy/mailbox.ts': 'many orders end at once, with one key',
      'src/privacy/holdings.ts': 'one map for what is shown and what is ended',
      'src/privacy/generations.ts':
        'destroys keys after the backup horizon, so that no copy can be read',
      'table data_key': 'the keys; without its row nothing under it opens',
    },
  },
  'C3.2': {
    places: {
      'src/privacy/_contradictions.ts': 'refuses a rule over five years for data of orders',
      'src/privacy/publication.ts': 'keeps nothing longer than it was given for',
      'src/privacy/retention.ts': 'ends contacts and months of the books when their time is over',
      'src/privacy/steady-time.ts': 'trusts no clock that has jumped',
      'test/tidy/documents.ts': 'fails for a table without a retention rule',
    },
  },
  'C4.1': {
    places: {
      'src/paper/register.ts': 'each paper with its control number, its place, since when',
      'src/paper/holding.ts': 'shows a person the papers about their orders, and lets them stay',
      'table paper_document': 'the register',
    },
    missing: PEOPLE,
  },
  'C4.2': {
    places: {
      'src/paper/places.ts': 'the list of secure places, each with what secures it',
      'table paper_move': 'every move, with who and when',
    },
    missing: PEOPLE,
  },
  'C4.3': {
    places: {
      'src/privacy/_contradictions.ts': 'refuses a flow that gives a parcel label to a third party',
      'src/paper/register.ts': 'knows no move but to a secure place of the shop',
    },
    missing: PEOPLE,
  },
  'C4.4': {
    places: {
      'src/paper/destruction.ts': 'ends a paper by a record alone: how, by whom, who saw it',
      'src/backoffice/paper/certificate.ts': 'the certificate',
    },
    missing: PEOPLE,
  },
  C5: {
    places: {
      'src/privacy/gateway.ts': 'the one way out: no row of the table, no flow',
      'src/privacy/_governed.ts': 'and none that the data was not given for',
      'src/privacy/_search.ts': 'stops bytes that hold what was not granted',
      'table disclosure': 'every disclosure, with its order',
      'table ledger_entry': 'every disclosure, for good',
    },
  },
  C6: {
    places: {
      'src/privacy/_contradictions.ts': 'refuses advertising, sale and profiling as purposes',
      'src/web/headers.ts': 'lets pages load nothing from other hosts',
      'test/tidy/pages.ts': 'fails for a page that names another host',
    },
  },
  C7: {
    places: {
      'src/base/log.ts': 'a list of events without any field for a person',
      'src/web/cached.ts': 'pages that are the same bytes for everyone',
      'src/web/well-known.ts': 'answers Do Not Track and Global Privacy Control',
    },
  },
  'C8.1': {
    places: {
      'src/shipping/carrier.ts': 'a carrier’s adapter is handed five fields by its type',
      'src/privacy/_contradictions.ts': 'refuses a sixth',
    },
  },
  'C8.2': {
    places: {
      'src/customs/declaration.ts': 'a declaration is made where a customs border is crossed',
      'src/_conditions.ts': 'the condition of the flow: the parcel leaves the customs territory',
    },
  },
  C9: {
    places: {
      'src/privacy/publication.ts': 'revisions are published, in the ledger, and never edited',
      'src/privacy/_governed.ts': 'data stays under the revision under which it was given',
      'table policy_revision': 'every revision, word for word',
    },
  },
}
