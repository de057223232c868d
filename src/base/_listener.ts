/**
 * One connection that hears what is said in the database (`NOTIFY`). PostgreSQL wakes each connection that listens at
 * every word, on whatever channel, so there is one for all.
 *
 * A connection that is lost comes back by itself; whoever listens hears '' then, since words may have been missed.
 */

import pg from 'pg'

export type Listener = {
  readonly listen: (channel: string, heard: (payload: string) => void) => Promise<void>
  readonly close: () => Promise<void>
}

const AGAIN_MS = 1000

/** Connects when somebody first listens. */
export function openListener(url: string, onLost: (error: Error) => void): Listener {
  const channels = new Map<string, ((payload: string) => void)[]>()
  let present: Promise<pg.Client> | undefined
  let isClosed = false

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url, keepAlive: true })
    let isOpen = false
    client.on('notification', ({ channel, payload = '' }) => {
      for (const heard of channels.get(channel) ?? []) heard(payload)
    })
    client.on('error', (error) => {
      if (!isOpen || isClosed) return
      isOpen = false
      onLost(error)
      again()
    })
    try {
      await client.connect()
      for (const channel of channels.keys()) await client.query(listenTo(channel))
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    if (isClosed) await client.end()
    isOpen = true
    return client
  }

  const again = () => {
    if (isClosed) return
    present = connect()
    present.then(
      () => {
        for (const heard of [...channels.values()].flat()) heard('')
      },
      () => setTimeout(again, AGAIN_MS).unref(),
    )
  }

  return {
    async listen(channel, heard) {
      channels.set(channel, [...(channels.get(channel) ?? []), heard])
      present ??= connect()
      try {
        await (await present).query(listenTo(channel))
      } catch (error) {
        present = undefined
        throw error
      }
    },
    async close() {
      isClosed = true
      const client = await present?.catch(() => undefined)
      await client?.end()
    },
  }
}

function listenTo(channel: string): string {
  return `listen ${pg.escapeIdentifier(channel)}`
}
