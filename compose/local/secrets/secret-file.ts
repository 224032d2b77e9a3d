/** Secrets of a home: generated on first use, each alone in a file of mode 0600, never printed by default. */
import { randomBytes } from 'node:crypto'
import { link, open, readFile, rm, writeFile } from 'node:fs/promises'
import { systemCodeOf } from '../../../lib/errors.ts'

/** Generates a secret with 192 random bits that needs no quoting anywhere. */
export function newSecret(): string {
  return randomBytes(24).toString('base64url')
}

/** Reads a secret, generating it where it is missing; of two that race, both get the same. */
export async function ensureSecret(path: string, make: () => string = newSecret): Promise<string> {
  const existing = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (existing !== undefined) return existing.trim()
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  await writeDurably(temporary, `${make()}\n`)
  try {
    // Unlike a rename, a link never replaces what another process has just made.
    await link(temporary, path)
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(temporary)
  }
  return (await readFile(path, 'utf8')).trim()
}

/** Replaces a file that is derived from secrets, mode 0600. */
export async function writePrivate(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 })
}

async function writeDurably(path: string, content: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
