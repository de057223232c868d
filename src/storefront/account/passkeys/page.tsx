/** The passkeys of an account: what each is called, since when, and how one is added or removed. */

import type { Passkey } from '../../../customers/passkeys.ts'
import { ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../../web/form.tsx'
import type { Frame } from '../../../web/frame.ts'
import { Moment } from '../../../web/moment.tsx'
import { Notice } from '../../../web/notice.tsx'
import { Heads } from '../../../web/table.tsx'
import { PasswordProof } from '../factor/page.tsx'
import { accountPage } from '../layout.tsx'
import { Ceremony } from './ceremony.tsx'
import { siteOf } from './site.ts'

type Props = {
  readonly passkeys: readonly Passkey[]
  /** What was just done, in words. */
  readonly done?: string | undefined
  readonly typed?: string
  readonly errors?: FieldErrors
}

export function passkeysPage(frame: Frame, props: Props): string {
  const { passkeys, done, errors = {} } = props
  const { passkeys: words } = frame.words.factors
  return accountPage(
    frame,
    { title: words.title, path: '/account/passkeys', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={frame.words} errors={errors} />
      <h1>{words.title}</h1>
      <Notice done={done} />
      <p>{words.lead}</p>
      {passkeys.length === 0 ? <p>{words.none}</p> : <Table {...{ frame, passkeys }} />}
      {siteOf(frame.shop) === undefined ? (
        <p>{words.noHost}</p>
      ) : (
        <Add frame={frame} typed={props.typed ?? ''} errors={errors} />
      )}
    </>,
  )
}

function Table({
  frame,
  passkeys,
}: {
  readonly frame: Frame
  readonly passkeys: readonly Passkey[]
}) {
  const { passkeys: words } = frame.words.factors
  return (
    <table class="table table-stacked">
      <Heads heads={[words.name, words.added, words.used, words.act]} />
      <tbody>
        {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td data-label={words.added}>
              <Moment frame={frame} at={createdAt} />
            </td>
            <td data-label={words.used}>
              <Moment frame={frame} at={lastUsedAt} />
            </td>
            <td>
              <form action={`/account/passkeys/${id}/end`} method="post">
                <button class="link" type="submit">
                  {words.remove}
                  <span class="unseen"> {name}</span>
                </button>
              </form>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type AddProps = { readonly frame: Frame; readonly typed: string; readonly errors: FieldErrors }

function Add({ frame, typed, errors }: AddProps) {
  const { passkeys: words } = frame.words.factors
  return (
    <section aria-labelledby="add">
      <h2 id="add">{words.addTitle}</h2>
      <noscript>
        <p class="notice">{words.noScript}</p>
      </noscript>
      <form action="/account/passkeys/invitation" method="post" novalidate>
        <TextField
          words={frame.words}
          name="name"
          label={words.name}
          hint={words.nameHint}
          errors={errors}
          value={typed}
          autocomplete="off"
          maxLength={40}
        />
        <PasswordProof frame={frame} errors={errors} />
        <div class="actions">
          <button class="button" type="submit">
            {words.button}
          </button>
        </div>
      </form>
    </section>
  )
}

/** Asks the browser to make one. */
export function invitationPage(
  frame: Frame,
  name: string,
  options: Readonly<Record<string, unknown>>,
): string {
  const { ceremony: words } = frame.words.factors
  const fields = { ceremony: 'create', options, hidden: { name } } as const
  return accountPage(
    frame,
    { title: words.add, path: '/account/passkeys', script: 'passkey.js' },
    <>
      <h1>{words.add}</h1>
      <p>{words.now}</p>
      <Ceremony frame={frame} action="/account/passkeys" {...fields}>
        <a href="/account/passkeys">{words.back}</a>
      </Ceremony>
    </>,
  )
}
