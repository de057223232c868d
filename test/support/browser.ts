/**
 * A browser for the journeys: Debian's Chromium where it is installed, else the one that comes as a package.
 *
 *     await using browser = await openBrowser()
 *
 * The package is unpacked once a user and version, with the libraries that a bare system lacks, into the folder of
 * temporary files. Each browser starts with nothing stored, and calls nobody by itself.
 */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

type Program = {
  readonly executablePath: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const DEBIAN = '/usr/bin/chromium'
const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const UNPACK = `import chromium from '@sparticuz/chromium'; await chromium.executablePath()`
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">.</dir>
  <dir>/usr/share/fonts</dir>
</fontconfig>
`
const ARGUMENTS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  '--disable-gpu',
  '--disable-dev-shm-usage',
]

/** Opens a browser without a window. Close it, or hold it with `await using`. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, args, env } = existsSync(DEBIAN) ? debian() : await packaged()
  return chromium.launch({
    executablePath,
    args: [...ARGUMENTS, ...args],
    chromiumSandbox: process.getuid?.() !== 0 && existsSync(DEBIAN),
    env: { HOME: tmpdir(), LANG: 'C.UTF-8', ...env },
  })
}

function debian(): Program {
  return { executablePath: DEBIAN, args: [], env: {} }
}

async function packaged(): Promise<Program> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `There is no Chromium for ${process.platform}-${process.arch}: install ${DEBIAN}`,
    )
  }
  const folder = await unpacked()
  return {
    executablePath: join(folder, 'chromium'),
    args: ['--no-zygote', '--font-render-hinting=none'],
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  }
}

/** The folder appears whole or not at all, so that two tests may ask for it at once. */
async function unpacked(): Promise<string> {
  const manifest = join(CHECKOUT, 'node_modules/@sparticuz/chromium/package.json')
  const { version } = JSON.parse(await readFile(manifest, 'utf8'))
  const home = join(
    process.env.TACET_TEST_CACHE ?? tmpdir(),
    `tacet-browser-${process.getuid?.() ?? 'user'}`,
  )
  await mkdir(home, { mode: 0o700, recursive: true })
  if ((await lstat(home)).uid !== process.getuid?.()) throw new Error(`${home} is another user's`)
  const folder = join(home, version)
  if (existsSync(folder)) return folder
  const fresh = await mkdtemp(join(home, 'unpacking-'))
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], {
    cwd: CHECKOUT,
    // The package looks at the first variable to learn that the system may lack libraries.
    env: { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x', TMPDIR: fresh, HOME: fresh },
  })
  await chmod(fresh, 0o700)
  await writeFile(join(fresh, 'fonts', 'fonts.conf'), FONTS)
  await rename(fresh, folder).catch(async (error) => {
    await rm(fresh, { recursive: true })
    if (error.code !== 'ENOTEMPTY') throw error
  })
  return folder
}
