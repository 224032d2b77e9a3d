/**
 * The `probabilistic_sampler` processor: keeps a share of the traces, the same ones everywhere, by a hash of the
 * trace id (mode `hash_seed` of the reference engine: FNV-1a of 32 bits, of which 14 decide).
 */
import { fnv32 } from './fnv.ts'
import type { LogRecord, Span, Value } from './model.ts'
import { keepItems, type Processor } from './processor.ts'
import { findAttribute, isDouble, isWhole, textOfValue } from './value.ts'

export interface ProbabilisticSamplerSettings {
  /** 0–100. */
  readonly samplingPercentage: number
  /** 32 bits; samplers one after another need different ones, or the second keeps all that the first kept. */
  readonly hashSeed: number
  /** Drops items that have nothing to hash; default true. */
  readonly failClosed: boolean
  /** For log records: hash the trace id where there is one, or always `fromAttribute`. */
  readonly attributeSource: 'traceID' | 'record'
  readonly fromAttribute?: string
  /** For log records: an attribute whose number is the least percentage for this record. */
  readonly samplingPriority?: string
}

/** 2^14, as the reference engine has it. */
const buckets = 0x4000

/** Creates the processor; metrics pass, they are no samples. */
export function createProbabilisticSampler(settings: ProbabilisticSamplerSettings): Processor {
  const { hashSeed, failClosed } = settings
  const share = bucketsOf(settings.samplingPercentage)
  const start = fnv32(seedBytes(hashSeed))
  const isKept = (randomness: Uint8Array | undefined, kept: number): boolean =>
    randomness === undefined ? !failClosed : (fnv32(randomness, start) & (buckets - 1)) < kept
  return {
    traces: (batch) => keepItems(batch, (span) => priorityOf(span) ?? isKept(bytesOfId(span.traceId), share)),
    logs: (batch) =>
      keepItems(batch, (record) =>
        isKept(randomnessOf(record, settings), Math.max(share, leastOf(record, settings))),
      ),
  }
}

/** Single precision and cutting off, because the reference engine does so and has to keep the same traces. */
function bucketsOf(percentage: number): number {
  return Math.trunc(Math.fround(Math.fround(Math.min(percentage, 100)) * Math.fround(buckets / 100)))
}

function seedBytes(seed: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(seed)
  return bytes
}

function bytesOfId(id: string): Uint8Array | undefined {
  return id === '' || /^0+$/.test(id) ? undefined : Buffer.from(id, 'hex')
}

/** What `sampling.priority` of a span says: 0 drops it, more keeps it; absent where it says nothing. */
function priorityOf({ attributes }: Span): boolean | undefined {
  const number = numberOf(findAttribute(attributes, 'sampling.priority')?.value)
  if (number === undefined || Number.isNaN(number) || number < 0) return undefined
  return number > 0
}

function numberOf(value: Value): number | undefined {
  if (isWhole(value)) return Number(value)
  if (isDouble(value)) return value.double
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : undefined
}

function randomnessOf(
  { traceId, attributes }: LogRecord,
  { attributeSource, fromAttribute }: ProbabilisticSamplerSettings,
): Uint8Array | undefined {
  const id = attributeSource === 'traceID' ? bytesOfId(traceId) : undefined
  if (id !== undefined || fromAttribute === undefined) return id
  const value = findAttribute(attributes, fromAttribute)?.value
  if (value === undefined) return undefined
  return value instanceof Uint8Array ? value : Buffer.from(textOfValue(value))
}

/** The priority of a record can only raise its share. */
function leastOf({ attributes }: LogRecord, { samplingPriority }: ProbabilisticSamplerSettings): number {
  if (samplingPriority === undefined) return 0
  const value = findAttribute(attributes, samplingPriority)?.value
  const percentage = isWhole(value) || isDouble(value) ? numberOf(value) : undefined
  return percentage === undefined || !(percentage > 0) ? 0 : bucketsOf(percentage)
}
