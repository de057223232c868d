/** Tables of texts: their head, and rows that stand by themselves on a narrow screen. */

type HeadsProps = { readonly heads: readonly string[] }

export function Heads({ heads }: HeadsProps) {
  return (
    <thead>
      <tr>
        {heads.map((head) => (
          <th key={head} scope="col">
            {head}
          </th>
        ))}
      </tr>
    </thead>
  )
}

type RowsProps = HeadsProps & { readonly rows: readonly (readonly string[])[] }

/** The first text of a row is its head. */
export function TextRows({ heads, rows }: RowsProps) {
  return (
    <>
      <Heads heads={heads} />
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
    </>
  )
}
