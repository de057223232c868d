/** Settings of the root key: where it lies, and how the store may use it there. */

import { join } from 'node:path'
import type { RootKeyPlace } from '../privacy/root-keys/root-key.ts'
import type { Reader } from './_reader.ts'
import type { SettingName } from './_settings.ts'

export function rootKeyOf(read: Reader, dataFolder: string): RootKeyPlace {
  const kind = read.text('ROOT_KEY')
  if (kind === 'vault') {
    return {
      kind,
      address: service(read, 'VAULT_ADDR', ''),
      token: needed(read, 'VAULT_TOKEN'),
      key: needed(read, 'VAULT_TRANSIT_KEY'),
    }
  }
  if (kind === 'aws-kms') {
    const region = needed(read, 'AWS_REGION')
    return {
      ...{ kind, region },
      endpoint: service(read, 'AWS_KMS_ENDPOINT', `https://kms.${region}.amazonaws.com`),
      keyId: needed(read, 'AWS_KMS_KEY_ID'),
      accessKeyId: needed(read, 'AWS_ACCESS_KEY_ID'),
      secretAccessKey: needed(read, 'AWS_SECRET_ACCESS_KEY'),
    }
  }
  if (kind !== 'file') read.wrong('ROOT_KEY', 'must be file, vault or aws-kms')
  return {
    kind: 'file',
    file: read.text('ROOT_KEY_FILE') || join(dataFolder, 'keys', 'root.key'),
  }
}

function needed(read: Reader, name: SettingName): string {
  if (!read.isSet(name)) read.wrong(name, 'is not set, and ROOT_KEY needs it')
  return read.text(name)
}

/** Keys travel over TLS, except to this machine itself; `base/egress.ts` refuses the rest. */
function service(read: Reader, name: SettingName, standard: string): URL {
  const url = URL.parse(read.text(name) || standard)
  const isAddress =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === ''
  if (isAddress) return url
  read.wrong(name, 'must look like https://keys.example.com:8200, and ROOT_KEY needs it')
  return new URL('https://localhost')
}
