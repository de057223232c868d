/** The certificate of a destruction, after NIST SP 800-88: what, how, at which level, when, by whom, seen by whom. */

import { Fault } from '../../base/failure.ts'
import type { Paper } from '../../paper/register.ts'
import type { Member } from '../../staff/staff.ts'
import type { Written } from '../../web/document.ts'
import { momentText } from '../../web/moment.tsx'
import type { BackOffice } from '../office.ts'
import { dayOf, nameOf } from './page.tsx'

/** @throws {Fault} `not_found` for a paper that is not destroyed. */
export function certificate(
  { frame }: BackOffice,
  paper: Paper,
  members: readonly Member[],
): Written {
  const { papers: text } = frame.words
  const { destruction, number, kind, placeName, id } = paper
  if (destruction === null) throw new Fault('not_found', 'This paper has not been destroyed')
  const { at, isTimeLost, method, level, by, witness } = destruction
  const facts: readonly (readonly [string, string])[] = [
    [text.number, String(number)],
    [text.kind, kind],
    [text.method, method],
    [text.level, text.levelName(level)],
    [
      text.destroyedAt,
      isTimeLost ? text.timeLost(dayOf(frame, at)) : text.utc(momentText(frame, at)),
    ],
    [text.place, `${frame.shop.name}, ${placeName}`],
    [text.by, nameOf(text, members, by)],
    [text.witness, nameOf(text, members, witness)],
    [text.reference, id],
  ]
  return {
    title: text.certificate,
    language: frame.shop.language,
    blocks: [
      { kind: 'title', text: text.certificate },
      { kind: 'text', text: text.certificateText },
      { kind: 'facts', facts },
    ],
  }
}
