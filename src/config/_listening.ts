/**
 * Settings of the listener: its address, and who ends TLS (C2.1).
 */

import { isLoopback } from '../base/egress.ts'
import { isLoopbackAddress, type Reader, wholeNumber, yes } from './_reader.ts'

export type TlsFiles = { readonly certFile: string; readonly keyFile: string }

/** Where the store listens and where it is reached. C2.1: beyond this machine with TLS alone. */
export function listening(read: Reader) {
  const port = wholeNumber(read, 'PORT', 1, 65_535)
  const host = read.text('HOST').replace(/^\[(.*)\]$/, '$1')
  const tlsProxy = yes(read, 'TLS_PROXY')
  const tls = tlsFiles(read)
  const publicUrl = publicUrlOf(read, `${tls === null ? 'http' : 'https'}://localhost:${port}`)
  const secure = publicUrl.protocol === 'https:'
  if (!/^[\w.:-]+$/.test(host))
    read.wrong('HOST', 'is no address: set it to one, such as 127.0.0.1')
  if (!secure && !isLoopback(publicUrl.hostname)) {
    read.breaks(
      'C2.1',
      'PUBLIC_URL is plain HTTP: put a proxy with TLS before the store, and set PUBLIC_URL to its ' +
        'https address',
    )
  } else if (!isLoopbackAddress(host) && !(secure && (tlsProxy || tls !== null))) {
    read.breaks(
      'C2.1',
      `HOST ${host} is reached beyond this machine over plain HTTP: set HOST to 127.0.0.1; ` +
        'or PUBLIC_URL to an https address, and either TLS_PROXY to yes or TLS_CERT_FILE and TLS_KEY_FILE',
    )
  }
  if (tls !== null && !secure) read.wrong('PUBLIC_URL', 'must be https, since the store has TLS')
  return { port, host, publicUrl, tlsProxy, tls }
}

function tlsFiles(read: Reader): TlsFiles | null {
  const certFile = read.text('TLS_CERT_FILE')
  const keyFile = read.text('TLS_KEY_FILE')
  if (certFile !== '' && keyFile !== '') return { certFile, keyFile }
  if (keyFile !== '') read.wrong('TLS_CERT_FILE', 'is missing beside TLS_KEY_FILE: set both')
  if (certFile !== '') read.wrong('TLS_KEY_FILE', 'is missing beside TLS_CERT_FILE: set both')
  return null
}

function publicUrlOf(read: Reader, standard: string): URL {
  const text = read.text('PUBLIC_URL') || standard
  const url = URL.parse(text)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href
  if (isPlain) return url
  read.wrong('PUBLIC_URL', 'must be an address without a path, such as https://shop.example')
  return new URL('http://localhost')
}
