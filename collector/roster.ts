/**
 * The roster's file: names, one a line, or the filter that was built of them. The filter is one line of JSON and the bits.
 * Names are read line by line and never kept.
 */
import { createHmac } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, rename, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import {
  addEntry,
  bytesFor,
  hashes,
  openRoster,
  rosterEntries,
  type Roster,
  type RosterHmac,
} from '../privacy/roster.ts'
import { CollectorError } from './errors.ts'

const magic = '{"campanile":"roster",'
/** Most entries; a person has eight to thirty. */
const maxEntries = 20_000_000
const maxHeaderBytes = 256
/** Longest line that is a name. */
const maxNameLength = 200

export interface BuiltRoster {
  readonly bits: Uint8Array
  /** Lines that held a name. */
  readonly names: number
}

/**
 * Builds the filter from a file of names.
 *
 * @throws CollectorError ROSTER_UNREADABLE
 */
export async function buildRoster(path: string, key: Uint8Array): Promise<BuiltRoster> {
  const hmac = hmacUnder(key)
  let [names, entries] = [0, 0]
  for await (const name of namesIn(path)) {
    names++
    entries += rosterEntries(name).length
    if (entries > maxEntries) throw unreadable(path, `more than ${maxEntries} entries`)
  }
  const bits = new Uint8Array(bytesFor(entries))
  for await (const name of namesIn(path)) for (const entry of rosterEntries(name)) addEntry(bits, hmac(entry))
  return { bits, names }
}

/** Writes a filter beside its place and puts it there whole, readable by its owner alone. */
export async function writeRoster(path: string, { bits }: BuiltRoster, key: Uint8Array): Promise<void> {
  const header = `${magic}"hashes":${hashes},"bytes":${bits.length},"key":"${keyName(key)}"}\n`
  await writeFile(`${path}.new`, Buffer.concat([Buffer.from(header), bits]), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

/**
 * Reads a roster, of names or built.
 *
 * @throws CollectorError ROSTER_UNREADABLE
 */
export async function readRoster(path: string, key: Uint8Array): Promise<Roster> {
  const bits = (await isBuilt(path)) ? await readBuilt(path, key) : (await buildRoster(path, key)).bits
  return openRoster(bits, hmacUnder(key))
}

async function readBuilt(path: string, key: Uint8Array): Promise<Uint8Array> {
  const bytes = await readFile(path)
  const end = bytes.subarray(0, maxHeaderBytes).indexOf('\n')
  const written = /^\{"campanile":"roster","hashes":(\d+),"bytes":(\d+),"key":"([0-9a-f]{8})"\}$/.exec(
    bytes.toString('latin1', 0, Math.max(0, end)),
  )
  if (written === null) throw unreadable(path, 'a header that is damaged')
  const [, hashCount, size, keyOf] = written
  if (Number(hashCount) !== hashes) throw unreadable(path, `${hashCount} hashes, expected ${hashes}`)
  if (keyOf !== keyName(key))
    throw unreadable(path, 'another key than CAMPANILE_HMAC_KEY_FILE: build it anew')
  const bits = bytes.subarray(end + 1)
  if (bits.length !== Number(size) || bits.length === 0) throw unreadable(path, 'a file that is cut')
  return bits
}

async function isBuilt(path: string): Promise<boolean> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0)
      return buffer.toString('latin1', 0, bytesRead) === magic
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw unreadable(path, 'no file that can be read', cause)
  }
}

/** Lists the names of a file; empty lines and those that begin with `#` are none. */
async function* namesIn(path: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
  for await (const line of lines) {
    if (line.length > maxNameLength) throw unreadable(path, `a line of more than ${maxNameLength} characters`)
    if (line.trim() !== '' && !line.startsWith('#')) yield line
  }
}

function hmacUnder(key: Uint8Array): RosterHmac {
  return (text) => createHmac('sha256', key).update(`roster ${text}`).digest('hex')
}

function keyName(key: Uint8Array): string {
  return createHmac('sha256', key).update('campanile roster key').digest('hex').slice(0, 8)
}

function unreadable(path: string, found: string, cause?: unknown): CollectorError {
  // What stands in the file are names, so it is not quoted.
  return new CollectorError(
    'ROSTER_UNREADABLE',
    `roster ${path}: found ${found}`,
    cause === undefined ? {} : { cause },
  )
}
