/**
 * The policy's page: the clauses in the shop's words, and the table that the store runs on, as it is (C9).
 */

import type { ComponentChildren } from 'preact'
import { inWords, lifetimeText, limitText, policyWords as words } from '../../../policy/words/en.ts'
import type { Company } from '../../privacy/gateway.ts'
import { cookies, policy } from '../../privacy/policy.ts'
import type { Flow } from '../../privacy/table.ts'
import type { Frame } from '../../web/frame.ts'
import { page } from '../../web/layout.tsx'
import { Heads } from '../../web/table.tsx'

export function privacyPage(frame: Frame, companies: readonly Company[]): string {
  return page(
    frame,
    { title: words.title, path: '/privacy' },
    <>
      <article class="prose">
        <h1>{words.title}</h1>
        <p>{words.lead}</p>
        <p>
          <strong>{words.revision(policy.revision)}</strong>,{' '}
          {words.updated(monthText(policy.lastUpdate, frame.shop.language))}
        </p>
        <p>
          <a href="/privacy/data">{words.ownData}</a>
        </p>
        <p>
          <a href="/privacy/revisions">{words.revisions}</a>
        </p>
        <p>
          <a href="/privacy/transparency">{words.transparency}</a>
        </p>
        {words.clauses.map(({ title, parts }) => (
          <section key={title}>
            <h2>{title}</h2>
            {parts.map(({ clause, text }) => (
              <p key={clause} id={clause}>
                {`${text}\u00a0`}
                <span class="quiet small">{clause}</span>
              </p>
            ))}
          </section>
        ))}
      </article>
      <Flows companies={companies} />
      <Kept />
      <Cookies />
    </>,
  )
}

function Flows({ companies }: { readonly companies: readonly Company[] }) {
  const { flows } = words
  const namesOf = (to: string) =>
    companies.filter((company) => company.to === to).map(({ name }) => name)
  return (
    <Table
      id="flows"
      title={flows.title}
      heads={[flows.to, flows.for, flows.fields, flows.channel, flows.while, flows.clause]}
    >
      {policy.flows.map((flow) => (
        <FlowRow key={`${flow.to} ${flow.for}`} flow={flow} names={namesOf(flow.to)} />
      ))}
    </Table>
  )
}

function FlowRow({ flow, names }: { readonly flow: Flow; readonly names: readonly string[] }) {
  const { flows } = words
  return (
    <tr>
      <th scope="row" class="capital">
        {flow.to}
        {names.length > 0 && <span class="quiet small"> ({names.join(', ')})</span>}
      </th>
      <td data-label={flows.for}>{flow.for}</td>
      <td data-label={flows.fields}>
        {flow.fields.map((field) => flows.fieldNames[field] ?? field).join(', ')}
      </td>
      <td data-label={flows.channel}>{flows.channels[flow.channel]}</td>
      <td data-label={flows.while}>{flow.while}</td>
      <td data-label={flows.clause}>
        <a href={`#${flow.clause}`}>{flow.clause}</a>
      </td>
    </tr>
  )
}

function Kept() {
  const { retention } = words
  const rules = Object.entries(policy.retention)
  return (
    <Table
      id="retention"
      title={retention.title}
      heads={[retention.holds, retention.onErasure, retention.ends, retention.atMost]}
    >
      {rules.map(([name, rule]) => (
        <tr key={name}>
          <th scope="row" class="capital">
            {inWords(rule.holds)}
          </th>
          <td data-label={retention.onErasure}>{retention.erasures[rule.onErasure]}</td>
          <td data-label={retention.ends}>{inWords(rule.ends)}</td>
          <td data-label={retention.atMost}>{limitText(rule.atMost)}</td>
        </tr>
      ))}
    </Table>
  )
}

function Cookies() {
  const table = words.cookies
  return (
    <Table id="cookies" title={table.title} heads={[table.name, table.serves, table.lasts]}>
      {Object.entries(cookies).map(([name, { serves, maxAgeSeconds }]) => (
        <tr key={name}>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td data-label={table.serves}>{serves}</td>
          <td data-label={table.lasts}>{lifetimeText(maxAgeSeconds)}</td>
        </tr>
      ))}
    </Table>
  )
}

type TableProps = {
  readonly id: string
  readonly title: string
  readonly heads: readonly string[]
  readonly children: ComponentChildren
}

function Table({ id, title, heads, children }: TableProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div class="table-frame">
        <table class="table table-stacked">
          <Heads heads={heads} />
          <tbody>{children}</tbody>
        </table>
      </div>
    </section>
  )
}

function monthText(date: string, language: string): string {
  const options = { month: 'long', year: 'numeric', calendar: 'gregory' } as const
  return Temporal.PlainDate.from(date).toLocaleString(language, options)
}
