/** Another e-mail address for an account: asking for the link to it, what waits, and what the link opens. */

import type { Waiting } from '../../../customers/email-change.ts'
import { ErrorSummary, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { Moment } from '../../../web/moment.tsx'
import { Notice } from '../../../web/notice.tsx'
import type { Wrong } from '../../asking-page.tsx'
import { accountPage } from '../layout.tsx'

export const PATH = '/account/email'

/** The address of now, or the former one that a restore has brought back. */
export type Present = { readonly address: string; readonly isLost: boolean }

type Props = {
  readonly present: Present
  readonly waiting: Waiting | undefined
  /** What was just done, in words. */
  readonly done: string | undefined
  readonly wrong: Wrong | undefined
}

export function emailPage(frame: Frame, { present, waiting, done, wrong }: Props): string {
  const { email: words } = frame.words.account
  const errors = wrong?.errors ?? {}
  return accountPage(
    frame,
    { title: words.title, path: '/account', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <Notice done={done} />
      <p>
        {present.isLost ? words.before : words.present} <strong>{present.address}</strong>
      </p>
      {waiting && <WaitingChange frame={frame} waiting={waiting} />}
      <p>{words.lead}</p>
      <form action={PATH} method="post" novalidate>
        <TextField
          words={frame.words}
          name="email"
          type="email"
          autocomplete="email"
          label={words.label}
          hint={words.hint}
          errors={errors}
          value={wrong?.typed}
        />
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
        </div>
      </form>
      <Consequences frame={frame} />
      <p class="quiet small">{words.same}</p>
      <p class="quiet small">{frame.words.data.times}</p>
    </>,
  )
}

function WaitingChange({ frame, waiting }: { readonly frame: Frame; readonly waiting: Waiting }) {
  const { email: words } = frame.words.account
  return (
    <section class="card" aria-labelledby="waiting">
      <h2 id="waiting">{words.waitingTitle}</h2>
      <p>
        <strong>{waiting.email}</strong>
      </p>
      <p>
        {words.waiting} <Moment frame={frame} at={waiting.endsAt} />
      </p>
      <form action={`${PATH}/end`} method="post">
        <button class="button-quiet" type="submit">
          {words.end}
        </button>
      </form>
    </section>
  )
}

type Addresses = { readonly email: string; readonly present: string }

export function confirmPage(frame: Frame, token: string, { email, present }: Addresses): string {
  const { email: words } = frame.words.account
  return accountPage(
    frame,
    { title: words.confirmTitle, path: '/account' },
    <>
      <h1>{words.confirmTitle}</h1>
      <dl class="facts">
        <dt>{words.from}</dt>
        <dd>{present}</dd>
        <dt>{words.to}</dt>
        <dd>{email}</dd>
      </dl>
      <Consequences frame={frame} />
      <form action={`${PATH}/${token}`} method="post">
        <div class="actions">
          <button class="button" type="submit">
            {words.confirm}
          </button>
          <a href="/account">{words.not}</a>
        </div>
      </form>
    </>,
  )
}

function Consequences({ frame }: { readonly frame: Frame }) {
  const { email: words } = frame.words.account
  return (
    <>
      <h2>{words.consequencesTitle}</h2>
      <ul>
        {words.consequences.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </>
  )
}
