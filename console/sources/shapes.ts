/** What the console's own API answers: plain shapes that the server fills and the pages draw. */
import Type, { type Static } from 'typebox'
import type { BlockedKey } from '../../contracts/blocked-keys.ts'
import type { Posture } from '../../contracts/posture.ts'
import type { PastScan } from '../../contracts/scan-history.ts'

/** What is known of another process, or a sentence that says why it is not. */
export type Known<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string }

const Attributes = Type.Record(Type.String(), Type.Unknown())

export const Span = Type.Object({
  spanId: Type.String(),
  parentSpanId: Type.Optional(Type.String()),
  name: Type.String(),
  kind: Type.String(),
  service: Type.String(),
  startTimeUnixNano: Type.String({ pattern: '^\\d{1,20}$' }),
  endTimeUnixNano: Type.String({ pattern: '^\\d{1,20}$' }),
  status: Type.String(),
  statusMessage: Type.Optional(Type.String()),
  attributes: Attributes,
})
export type Span = Static<typeof Span>

export const FoundTrace = Type.Object({
  traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  name: Type.String(),
  service: Type.String(),
  startTimeUnixNano: Type.String(),
  durationMillis: Type.Number(),
  status: Type.String(),
})
export type FoundTrace = Static<typeof FoundTrace>

export const LogLine = Type.Object({
  timeUnixNano: Type.String(),
  severity: Type.String(),
  service: Type.String(),
  body: Type.Unknown(),
  spanId: Type.Optional(Type.String()),
  attributes: Attributes,
})
export type LogLine = Static<typeof LogLine>

export interface TraceResult extends FoundTrace {
  /** Absent where no span of it names one, or nobody asked for a tenant. */
  readonly tenant?: string
}

export interface SearchAnswer {
  readonly traces: readonly TraceResult[]
  /** How many traces were looked at, where the store could not answer the whole question itself. */
  readonly lookedAt?: number
}

export interface LogHead {
  readonly tenant: string
  /** First line of the signed checkpoint. */
  readonly origin: string
  readonly size: number
  /** Root hash, base64. */
  readonly root: string
  /** The signed note itself, verbatim. */
  readonly note: string
}

export interface LogView {
  readonly tenant: string
  readonly head: Known<LogHead>
  /** Entries the ledger holds, also those no checkpoint covers yet. */
  readonly entries: number
  readonly checkpointAgeSeconds?: number
  /** Whether the ledger's last check of the whole log passed; absent before the first. */
  readonly isVerified?: boolean
  /** How long ago that check was finished. */
  readonly verifiedAgeSeconds?: number
}

/** An entry without anything personal. */
export interface EntryView {
  readonly index: number
  readonly tenant: string
  readonly leafHash: string
  /** When the ledger took it, RFC 3339. */
  readonly time: string
  readonly action?: string
  readonly class?: string
  readonly outcome?: string
  readonly actorRole?: string
}

export interface Counted {
  readonly name: string
  /** Since the processes that count it started. */
  readonly total: number
}

export interface PrivacyView {
  /** Where the figures are from. */
  readonly source: 'prometheus' | 'collector'
  /** Why Prometheus is not the source. */
  readonly why?: string
  readonly checked: readonly Counted[]
  readonly rules: readonly Counted[]
  readonly places: readonly Counted[]
  /** Strings that the processes themselves removed before anything left them. */
  readonly inProcess: readonly Counted[]
  readonly canaries: readonly Counted[]
  /** Keys that the collector took away last, without values; the last seen first. */
  readonly blockedKeys: Known<readonly BlockedKey[]>
}

export type PostureView =
  | { readonly state: 'none'; readonly why: string }
  | {
      readonly state: 'scanned'
      readonly posture: Posture
      /** The newest scans of the history, the newest first. */
      readonly past: Known<readonly PastScan[]>
    }
