import { expect } from 'chai'
import { CollectorError } from '../../../collector/errors.ts'
import { parseJson } from '../../../collector/receive/parse-json.ts'
import { toRefusal } from '../../../collector/receive/door.ts'
import { maxParts } from '../../../collector/wire/reader.ts'
import { decodeTraces } from '../../../collector/wire/traces.ts'

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof CollectorError) return error.code
    throw error
  }
  return 'accepted'
}

/** A field of length-delimited bytes with a small field number. */
function field(tag: number, content: Uint8Array): Uint8Array {
  const length: number[] = []
  for (let rest = content.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      length.push(rest)
      break
    }
    length.push((rest & 0x7f) | 0x80)
  }
  return join(tag, length, content)
}

function join(tag: number, length: readonly number[], content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + length.length + content.length)
  bytes.set([tag, ...length])
  bytes.set(content, 1 + length.length)
  return bytes
}

/** An export request with many empty spans, two bytes each. */
function emptySpans(count: number): Uint8Array {
  const spans = new Uint8Array(count * 2)
  for (let at = 0; at < spans.length; at += 2) spans[at] = 0x12
  return field(0x0a, field(0x12, spans))
}

describe('the number of parts of a request', () => {
  it('is bounded before they become objects, in protobuf', () => {
    expect(codeOf(() => decodeTraces(emptySpans(1_000)))).to.equal('accepted')
    expect(codeOf(() => decodeTraces(emptySpans(maxParts)))).to.equal('OTLP_TOO_MANY')
  })

  it('is bounded before it is parsed, in JSON', () => {
    const bytes = new TextEncoder().encode(`[${'{},'.repeat(maxParts)}{}]`)
    expect(codeOf(() => parseJson(bytes))).to.equal('OTLP_TOO_MANY')
  })

  it('is refused as too large', () => {
    expect(toRefusal(new CollectorError('OTLP_TOO_MANY', 'x'))).to.include({
      code: 'body_too_large',
      status: 413,
    })
  })
})
