/**
 * The evidence as a document: one file, without a script, that can be printed.
 */

import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Evidence } from './bundle.ts'
import { Processing } from './processing-page.tsx'
import { Rows } from './rows.tsx'

/** The whole document; `styles` is put into it. */
export function evidencePage(evidence: Evidence, styles: string): string {
  const title = `Evidence of privacy: ${evidence.shop}`
  const head = renderToString(
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
    </head>,
  )
  const body = renderToString(
    <body>
      <main>
        <h1>{title}</h1>
        <Summary evidence={evidence} />
        <Clauses evidence={evidence} />
        <Happened evidence={evidence} />
        <Ledger evidence={evidence} />
        <Processing processing={evidence.processing} />
      </main>
    </body>,
  )
  const look = `<style>${styles}</style></head>`
  return `<!doctype html><html lang="en">${head.replace('</head>', () => look)}${body}</html>\n`
}

type Props = { readonly evidence: Evidence }

function Summary({ evidence: { site, madeAt, period, policy, ledger, clauses } }: Props) {
  const untested = clauses.filter(({ tests }) => tests.length === 0).map(({ clause }) => clause)
  return (
    <>
      <p>
        {site}, {period.from} to {period.until}, made {madeAt}. Policy revision {policy.revision},
        last updated {policy.lastUpdate}.
      </p>
      <ul>
        <li>
          The ledger of {ledger.entries} entries is{' '}
          {ledger.whole ? 'whole' : 'NOT whole: see below'}.
        </li>
        {untested.length > 0 && <li>No test is named by: {untested.join(', ')}.</li>}
        <li>Nothing about any customer is in this document.</li>
      </ul>
      <Rows
        caption="Revisions of the policy"
        heads={['Revision', 'In force since', 'SHA-256']}
        rows={policy.revisions.map((one) => [one.revision, one.inForceAt, one.digest])}
      />
    </>
  )
}

function Clauses({ evidence: { clauses } }: Props) {
  return (
    <Part title="Clauses">
      <p>
        What the policy promises, what enforces it, and the tests that are named by it. Their names
        were read in the source, and they were not run for this document: run <code>npm test</code>{' '}
        to see them pass. Tests whose clause is computed when they run are not listed.
      </p>
      {clauses.map(({ clause, text, places, missing, tests }) => (
        <section key={clause}>
          <h3 id={clause}>{clause}</h3>
          <p>{text}</p>
          {missing !== null && <p class="missing">{missing}</p>}
          {Object.keys(places).length > 0 && (
            <Rows
              caption={`What enforces ${clause}`}
              heads={['Where', 'What']}
              rows={Object.entries(places)}
            />
          )}
          {tests.length === 0 ? (
            <p>No test is named by this clause.</p>
          ) : (
            <Rows
              caption={`Tests of ${clause}`}
              heads={['Test', 'File']}
              rows={tests.map(({ name, file }) => [name, file])}
            />
          )}
        </section>
      ))}
    </Part>
  )
}

function Happened({ evidence: { counts, stoppedInLogs, period } }: Props) {
  return (
    <Part title={`What happened, ${period.from} to ${period.until}`}>
      <Rows
        caption="Disclosures to third parties"
        heads={['Recipient', 'For', 'Outcome', 'Number']}
        rows={counts.disclosures.map((row) => Object.values(row).map(String))}
      />
      <p>
        “Refused” are requests that were granted and then stopped, because their bytes held what
        they may not. What has no row in the policy, or whose condition does not hold, is refused
        before anything is granted, and is recorded nowhere. Logs are kept for 14 days.
      </p>
      <Rows
        caption={`Requests stopped on their way out, by the logs of ${daysText(stoppedInLogs.days.length)}`}
        heads={['Recipient', 'For', 'What they held']}
        rows={stoppedInLogs.stopped.map((row) => Object.values(row))}
      />
      <Rows
        caption="Looks by staff"
        heads={['Role', 'For', 'Number']}
        rows={counts.looks.map((row) => Object.values(row).map(String))}
      />
      <Rows
        caption="Erasures"
        heads={['Asked for', 'Ended']}
        rows={counts.erasures.map(({ asked, ended }) => [secondOf(asked), secondOf(ended)])}
      />
      <Rows
        caption="Runs of retention that ended something"
        heads={['Began', 'By the word of', 'Contacts of orders', 'Months of the books']}
        rows={counts.retentionRuns.map(({ began, by, contacts, months }) => [
          secondOf(began),
          by,
          String(contacts),
          months.join(', '),
        ])}
      />
      <Rows
        caption="Other entries of the ledger: what ended by itself, rights, revisions"
        heads={['Kind', 'Because', 'Number']}
        rows={counts.events.map((row) => Object.values(row).map(String))}
      />
    </Part>
  )
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}

function secondOf(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'second' })
}

function Ledger({ evidence: { ledger } }: Props) {
  const { entries, checkpoints, waiting, findings, checkpoint } = ledger
  return (
    <Part title="The ledger">
      <p>
        {entries} entries, {checkpoints} signed checkpoints, {waiting} entries that wait to be taken
        in. Everything was computed anew from the entries; {findings.length} differences were found.
      </p>
      {findings.length > 0 && (
        <ul class="missing">
          {findings.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      )}
      <p>The latest checkpoint, as it is published:</p>
      <pre>{checkpoint}</pre>
    </Part>
  )
}

function Part({
  title,
  children,
}: {
  readonly title: string
  readonly children: ComponentChildren
}) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
