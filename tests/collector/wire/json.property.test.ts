/** One request, two encodings: JSON and protobuf must come out as the same batch. */
import { expect } from 'chai'
import fc from 'fast-check'
import { parseJson } from '../../../collector/receive/parse-json.ts'
import { logsFromJson, tracesFromJson } from '../../../collector/wire/json.ts'
import { logsJson, tracesJson } from '../../../collector/wire/json-out.ts'
import { decodeLogs, encodeLogs } from '../../../collector/wire/logs.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { anyLogs, anyTraces } from '../arbitrary.ts'
import * as elsewhere from '../otlp-json.ts'

/** Bytes may be views of different classes; what counts is what is in them. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)]))
}

const throughText = (json: unknown) => parseJson(Buffer.from(JSON.stringify(json)))

describe('the two encodings of OTLP', () => {
  it('give the same spans', () => {
    fc.assert(
      fc.property(anyTraces, (batch) => {
        const fromBytes = decodeTraces(encodeTraces(new ProtobufWriter(), batch))
        for (const json of [tracesJson(batch), elsewhere.tracesJson(batch)])
          expect(comparable(tracesFromJson(throughText(json)))).to.deep.equal(comparable(fromBytes))
        expect(comparable(fromBytes)).to.deep.equal(comparable(batch))
      }),
      { numRuns: 300 },
    )
  })

  it('give the same log records', () => {
    fc.assert(
      fc.property(anyLogs, (batch) => {
        const fromBytes = decodeLogs(encodeLogs(new ProtobufWriter(), batch))
        for (const json of [logsJson(batch), elsewhere.logsJson(batch)])
          expect(comparable(logsFromJson(throughText(json)))).to.deep.equal(comparable(fromBytes))
        expect(comparable(fromBytes)).to.deep.equal(comparable(batch))
      }),
      { numRuns: 300 },
    )
  })
})
