/**
 * What was erased, kept outside the database beside the keys: a backup that is restored is emptied again by it
 * before the ledger opens. A line is durable before anything is destroyed.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { recordTypes } from '../../contracts/record-fields.ts'
import { replaceFile } from '../../lib/custody-files.ts'
import { makeDurableFolder } from '../../lib/durable-folder.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { AuditError } from '../log/errors.ts'

export const Tombstone = Type.Object(
  {
    /** Of the certificate. */
    id: recordTypes.Uuid,
    /** Keyed hash of the subject, hex. */
    token: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** Name of the destroyed key; absent when the subject had none. */
    key: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    /** Entries the log had then; absent on an older tombstone. */
    size: Type.Optional(Type.Integer({ minimum: 0 })),
    erasedAt: recordTypes.Time,
    reason: recordTypes.Word,
    synthetic: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type Tombstone = Static<typeof Tombstone>

const validate = validator(Tombstone)
const suffix = '.ndjson'

/** Names the folder of the tombstones of a keystore. */
export function tombstoneFolder(keystore: string): string {
  return join(keystore, 'tombstones')
}

export class TombstoneFiles {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Lists the tenants of which somebody was erased. */
  async tenants(): Promise<string[]> {
    try {
      const names = await readdir(this.#directory)
      return names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length))
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  /**
   * Reads the tombstones of a tenant, oldest first.
   *
   * @throws AuditError AUDIT_KEYSTORE_CORRUPT when a line is none
   */
  async read(tenant: string): Promise<Tombstone[]> {
    let text: string
    try {
      text = await readFile(this.#path(tenant), 'utf8')
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return []
      throw error
    }
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parse(line))
  }

  /** Adds a tombstone, whole and durable before it resolves; one that is there stays once. */
  async add(tenant: string, tombstone: Tombstone): Promise<void> {
    await makeDurableFolder(this.#directory)
    const known = await this.read(tenant)
    if (known.some(({ id }) => id === tombstone.id)) return
    const lines = [...known, tombstone].map((each) => `${JSON.stringify(each)}\n`)
    await replaceFile(this.#path(tenant), Buffer.from(lines.join('')))
  }

  #path(tenant: string): string {
    return join(this.#directory, `${tenant}${suffix}`)
  }
}

function parse(line: string): Tombstone {
  try {
    const outcome = validate(JSON.parse(line))
    if (outcome.valid) return outcome.value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new AuditError('AUDIT_KEYSTORE_CORRUPT', 'a tombstone does not parse')
}
