/**
 * A Prometheus as answers to the questions of `questions/`: one resource `answer` for each, with `samples.N.labels` and
 * `samples.N.value`, and one resource `label` for each name of a label, which tells how many values of it look like
 * personal data. Values of labels are shown to nobody. Whoever runs the server controls the answers.
 */
import type { GatherFault, Position, Resource } from '../../evidence.ts'
import type { Gathered } from '../terraform.ts'
import { flatten, valueOfJson, type Value } from '../value.ts'
import { askJson, type Asked, type MetricsServer } from './ask.ts'
import { gatherLabels } from './labels.ts'
import type { Question } from './questions/question.ts'

/** Most series of one answer. */
const seriesLimit = 1_000

/** Asks one Prometheus every question, one after the other; never throws. */
export async function gatherMetrics(
  server: MetricsServer,
  questions: readonly Question[],
  timeoutMillis: number,
): Promise<Gathered> {
  const position: Position = { file: server.url, startLine: 1, endLine: 1 }
  const resources: Resource[] = []
  let silent: string | undefined
  for (const { id, query } of questions) {
    // Who does not answer once is not waited for fifty times.
    const asked: Asked =
      silent === undefined
        ? await askJson(server, { path: '/api/v1/query', form: { query } }, timeoutMillis)
        : { status: 'unreachable', why: silent }
    if (asked.status === 'unreachable') silent ??= asked.why
    resources.push(answerResource(id, position, answerOf(asked)))
  }
  if (silent !== undefined) return { resources, faults: [faultAt(position, silent)] }
  const labels = await gatherLabels(server, position, timeoutMillis)
  const faults = labels.silent === undefined ? [] : [faultAt(position, labels.silent)]
  return { resources: [...resources, ...labels.resources], faults }
}

function faultAt(position: Position, message: string): GatherFault {
  return { code: 'GATHER_UNREACHABLE', message, ...position, hides: ['metrics'] }
}

function answerResource(id: string, position: Position, value: Value): Resource {
  const identity = { kind: 'metrics', type: 'answer', name: id, address: `answer.${id}`, position } as const
  return { ...identity, attributes: flatten(value, position) }
}

function answerOf(asked: Asked): Value {
  if (asked.status !== 'answered') return unknown(asked.why)
  const { data } = asked
  if (typeof data !== 'object' || data === null || !('resultType' in data) || !('result' in data)) {
    return unknown('answered in another form than Prometheus does')
  }
  const series = seriesOf(data.resultType, data.result)
  if (series === undefined) return unknown('answered in another form than Prometheus does')
  const open = series.length > seriesLimit ? { open: `more than ${seriesLimit} series` } : {}
  const samples: Value = { kind: 'list', items: series.slice(0, seriesLimit).map(sampleOf), ...open }
  return { kind: 'map', entries: new Map([['samples', samples]]) }
}

interface Series {
  readonly labels: unknown
  readonly value: unknown
}

function seriesOf(resultType: unknown, result: unknown): readonly Series[] | undefined {
  if (!Array.isArray(result)) return undefined
  if (resultType === 'scalar') return [{ labels: {}, value: result[1] }]
  if (resultType !== 'vector') return undefined
  return result.map((each: unknown): Series => {
    const { metric = {}, value = [] } = Object(each) as { metric?: unknown; value?: unknown }
    return { labels: metric, value: Array.isArray(value) ? value[1] : undefined }
  })
}

function sampleOf({ labels, value }: Series): Value {
  const number = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  const entries: [string, Value][] = [
    ['labels', valueOfJson(labels)],
    ['value', Number.isFinite(number) ? valueOfJson(number) : unknown('is not a finite number')],
  ]
  return { kind: 'map', entries: new Map(entries) }
}

function unknown(why: string): Value {
  return { kind: 'unknown', why }
}
