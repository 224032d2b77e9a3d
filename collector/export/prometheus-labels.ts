/**
 * Labels of a Prometheus series from the resource, scope and attributes of an OTLP point, as the Collector's
 * exporters build them: `job` and `instance` from the service, attributes of one label joined with `;`.
 */
import { textAttribute, type Attribute, type Resource, type Scope, type Value } from '../process/model.ts'
import type { MetricNamer } from './prometheus-names.ts'

/** Name and value; sorted by name, each name once, no value empty. */
export type Labels = readonly (readonly [name: string, value: string])[]

/** Which resource attributes become labels of every series. */
export interface ResourceLabels {
  /** Patterns of keys with `*` and `?`. Default none; with `excluded` alone, all. */
  readonly included: readonly string[]
  /** Patterns that win over `included`. Default none. */
  readonly excluded: readonly string[]
}

export interface LabelOptions {
  readonly namer: MetricNamer
  /** Labels of every series, by their final names; those of the series itself win. */
  readonly constLabels: Readonly<Record<string, string>>
  readonly resourceLabels: ResourceLabels
  /** Leaves out the labels `otel_scope_…`. */
  readonly withoutScopeInfo: boolean
}

const serviceKeys: readonly string[] = ['service.name', 'service.namespace', 'service.instance.id']
/** Keys of scope attributes that would pass for the scope's own fields. */
const scopeFields: readonly string[] = ['name', 'version', 'schema_url']

/** What a resource gives to the labels of its points; found once, however many scopes it has. */
interface ResourceParts {
  readonly target: Labels
  readonly own: readonly Attribute[]
  readonly keys: ReadonlySet<string>
}

/** What a scope of a request has in common for all of its points. */
export interface ScopeLabels {
  readonly fixed: ReadonlyMap<string, string>
  /** Resource attributes that stand in for attributes of the point, and their keys. */
  readonly resource: readonly Attribute[]
  readonly resourceKeys: ReadonlySet<string>
}

export class LabelBuilder {
  readonly #options: LabelOptions
  readonly #isResourceLabel: (key: string) => boolean

  constructor(options: LabelOptions) {
    this.#options = options
    this.#isResourceLabel = resourceFilter(options.resourceLabels)
  }

