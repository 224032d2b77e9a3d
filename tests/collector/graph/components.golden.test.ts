/**
 * What each component makes of the same data in a graph that runs: `x.in.yaml` beside `x.out.yaml`, which has for each
 * exporter what it was given. As protobuf and as JSON the same data comes out byte by byte the same.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { encodeLogs } from '../../../collector/wire/logs.ts'
import { encodeMetrics } from '../../../collector/wire/metrics.ts'
import { logsFromJson, tracesFromJson } from '../../../collector/wire/json.ts'
import { metricsFromJson } from '../../../collector/wire/metrics-json.ts'
import { metricsJson } from '../../../collector/wire/metrics-json-out.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { logsJson, tracesJson } from '../otlp-json.ts'
import { logsOf, metricsOf, terse, tracesOf, type Terse } from '../terse.ts'
import { openRecordedGraph, readGolden, type RecordedGraph } from './recorded-graph.ts'

const folder = new URL('../golden/graph/', import.meta.url)
const writer = new ProtobufWriter()

interface Given {
  readonly configuration: unknown
  readonly traces: readonly Terse[]
  readonly logs: readonly Terse[]
  readonly metrics: readonly Terse[]
}

function given(name: string): Given {
  const shared = readGolden(readFileSync(new URL('data.yaml', folder), 'utf8'))
  const { configuration, ...own } = readGolden(readFileSync(new URL(name, folder), 'utf8'))
  return { traces: [], logs: [], metrics: [], ...shared, ...own, configuration }
}

async function sendProtobuf({ intake }: RecordedGraph, { traces, logs, metrics }: Given): Promise<void> {
  await intake.encoded('traces', encodeTraces(writer, tracesOf(traces)))
  await intake.encoded('logs', encodeLogs(writer, logsOf(logs)))
  if (intake.takesMetrics) await intake.encoded('metrics', encodeMetrics(writer, metricsOf(metrics)))
}

/** By way of text, as it comes over the wire. */
async function sendJson({ intake }: RecordedGraph, { traces, logs, metrics }: Given): Promise<void> {
  const over = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
  await intake.traces(tracesFromJson(over(tracesJson(tracesOf(traces)))))
  await intake.logs(logsFromJson(over(logsJson(logsOf(logs)))))
  if (intake.takesMetrics) await intake.metrics(metricsFromJson(over(metricsJson(metricsOf(metrics)))))
}

async function run(
  name: string,
  send: (graph: RecordedGraph, data: Given) => Promise<void>,
): Promise<RecordedGraph> {
  const data = given(name)
  const graph = openRecordedGraph(data.configuration)
  await send(graph, data)
  await graph.end()
  return graph
}

/** What a golden file holds of a run. */
function shown({ recorded, told }: RecordedGraph): unknown {
  const outputs = [...recorded].map(([id, loads]) => [
    id,
    loads.map(({ signal, view }) => ({ [signal]: terse<object>(view) })),
  ])
  return { told, ...(Object.fromEntries(outputs) as object) }
}

for (const name of readdirSync(folder).filter((file) => file.endsWith('.in.yaml'))) {
  describe(`the graph of ${name}`, () => {
    it('gives each exporter what the golden file has', async () => {
      const expected = readGolden(readFileSync(new URL(name.replace('.in.', '.out.'), folder), 'utf8'))
      expect(shown(await run(name, sendProtobuf))).to.deep.equal(expected)
    })

    it('gives the same bytes for JSON as for protobuf', async () => {
      const bytesOf = ({ recorded }: RecordedGraph) =>
        [...recorded].map(([id, loads]) => [id, loads.map(({ bytes }) => bytes.toString('hex'))])
      const [protobuf, json] = [await run(name, sendProtobuf), await run(name, sendJson)]
      expect(bytesOf(json)).to.deep.equal(bytesOf(protobuf))
      expect(json.told).to.deep.equal(protobuf.told)
    })
  })
}
