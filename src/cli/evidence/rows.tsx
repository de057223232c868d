/** A table of texts, whose rows stand by themselves on a narrow screen. */

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
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first, ...others]) => (
          <tr key={[first, ...others].join('\n')}>
            <th scope="row">{first}</th>
            {others.map((text, at) => (
              <td key={heads[at + 1]} data-label={heads[at + 1]}>
                {text}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
