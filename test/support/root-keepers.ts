/**
 * Stand-ins of the services that keep a root key, for the contract test of the adapters: Vault's transit engine and AWS
 * KMS, as far as two operations of each go. They check what the real ones check: token or signature, key, context.
 */

import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

type Ending = { readonly after: (end: () => Promise<void>) => void }
type Answer = { readonly status: number; readonly body: object }
type Asked = {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

type RootKeeper = { readonly url: URL; readonly stop: () => Promise<void> }

export const VAULT = { token: 'hvs.stand-in', key: 'tacet' }
export const KMS = {
  region: 'eu-north-1',
  keyId: 'alias/tacet',
  accessKeyId: 'AKIDSTANDIN',
  secretAccessKey: 'stand-in-secret',
}

type Vault = RootKeeper & {
  /** A newer version of the key, which wraps from now on. */
  readonly rotate: () => void
  /** Opens by the newest version only: its `min_decryption_version`. */
  readonly retire: () => void
}

export async function standInVault(t: Ending): Promise<Vault> {
  const versions = [randomBytes(32)]
  let oldest = 1
  const keeper = await serve(t, ({ url, headers, text }) => {
    if (headers['x-vault-token'] !== VAULT.token)
      return refused(403, { errors: ['permission denied'] })
    const { plaintext, ciphertext, associated_data: context } = JSON.parse(text)
    const bound = Buffer.from(context, 'base64').toString()
    if (url === `/v1/transit/encrypt/${VAULT.key}`) {
      const [key_version, key] = [versions.length, newest(versions)]
      const sealed = seal(key, Buffer.from(plaintext, 'base64'), bound).toString('base64')
      const ciphertext = `vault:v${key_version}:${sealed}`
      return { status: 200, body: { data: { ciphertext, key_version } } }
    }
    const [, version, sealed] = /^vault:v(\d+):(.+)$/.exec(ciphertext ?? '') ?? []
    if (url !== `/v1/transit/decrypt/${VAULT.key}`) return refused(404, { errors: [] })
    const key = Number(version) >= oldest ? versions[Number(version) - 1] : undefined
    const opened = key && open(key, Buffer.from(sealed ?? '', 'base64'), bound)
    if (opened === undefined)
      return refused(400, { errors: ['cipher: message authentication failed'] })
    return { status: 200, body: { data: { plaintext: opened.toString('base64') } } }
  })
  const retire = () => {
    oldest = versions.length
  }
  return { ...keeper, rotate: () => versions.push(randomBytes(32)), retire }
}

function newest(versions: readonly Buffer[]): Buffer {
  return versions.at(-1) ?? Buffer.alloc(0)
}

export function standInKms(t: Ending): Promise<RootKeeper> {
  const key = randomBytes(32)
  return serve(t, ({ headers, text }) => {
    if (!isSigned(headers, text)) return refused(400, { __type: 'InvalidSignatureException' })
    const { KeyId, Plaintext, CiphertextBlob, EncryptionContext } = JSON.parse(text)
    if (KeyId !== KMS.keyId) return refused(400, { __type: 'NotFoundException' })
    const bound = JSON.stringify(EncryptionContext)
    if (headers['x-amz-target'] === 'TrentService.Encrypt') {
      const sealed = seal(key, Buffer.from(Plaintext, 'base64'), bound)
      return { status: 200, body: { KeyId, CiphertextBlob: sealed.toString('base64') } }
    }
    const opened = open(key, Buffer.from(CiphertextBlob, 'base64'), bound)
    if (opened === undefined) return refused(400, { __type: 'InvalidCiphertextException' })
    return { status: 200, body: { KeyId, Plaintext: opened.toString('base64') } }
  })
}

function refused(status: number, body: object): Answer {
  return { status, body }
}

/** Signature Version 4, computed from what arrived: the headers that the request says it has signed. */
function isSigned(headers: IncomingMessage['headers'], text: string): boolean {
  const signed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    )
  const [, user, scope = '', names = '', signature] = signed ?? []
  const day = scope.slice(0, 8)
  const time = String(headers['x-amz-date'])
  if (user !== KMS.accessKeyId || scope !== `${day}/${KMS.region}/kms/aws4_request`) return false
  if (!names.split(';').includes('host') || !time.startsWith(`${day}T`)) return false
  const sha256 = (of: string) => createHash('sha256').update(of).digest('hex')
  const hmac = (by: Buffer | string, of: string) => createHmac('sha256', by).update(of).digest()
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`)
  const canonical = `POST\n/\n\n${lines.join('')}\n${names}\n${sha256(text)}`
  const dated = hmac(hmac(`AWS4${KMS.secretAccessKey}`, day), KMS.region)
  const by = hmac(hmac(dated, 'kms'), 'aws4_request')
  const expected = hmac(by, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
  return expected.toString('hex') === signature
}

function seal(key: Buffer, plain: Buffer, bound: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function open(key: Buffer, sealed: Buffer, bound: string): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    decipher.setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  } catch {
    return undefined
  }
}

async function serve(t: Ending, answer: (asked: Asked) => Answer): Promise<RootKeeper> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const { url = '', headers } = request
      reply(response, answer({ url, headers, text: Buffer.concat(chunks).toString() }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = async () => {
    server.closeAllConnections()
    server.close()
  }
  t.after(stop)
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : ''
  return { url: new URL(`http://127.0.0.1:${port}`), stop }
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
