/** Converters of times and durations, in nanoseconds inside. */
import { CollectorError } from '../../errors.ts'
import { whole } from '../../process/value.ts'
import { failed, isDuration, isTime, type OttlValue } from '../ottl-value.ts'
import type { FunctionDefinition } from './function.ts'
import { compileTimeFormat } from './time-format.ts'

const unitNanos: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

export const timeConverters: readonly FunctionDefinition[] = [
  {
    name: 'Now',
    parameters: [],
    summary: 'Gives the time at which the statement is carried out.',
    create: () => (item) => ({ time: item.now() }),
  },
  {
    name: 'Unix',
    parameters: ['seconds', 'nanoseconds?'],
    summary: 'Makes a time of seconds since 1970.',
    create: (call) => {
      const seconds = call.whole('seconds')
      const nanoseconds = call.has('nanoseconds') ? call.whole('nanoseconds') : () => 0
      return (item) => ({ time: BigInt(seconds(item)) * 1_000_000_000n + BigInt(nanoseconds(item)) })
    },
  },
  {
    name: 'Time',
    parameters: ['target', 'format'],
    summary:
      'Reads a time from a text by a format such as `%Y-%m-%dT%H:%M:%S.%L%z`, which has to have the zone.',
    create: (call) => {
      const target = call.text('target')
      const read = compileTimeFormat(call.literalText('format'))
      if (typeof read === 'string') throw call.refusal('format', read)
      return (item) => {
        const time = read(target(item))
        if (time === undefined)
          throw new CollectorError('OTTL_FAILED', 'found a text that is not in the format')
        return { time }
      }
    },
  },
  {
    name: 'Duration',
    parameters: ['duration'],
    summary: 'Makes a duration of a text such as `1h30m` or `250ms`.',
    create: (call) => {
      const text = call.text('duration')
      return (item) => ({ nanos: parseDuration(text(item)) })
    },
  },
  ofTime('UnixNano', 'nanoseconds', 1n),
  ofTime('UnixMicro', 'microseconds', 1_000n),
  ofTime('UnixMilli', 'milliseconds', 1_000_000n),
  ofTime('UnixSeconds', 'seconds', 1_000_000_000n),
  ofDuration('Nanoseconds', (nanos) => whole(nanos)),
  ofDuration('Microseconds', (nanos) => whole(nanos / 1_000n)),
  ofDuration('Milliseconds', (nanos) => whole(nanos / 1_000_000n)),
  ofDuration('Seconds', (nanos) => ({ double: Number(nanos) / 1e9 })),
  ofDuration('Minutes', (nanos) => ({ double: Number(nanos) / 60e9 })),
  ofDuration('Hours', (nanos) => ({ double: Number(nanos) / 3600e9 })),
]

function ofTime(name: string, unit: string, nanosPer: bigint): FunctionDefinition {
  return {
    name,
    parameters: ['time'],
    summary: `Gives the ${unit} of a time since 1970, as a whole number.`,
    create: (call) => {
      const get = call.any('time')
      return (item) => {
        const value = get(item)
        if (value === undefined || !isTime(value)) throw failed(value, 'time')
        return whole(value.time / nanosPer)
      }
    },
  }
}

function ofDuration(name: string, convert: (nanos: bigint) => OttlValue): FunctionDefinition {
  return {
    name,
    parameters: ['duration'],
    summary: `Gives a duration in ${name.toLowerCase()}.`,
    create: (call) => {
      const get = call.any('duration')
      return (item) => {
        const value = get(item)
        if (value === undefined || !isDuration(value)) throw failed(value, 'duration')
        return convert(value.nanos)
      }
    },
  }
}

/** Reads Go's durations: numbers with units, one after another. */
function parseDuration(text: string): bigint {
  const parts = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)
    ? text.matchAll(/(\d+\.?\d*|\.\d+)([a-zµμ]+)/g)
    : undefined
  if (parts === undefined && !/^[+-]?0$/.test(text))
    throw new CollectorError('OTTL_FAILED', 'found a text that is no duration')
  let nanos = 0
  for (const [, number, unit] of parts ?? []) nanos += Number(number) * (unitNanos[unit ?? ''] ?? 0)
  return BigInt(Math.round(text.startsWith('-') ? -nanos : nanos))
}
