/**
 * The staff: who may sign in, with which roles. For the owner alone.
 */

import { ROLES, type Role } from '../../staff/roles.ts'
import type { SignedIn } from '../../staff/session.ts'
import type { Credentials, Member } from '../../staff/staff.ts'
import { Checkbox, ErrorSummary, type FieldErrors, hasErrors, TextField } from '../../web/form.tsx'
import type { Frame } from '../../web/frame.ts'
import { Moment } from '../../web/moment.tsx'
import { Notice } from '../../web/notice.tsx'
import { Heads } from '../../web/table.tsx'
import type { Words } from '../../web/words/en.ts'
import { officePage } from '../_layout.tsx'
import type { BackOffice } from '../office.ts'

type ListProps = {
  readonly members: readonly Member[]
  readonly login?: string
  readonly roles?: readonly Role[]
  readonly errors?: FieldErrors
}

export function staffPage(office: BackOffice, staff: SignedIn, props: ListProps): string {
  const { members, login = '', roles = [], errors = {} } = props
  const { words } = office.frame
  const { staff: text, frame } = words.backoffice
  return officePage(
    office,
    staff,
    { title: text.title, path: '/admin/staff', hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={words} errors={errors} />
      <h1>{text.title}</h1>
      <Members frame={office.frame} members={members} />
      <p class="quiet small">{frame.times}</p>
      <section class="card" aria-labelledby="add-title">
        <h2 id="add-title">{text.add}</h2>
        <form action="/admin/staff" method="post" novalidate>
          <TextField
            {...{ words, errors }}
            name="login"
            label={text.login}
            hint={text.loginHint}
            value={login}
            autocomplete="off"
            width="medium"
            maxLength={40}
          />
          <Roles {...{ words, errors, roles }} />
          <p class="actions">
            <button class="button" type="submit">
              {text.addButton}
            </button>
          </p>
        </form>
      </section>
    </>,
  )
}

/** A new password, on the one page that ever shows it. */
export function passwordMadePage(
  office: BackOffice,
  staff: SignedIn,
  { login, password }: Credentials,
): string {
  const { staff: text } = office.frame.words.backoffice
  return officePage(
    office,
    staff,
    { title: text.madePassword(login) },
    <>
      <h1>{text.madePassword(login)}</h1>
      <p class="notice">
        <code class="secret">{password}</code>
      </p>
      <p>{text.madePasswordHint}</p>
      <p>
        <a href="/admin/staff">{text.title}</a>
      </p>
    </>,
  )
}

type MemberProps = {
  readonly member: Member
  readonly saved?: boolean
  readonly problem?: string
  readonly errors?: FieldErrors
}

export function memberPage(office: BackOffice, staff: SignedIn, props: MemberProps): string {
  const { member, saved = false, problem, errors = {} } = props
  const { words } = office.frame
  const { staff: text } = words.backoffice
  return officePage(
    office,
    staff,
    { title: text.edit(member.login), hasErrors: hasErrors(errors) },
    <>
      <ErrorSummary words={words} errors={errors} />
      {problem && (
        <p class="error-summary" role="alert">
          {problem}
        </p>
      )}
      <Notice done={saved ? text.saved : undefined} />
      <h1>{text.edit(member.login)}</h1>
      <form action={`/admin/staff/${member.id}/roles`} method="post">
        <Roles {...{ words, errors }} roles={member.roles} />
        <p class="actions">
          <button class="button" type="submit">
            {text.saveRoles}
          </button>
        </p>
      </form>
      <Access words={words} member={member} />
      <p>
        <a href="/admin/staff">{text.title}</a>
      </p>
    </>,
  )
}

function Members({
  frame,
  members,
}: {
  readonly frame: Frame
  readonly members: readonly Member[]
}) {
  const { staff: text } = frame.words.backoffice
  const columns = [text.login, text.roles, text.state, text.lastSeen]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-frame" aria-label={text.title} tabIndex={0}>
      <table class="table table-stacked">
        <Heads heads={columns} />
        <tbody>
          {members.map(({ id, login, roles, disabledAt, lastSeenAt }) => (
            <tr key={id}>
              <th scope="row">
                <a href={`/admin/staff/${id}`}>{login}</a>
              </th>
              <td data-label={text.roles}>
                {roles.map((role) => text.roleNames[role].name).join(', ')}
              </td>
              <td data-label={text.state}>
                {disabledAt === null ? (
                  <span class="badge badge-good">{text.active}</span>
                ) : (
                  <span class="badge badge-wrong">{text.disabled}</span>
                )}
              </td>
              <td data-label={text.lastSeen}>
                {lastSeenAt === null ? text.never : <Moment frame={frame} at={lastSeenAt} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type RolesProps = {
  readonly words: Words
  readonly roles: readonly Role[]
  readonly errors: FieldErrors
}

function Roles({ words, roles, errors }: RolesProps) {
  const { staff: text } = words.backoffice
  return (
    <fieldset class="field">
      <legend>{text.roles}</legend>
      {ROLES.map((role) => (
        <Checkbox
          key={role}
          {...{ words, errors }}
          name={role}
          label={text.roleNames[role].name}
          hint={text.roleNames[role].hint}
          checked={roles.includes(role)}
        />
      ))}
    </fieldset>
  )
}

function Access({ words, member }: { readonly words: Words; readonly member: Member }) {
  const { staff: text } = words.backoffice
  const isDisabled = member.disabledAt !== null
  const url = `/admin/staff/${member.id}`
  return (
    <>
      <h2>{text.access}</h2>
      <form class="field" action={`${url}/password`} method="post">
        <p class="hint">{text.newPasswordHint}</p>
        <button class="button-quiet" type="submit">
          {text.newPassword}
        </button>
      </form>
      <form class="field" action={`${url}/access`} method="post">
        <input type="hidden" name="access" value={isDisabled ? 'given' : 'ended'} />
        {!isDisabled && <p class="hint">{text.disableHint}</p>}
        <button class="button-quiet" type="submit">
          {isDisabled ? text.enable : text.disable}
        </button>
      </form>
    </>
  )
}