  /** Finds what all scopes of a resource share. */
  resource({ attributes }: Resource): ResourceParts {
    const own = attributes.filter(({ key }) => this.#isResourceLabel(key))
    return { target: targetLabels(attributes), own, keys: new Set(own.map(({ key }) => key)) }
  }

  /** Builds what all points of a scope share. */
  scope({ target, own, keys }: ResourceParts, scope: Scope, schemaUrl: string): ScopeLabels {
    const fixed = new Map<string, string>()
    if (!this.#options.withoutScopeInfo) {
      for (const { key, value } of scope.attributes) {
        if (!scopeFields.includes(key)) this.#join(fixed, `otel_scope_${key}`, valueText(value))
      }
      fixed.set('otel_scope_name', scope.name)
      fixed.set('otel_scope_version', scope.version)
      fixed.set('otel_scope_schema_url', schemaUrl)
    }
    for (const [name, value] of target) fixed.set(name, value)
    return { fixed, resource: own, resourceKeys: keys }
  }

  /** Builds the labels of one point; a label of the scope or the target wins over an attribute. */
  point({ fixed, resource, resourceKeys }: ScopeLabels, attributes: readonly Attribute[]): Labels {
    const labels = new Map<string, string>()
    // A resource attribute takes the place of the point's attribute of the same key.
    const own = attributes.filter(({ key }) => !resourceKeys.has(key))
    for (const { key, value } of [...own, ...resource].sort(byKey)) this.#join(labels, key, valueText(value))
    for (const [name, value] of fixed) labels.set(name, value)
    for (const [name, value] of Object.entries(this.#options.constLabels)) {
      if (!labels.has(name)) labels.set(name, value)
    }
    return sorted(labels)
  }

  /** Builds the labels of `target_info`, or undefined for a resource without `job` and `instance`. */
  target({ attributes }: Resource): Labels | undefined {
    const target = targetLabels(attributes)
    if (target.length === 0) return undefined
    const labels = new Map<string, string>()
    for (const { key, value } of [...attributes].sort(byKey)) {
      if (!serviceKeys.includes(key)) this.#join(labels, key, valueText(value))
    }
    for (const [name, value] of target) labels.set(name, value)
    return sorted(labels)
  }

  #join(labels: Map<string, string>, key: string, value: string): void {
    const name = this.#options.namer.label(key)
    // The name of the metric is no attribute's to give.
    if (name === '' || name === '__name__') return
    const before = labels.get(name)
    labels.set(name, before === undefined ? value : `${before};${value}`)
  }
}

/** Tells `job` (`namespace/name`) and `instance` of a resource, where it has them. */
function targetLabels(attributes: readonly Attribute[]): Labels {
  const name = textAttribute(attributes, 'service.name')
  const namespace = textAttribute(attributes, 'service.namespace')
  const instance = textAttribute(attributes, 'service.instance.id') ?? scrapedInstance(attributes)
  const job = name === undefined || namespace === undefined ? name : `${namespace}/${name}`
  return [
    ...(job === undefined ? [] : [['job', job] as const]),
    ...(instance === undefined ? [] : [['instance', instance] as const]),
  ]
}

/**
 * Names a scraped target by its address: the fence lets only a UUID be `service.instance.id`, and two targets of one
 * job must not become one.
 */
function scrapedInstance(attributes: readonly Attribute[]): string | undefined {
  const host = textAttribute(attributes, 'server.address')
  const port = attributes.find(({ key }) => key === 'server.port')?.value
  return host === undefined || port === undefined ? undefined : `${host}:${valueText(port)}`
}

function resourceFilter({ included, excluded }: ResourceLabels): (key: string) => boolean {
  const isIncluded = included.length === 0 && excluded.length > 0 ? () => true : matcher(included)
  const isExcluded = matcher(excluded)
  return (key) => isIncluded(key) && !isExcluded(key)
}

function matcher(patterns: readonly string[]): (key: string) => boolean {
  return (key) => patterns.some((pattern) => matchesPattern(pattern, key))
}

/** Matches by backing up to the last star only, which is enough for patterns of `*` and `?`. */
function matchesPattern(pattern: string, key: string): boolean {
  let at = 0
  let star = -1
  let resume = 0
  for (let index = 0; index < key.length;) {
    if (at < pattern.length && pattern[at] !== '*' && (pattern[at] === '?' || pattern[at] === key[index])) {
      at++
      index++
    } else if (pattern[at] === '*') {
      star = at++
      resume = index
    } else if (star !== -1) {
      at = star + 1
      index = ++resume
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}

function sorted(labels: ReadonlyMap<string, string>): Labels {
  const kept = [...labels].filter(([, value]) => value !== '')
  // By code units, as Prometheus sorts bytes; the two differ only beyond the basic plane.
  return kept.sort(([a], [b]) => (a < b ? -1 : 1))
}

function byKey(a: Attribute, b: Attribute): number {
  if (a.key === b.key) return 0
  return a.key < b.key ? -1 : 1
}

/** Writes a value as text the way pdata's `AsString` does: JSON for lists and maps, base64 for bytes. */
export function valueText(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value !== 'object') return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (!Array.isArray(value) && 'double' in value) return String(value.double)
  return JSON.stringify(plain(value))
}

function plain(value: Value): unknown {
  if (value === undefined) return null
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object') return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plain)
  if ('double' in value) return Number.isFinite(value.double) ? value.double : String(value.double)
  return Object.fromEntries(value.map.map((item) => [item.key, plain(item.value)]))
}
