/**
 * The lines of the inbox's journal: a CRC-32 and the JSON of one record. A line is written whole or it does not
 * count, so that what a crash left half written is recognised.
 */
import { crc32 } from 'node:zlib'
import Type, { type Static } from 'typebox'
import { Incident } from '../../contracts/incident.ts'
import { validator } from '../../lib/validate.ts'
import { applyChange, emptyInbox, restoreIncident, type InboxChange, type InboxState } from './incident.ts'

const {
  severity,
  summary,
  source,
  component,
  group,
  class: kind,
  client,
  links,
  details,
} = Incident.properties

const Facts = Type.Object({
  severity,
  summary,
  source,
  component,
  group,
  class: kind,
  client,
  links,
  details,
})
const time = Type.String()
const dedupKey = Type.String()

/** `reset` begins a compacted file: everything before it is replaced by the incidents that follow. */
const JournalRecord = Type.Union([
  Type.Object({ kind: Type.Literal('trigger'), time, dedupKey, facts: Facts }),
  Type.Object({
    kind: Type.Unsafe<'acknowledge' | 'resolve'>({ type: 'string', enum: ['acknowledge', 'resolve'] }),
    time,
    dedupKey,
  }),
  Type.Object({
    kind: Type.Literal('person'),
    time,
    incident: Type.Integer(),
    action: Type.Unsafe<'acknowledge' | 'resolve'>({ type: 'string', enum: ['acknowledge', 'resolve'] }),
    person: Type.String(),
  }),
  Type.Object({ kind: Type.Literal('reset'), nextId: Type.Integer({ minimum: 1 }) }),
  Type.Object({ kind: Type.Literal('incident'), incident: Incident }),
])
type JournalRecord = Static<typeof JournalRecord>

const checkRecord = validator(JournalRecord)
const newline = 0x0a

function encode(record: JournalRecord | InboxChange): Buffer {
  const json = JSON.stringify(record)
  return Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json}\n`)
}

/** Writes a change as a line. */
export function encodeChange(change: InboxChange): Buffer {
  return encode(change)
}

/** Writes a whole state as the beginning of a file. */
export function encodeState({ nextId, incidents }: InboxState): Buffer {
  const lines = [encode({ kind: 'reset', nextId })]
  for (const incident of incidents.values()) lines.push(encode({ kind: 'incident', incident }))
  return Buffer.concat(lines)
}

export interface Replayed {
  readonly state: InboxState
  /** Bytes up to the end of the last whole line; what follows is a torn tail. */
  readonly goodBytes: number
  /** Damaged lines before the last whole one. */
  readonly badLines: number
}

/** Replays the bytes of one file onto a state. */
export function replay(bytes: Buffer, before: InboxState = emptyInbox): Replayed {
  let state = before
  let goodBytes = 0
  let badLines = 0
  let badSince = 0
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(newline, start)
    if (end === -1) break
    const record = decode(bytes.toString('utf8', start, end))
    start = end + 1
    if (record === undefined) {
      badSince++
      continue
    }
    state = applyRecord(state, record)
    badLines += badSince
    badSince = 0
    goodBytes = start
  }
  return { state, goodBytes, badLines }
}

function decode(line: string): JournalRecord | undefined {
  const json = line.slice(9)
  if (line[8] !== ' ' || line.slice(0, 8) !== crc32(json).toString(16).padStart(8, '0')) return undefined
  try {
    const outcome = checkRecord(JSON.parse(json))
    return outcome.valid ? outcome.value : undefined
  } catch {
    return undefined
  }
}

function applyRecord(state: InboxState, record: JournalRecord): InboxState {
  if (record.kind === 'reset') return { ...emptyInbox, nextId: record.nextId }
  if (record.kind === 'incident') return restoreIncident(state, record.incident)
  // exactOptionalPropertyTypes sees `undefined` in the schema's optional keys; JSON holds none.
  return applyChange(state, record as InboxChange)
}
