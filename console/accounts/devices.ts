/**
 * Browsers from which somebody has logged in before: a signed cookie per e-mail. Strangers who try passwords can lock
 * an e-mail and use up the tries of everybody; those whose browser is known are counted apart from them.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { systemCodeOf } from '../../lib/errors.ts'

export interface Devices {
  /** Writes the mark a browser keeps after a login as `email`; 43 characters. */
  readonly mark: (email: string) => string
  /** Tells whether a mark was written for this e-mail. */
  readonly knows: (email: string, mark: string | undefined) => boolean
}

const keyBytes = 32

/**
 * Opens the key of the marks, made on first use with mode 0600.
 *
 * @throws Error when the file holds something else
 */
export async function openDevices(path: string): Promise<Devices> {
  const key = await readKey(path)
  const mark = (email: string) => createHmac('sha256', key).update(`device ${email}`).digest('base64url')
  return {
    mark,
    knows: (email, shown) => {
      const expected = Buffer.from(mark(email))
      return shown?.length === expected.length && timingSafeEqual(expected, Buffer.from(shown))
    },
  }
}

async function readKey(path: string): Promise<Buffer> {
  try {
    await writeFile(path, randomBytes(keyBytes), { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error
  }
  const key = await readFile(path)
  if (key.length !== keyBytes) throw new Error(`${path} has ${key.length} bytes, expected ${keyBytes}`)
  return key
}
