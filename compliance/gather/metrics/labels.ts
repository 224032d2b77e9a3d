/** The labels a Prometheus knows: how many values each has, and how many of a sample look like personal data. */
import { createDetector } from '../../../privacy/detect/detector.ts'
import type { Position, Resource } from '../../evidence.ts'
import { flatten, valueOfJson, type Value } from '../value.ts'
import { askJson, type MetricsServer } from './ask.ts'

const labelLimit = 200
/** Values of one label that are looked at. */
const sampleLimit = 200

const detect = createDetector()
/** What may stand in a value by chance: ports and addresses have the digits of phones and of student numbers. */
const certain: ReadonlySet<string> = new Set(['email', 'ssn', 'token', 'card'])

/** Asks for the labels and for values of each; never throws. */
export async function gatherLabels(
  server: MetricsServer,
  position: Position,
  timeoutMillis: number,
): Promise<readonly Resource[]> {
  const asked = await askJson(server, { path: '/api/v1/labels' }, timeoutMillis)
  const names = asked.status === 'answered' ? textsOf(asked.data) : undefined
  if (names === undefined) return [labelResource('*', position, unknownOf(asked))]
  const resources: Resource[] = []
  for (const name of names.slice(0, labelLimit)) {
    // The name of a metric is no label that anybody chooses by request.
    if (name === '__name__') continue
    resources.push(labelResource(name, position, await valuesOf(server, name, timeoutMillis)))
  }
  if (names.length > labelLimit) {
    const why = `more than ${labelLimit} labels`
    resources.push(labelResource('*', position, { kind: 'unknown', why }))
  }
  return resources
}

async function valuesOf(server: MetricsServer, name: string, timeoutMillis: number): Promise<Value> {
  const path = `/api/v1/label/${encodeURIComponent(name)}/values`
  const asked = await askJson(server, { path }, timeoutMillis)
  const values = asked.status === 'answered' ? textsOf(asked.data) : undefined
  if (values === undefined) return unknownOf(asked)
  const found = new Set(values.slice(0, sampleLimit).map((value) => detect(value) ?? ''))
  const personal = [...found].filter((each) => certain.has(each)).sort()
  return valueOfJson({ name, values: values.length, personal })
}

function textsOf(data: unknown): readonly string[] | undefined {
  if (!Array.isArray(data)) return undefined
  return data.filter((each): each is string => typeof each === 'string')
}

function unknownOf(asked: { readonly status: string; readonly why?: string }): Value {
  return { kind: 'unknown', why: asked.why ?? 'answered in another form than Prometheus does' }
}

function labelResource(name: string, position: Position, value: Value): Resource {
  const identity = { kind: 'metrics', type: 'label', name, address: `label.${name}`, position } as const
  return { ...identity, attributes: flatten(value, position) }
}
