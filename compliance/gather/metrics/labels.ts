/** The labels a Prometheus knows: how many values each has, and how many of a sample look like personal data. */
import { createDetector } from '../../../privacy/detect/detector.ts'
import type { Position, Resource } from '../../evidence.ts'
import { flatten, valueOfJson, type Value } from '../value.ts'
import { askJson, type Asked, type MetricsServer } from './ask.ts'

const labelLimit = 200
/** Values of one label that are looked at. */
const sampleLimit = 5_000

const detect = createDetector()
/** What may stand in a value by chance: ports and addresses have the digits of phones and of student numbers. */
const certain: ReadonlySet<string> = new Set(['email', 'ssn', 'token', 'card'])

export interface Labels {
  readonly resources: readonly Resource[]
  /** Why the server fell silent, where it did. */
  readonly silent?: string
}

/** Asks for the labels and for values of each, until an answer stays away; never throws. */
export async function gatherLabels(
  server: MetricsServer,
  position: Position,
  timeoutMillis: number,
): Promise<Labels> {
  const asked = await askJson(server, { path: '/api/v1/labels' }, timeoutMillis)
  const rest = (why: string) => labelResource('*', position, { kind: 'unknown', why })
  if (asked.status === 'unreachable') return { resources: [rest(asked.why)], silent: asked.why }
  const names = asked.status === 'answered' ? textsOf(asked.data) : undefined
  if (names === undefined) return { resources: [labelResource('*', position, unknownOf(asked))] }
  const resources: Resource[] = []
  // The name of a metric is no label that anybody chooses by request.
  for (const name of names.slice(0, labelLimit).filter((each) => each !== '__name__')) {
    const path = `/api/v1/label/${encodeURIComponent(name)}/values`
    const values = await askJson(server, { path }, timeoutMillis)
    // Who does not answer once is not waited for two hundred times.
    if (values.status === 'unreachable') {
      return { resources: [...resources, rest(values.why)], silent: values.why }
    }
    resources.push(labelResource(name, position, valueOf(name, values)))
  }
  return {
    resources: names.length > labelLimit ? [...resources, rest(`more than ${labelLimit} labels`)] : resources,
  }
}

function valueOf(name: string, asked: Asked): Value {
  const values = asked.status === 'answered' ? textsOf(asked.data) : undefined
  if (values === undefined) return unknownOf(asked)
  const found = new Set(values.slice(0, sampleLimit).map((value) => detect(value) ?? ''))
  const personal = [...found].filter((each) => certain.has(each)).sort()
  const value = valueOfJson({ name, values: values.length, personal })
  if (value.kind !== 'map' || personal.length > 0 || values.length <= sampleLimit) return value
  const why = `only ${sampleLimit} of its ${values.length} values were looked at`
  return { ...value, entries: new Map([...value.entries, ['personal', { kind: 'unknown', why }] as const]) }
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
