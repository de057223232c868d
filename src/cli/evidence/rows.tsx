/** A table of texts, whose rows stand by themselves on a narrow screen. */

import { TextRows } from '../../web/table.tsx'

type Props = {
  readonly caption: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export function Rows({ caption, heads, rows }: Props) {
  if (rows.length === 0) return <p>{caption}: none.</p>
  return (
    <table>
      <caption>{caption}</caption>
      <TextRows heads={heads} rows={rows} />
    </table>
  )
}
