/**
 * The official example requests (opentelemetry-proto, `examples/`) as JSON, and as the bytes protobufjs made of
 * them: what the scanner reads from the bytes is what the text says, to the last field.
 */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { logsFromJson, tracesFromJson } from '../../../collector/wire/json.ts'
import { decodeLogs, encodeLogs } from '../../../collector/wire/logs.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'

const read = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url))
const json = (name: string): unknown => JSON.parse(read(name).toString())

describe('the golden requests', () => {
  it('hold the spans their text says', () => {
    const batch = decodeTraces(read('traces.otlp.bin'))
    expect(batch).to.deep.equal(tracesFromJson(json('traces.otlp.json')))
    expect(batch[0]?.scopes[0]?.items[0]).to.include({
      traceId: '5b8efff798038103d269b633813fc60c',
      parentSpanId: 'eee19b7ec3c1b173',
      name: "I'm a server span",
      kind: 2,
    })
    expect(decodeTraces(encodeTraces(new ProtobufWriter(), batch))).to.deep.equal(batch)
  })

  it('hold the log records their text says', () => {
    const batch = decodeLogs(read('logs.otlp.bin'))
    expect(batch).to.deep.equal(logsFromJson(json('logs.otlp.json')))
    expect(batch[0]?.scopes[0]?.items[0]).to.include({ severityNumber: 10, body: 'Example log record' })
    expect(decodeLogs(encodeLogs(new ProtobufWriter(), batch))).to.deep.equal(batch)
  })
})
