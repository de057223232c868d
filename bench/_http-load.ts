/**
 * The load of one page, a process of its own: so many connections ask for it over and over, for so long.
 *
 * It is sent its task as a message as often as wanted, and answers each with the number of pages that came.
 */

import { openConnection } from './_connection.ts'

export type PageTask = { readonly url: string; readonly connections: number; readonly ms: number }

export type PageCount = { readonly pages: number; readonly seconds: number }

process.on('message', (task: PageTask) => {
  load(task).then(
    (count) => process.send?.(count),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    },
  )
})

async function load({ url, connections, ms }: PageTask): Promise<PageCount> {
  const page = new URL(url)
  const request = `GET ${page.pathname} HTTP/1.1\r\nHost: ${page.host}\r\nAccept: text/html\r\n\r\n`
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(page)))
  const began = performance.now()
  const counts = await Promise.all(
    open.map(async (connection) => {
      let pages = 0
      for (; performance.now() - began < ms; pages += 1) {
        const { status } = await connection.ask(request)
        if (status !== 200) throw new Error(`The page was answered with ${status}`)
      }
      return pages
    }),
  )
  const seconds = (performance.now() - began) / 1000
  for (const connection of open) connection.close()
  return { pages: counts.reduce((sum, pages) => sum + pages, 0), seconds }
}
