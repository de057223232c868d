/**
 * (a) The store's category page, out of its cache, against bare `node:http` that sends the same bytes: requests a
 * second, each asked for by the same load from a third process.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { PageCount, PageTask } from './_http-load.ts'
import type { Sent } from './_plain-server.ts'
import type { Finding } from './_report.ts'
import { compare } from './_rounds.ts'
import { newFolder, startStore } from './_store.ts'

const LEAST = 0.4
const ROUNDS = 7
const ROUND_MS = 1500
const CONNECTIONS = 16

export async function measureCatalogue(): Promise<readonly Finding[]> {
  const folder = await newFolder()
  const store = await startStore(folder.path)
  const plain = fork(join(import.meta.dirname, '_plain-server.ts'), { execArgv: [] })
  const load = fork(join(import.meta.dirname, '_http-load.ts'), { execArgv: [] })
  try {
    const page = await categoryPage(store.url)
    const sent = await sentFor(page)
    plain.send(sent)
    const [port] = await once(plain, 'message')
    const other = `http://127.0.0.1:${port}${page.pathname}`
    for (const url of [page.href, other]) await rate(load, url)
    const { ratio, ours, theirs } = await compare(
      ROUNDS,
      () => rate(load, page.href),
      () => rate(load, other),
    )
    return [
      {
        claim: 'Category page, against bare node:http sending the same bytes',
        measured: ratio,
        goal: { least: LEAST },
        notes: [
          `${ours.toFixed(0)} pages a second, bare ${theirs.toFixed(0)}; ` +
            `${Buffer.byteLength(sent.body)} bytes, ` +
            `${CONNECTIONS} connections, ${ROUNDS} rounds in turn, each ${ROUND_MS / 1000} s`,
        ],
      },
    ]
  } finally {
    load.kill()
    plain.kill()
    await store.stop()
    await folder.remove()
  }
}

async function categoryPage(store: URL): Promise<URL> {
  const home = await (await fetch(store)).text()
  const [path] = /\/categories\/[\w-]+/.exec(home) ?? []
  if (path === undefined) throw new Error('The shop has no category')
  return new URL(path, store)
}

/** What the store sends for a page; less what `node:http` adds by itself. */
async function sentFor(page: URL): Promise<Sent> {
  const answer = await fetch(page, { headers: { 'accept-encoding': 'identity' } })
  const own = ['connection', 'date', 'keep-alive']
  const headers = [...answer.headers].filter(([name]) => !own.includes(name)).flat()
  return { headers, body: await answer.text() }
}

async function rate(load: ChildProcess, url: string): Promise<number> {
  const task: PageTask = { url, connections: CONNECTIONS, ms: ROUND_MS }
  load.send(task)
  const [count]: PageCount[] = await once(load, 'message')
  return (count?.pages ?? 0) / (count?.seconds ?? 1)
}
