/**
 * The setting of the database link (C2.1: beyond this machine with verified TLS alone).
 */

import { isLoopbackAddress, type Reader } from './_reader.ts'

/** The host may be written in front or as parameter; the client library would take the parameter. */
export function databaseUrlOf(read: Reader): string {
  const text = read.text('DATABASE_URL')
  if (text === '') return ''
  const url = URL.parse(text)
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    read.wrong(
      'DATABASE_URL',
      'must look like postgres://user:password@host/name?sslmode=verify-full',
    )
    return ''
  }
  const hosts = [url.hostname, ...url.searchParams.getAll('host')]
    .map(unescaped)
    .filter((host) => host !== '')
  if (hosts.length === 0) {
    read.wrong('DATABASE_URL', 'names no host: add one, or the folder of a socket as ?host=/folder')
  }
  const isNear = hosts.every((host) => host.startsWith('/') || isLoopbackAddress(host))
  const modes = url.searchParams.getAll('sslmode')
  if (!isNear && (modes.length === 0 || modes.some((mode) => mode !== 'verify-full'))) {
    read.breaks(
      'C2.1',
      'DATABASE_URL leads beyond this machine without verified TLS: add ?sslmode=verify-full to it',
    )
  }
  return text
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
