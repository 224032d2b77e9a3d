/** What the anchor log knows between two rounds: one file, replaced whole. */
import Type, { type Static } from 'typebox'
import { validator } from '../../lib/validate.ts'
import { AuditError } from '../log/errors.ts'
import type { FileTiles } from '../store/file-tiles.ts'

/** Where a tenant's checkpoint stands in the anchor log. */
const Place = Type.Object({ index: Type.Integer({ minimum: 0 }), note: Type.String() })
const Places = Type.Record(Type.String(), Place)

const AnchorState = Type.Object({
  /** Newest signed checkpoint of the anchor log, with the cosignatures collected so far. */
  note: Type.String(),
  /** Newest checkpoint of each tenant, by tenant. */
  anchored: Places,
  /** Newest that had its quorum, and what it covers; absent before the first. */
  proven: Type.Optional(Type.Object({ note: Type.String(), anchored: Places })),
})
export type AnchorPlace = Static<typeof Place>
export type AnchorState = Static<typeof AnchorState>

const check = validator(AnchorState)
const path = 'state.json'

/**
 * Reads the state; undefined before the first round.
 *
 * @throws AuditError AUDIT_LOG_CORRUPT
 */
export async function readAnchorState(files: FileTiles): Promise<AnchorState | undefined> {
  const bytes = await files.read(path)
  if (bytes === undefined) return undefined
  const outcome = check(parse(bytes))
  if (outcome.valid) return outcome.value
  throw new AuditError('AUDIT_LOG_CORRUPT', 'the state of the anchor log is not readable')
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch (cause) {
    throw new AuditError('AUDIT_LOG_CORRUPT', 'the state of the anchor log is not json', { cause })
  }
}

/** Replaces the state, durable before it resolves. */
export async function writeAnchorState(files: FileTiles, state: AnchorState): Promise<void> {
  await files.write([{ path, bytes: Buffer.from(JSON.stringify(state)) }])
}
