/** The record of processing activities (art. 30 GDPR), as a part of the evidence. */

import type { Processing as Record } from './processing.ts'
import { Rows } from './rows.tsx'

export function Processing({ processing }: { readonly processing: Record }) {
  const { controller, subjects, activities, transfers, limits, measures } = processing
  return (
    <section>
      <h2>Record of processing activities (art. 30 GDPR)</h2>
      <p>
        Controller: {controller.name}, {controller.address}. Contact: {controller.contact}. Site:{' '}
        {controller.site}
      </p>
      <p>Whose data: {subjects.join('; ')}.</p>
      <Rows
        caption="Purposes, data and recipients"
        heads={[
          'For',
          'Recipient',
          'Data',
          'While',
          'Channel',
          'Purpose (DPV)',
          'Ground',
          'Clause',
        ]}
        rows={activities.map((one) => [
          one.activity,
          one.companies.length === 0
            ? one.recipient
            : `${one.recipient} (${one.companies.join(', ')})`,
          one.fields.join(', '),
          one.while,
          one.channel,
          one.purpose,
          one.basis,
          one.clause,
        ])}
      />
      <p>Companies are named where they were given something in the period.</p>
      <h3>Other countries</h3>
      <p>{transfers}</p>
      <Rows
        caption="Time limits"
        heads={['What', 'Ends', 'At most', 'When deletion is asked for']}
        rows={limits.map((one) => [one.holds, one.ends, one.atMost, one.onErasure])}
      />
      <h3>Measures</h3>
      <ul>
        {measures.map((measure) => (
          <li key={measure}>{measure}</li>
        ))}
      </ul>
    </section>
  )
}
