/**
 * Plans in JSON (`terraform show -json`, format 1.x): what Terraform itself has evaluated, in the shape of the evidence
 * of its files. A value it knows only after apply is unknown, and one it marks as secret stays marked.
 */
import type { GatherFault, Position, Resource } from '../../evidence.ts'
import { FunctionStop } from '../functions/definition.ts'
import { decodeJson } from '../functions/json.ts'
import { attributesOf } from '../module/attributes.ts'
import type { FileBytes } from '../module/source.ts'
import type { Gathered } from '../terraform.ts'
import { list, object, unknown, type SourceText, type Value } from '../values/value.ts'
import { referencesOf, type References } from './references.ts'

/** Finds where resources are written, by their addresses without keys: all that the plan speaks of are told first. */
export type FindPlaces = (addresses: ReadonlySet<string>) => (address: string) => Position | undefined

/** Reads a plan. */
export function gatherPlan(file: FileBytes, findPlaces: FindPlaces = () => () => undefined): Gathered {
  const at = { file: file.file, startLine: 1, endLine: 1 }
  const fault = (code: GatherFault['code'], message: string): GatherFault => ({ code, message, ...at })
  const plan = read(file)
  if (typeof plan === 'string') return { resources: [], faults: [fault('GATHER_SYNTAX', plan)] }
  const version = part(plan, 'format_version')
  if (version?.kind !== 'string' || !/^[01]\./.test(version.value)) {
    return {
      resources: [],
      faults: [fault('GATHER_UNSUPPORTED', 'found no plan of format 1.x, expected one')],
    }
  }
  const reader = new PlanReader(plan, at, findPlaces)
  const hasEnded = isFalse(part(plan, 'complete')) || isTrue(part(plan, 'errored'))
  const message = 'the plan is not complete: what is not in it may be there'
  return { resources: reader.resources(), faults: hasEnded ? [fault('GATHER_UNSUPPORTED', message)] : [] }
}

/** Takes the keys of instances out of an address. */
export function withoutKeys(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '')
}

function read({ bytes }: FileBytes): Value | string {
  try {
    return decodeJson(Buffer.from(bytes).toString())
  } catch (error) {
    if (error instanceof FunctionStop) return error.message
    throw error
  }
}

class PlanReader {
  private readonly plan: Value
  private readonly at: Position
  private readonly findPlaces: FindPlaces
  private readonly references: References
  /** What is known after apply, by address. */
  private readonly open = new Map<string, Value>()

  constructor(plan: Value, at: Position, findPlaces: FindPlaces) {
    this.plan = plan
    this.at = at
    this.findPlaces = findPlaces
    this.references = referencesOf(part(plan, 'configuration'))
    for (const change of itemsOf(part(plan, 'resource_changes'))) {
      const open = part(part(change, 'change'), 'after_unknown')
      if (open !== undefined) this.open.set(textIn(change, 'address'), open)
    }
  }

  resources(): Resource[] {
    const planned = modulesIn(part(part(this.plan, 'planned_values'), 'root_module'))
    const read = modulesIn(part(part(part(this.plan, 'prior_state'), 'values'), 'root_module'))
    const data = read.flatMap(resourcesIn).filter((each) => textIn(each, 'mode') === 'data')
    const written = [...planned.flatMap(resourcesIn), ...data]
    const findPlace = this.findPlaces(new Set(written.map((each) => withoutKeys(textIn(each, 'address')))))
    return written.map((each) =>
      this.resourceOf(each, findPlace(withoutKeys(textIn(each, 'address'))) ?? this.at),
    )
  }

  private resourceOf(written: Value, position: Position): Resource {
    const [address, type] = [textIn(written, 'address'), textIn(written, 'type')]
    const module = /^((?:module\.[^.[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)*)/.exec(address)?.[1] ?? ''
    const value = this.overlaid(part(written, 'values') ?? object(new Map()), {
      open: this.open.get(address),
      secret: part(written, 'sensitive_values'),
      path: [],
      resource: { address, module },
    })
    const place: SourceText = { source: '', positionOf: () => position }
    const placed: Value = { ...value, at: { file: place, span: { start: 0, end: 0 } } }
    return {
      kind: 'terraform',
      type: textIn(written, 'mode') === 'data' ? `data.${type}` : type,
      name: textIn(written, 'name'),
      address,
      position,
      attributes: attributesOf(placed, position),
      scope: { root: `plan ${this.at.file}`, module },
    }
  }

  /** Lays what is unknown and what is secret over the values; what is null or empty is not written. */
  private overlaid(value: Value | undefined, marks: Overlay): Value {
    const { open, secret, path, resource } = marks
    if (isTrue(open)) {
      const own = `${resource.address}.${path.join('.')}`
      const identity = this.references(resource, path) ?? own
      return {
        ...unknown(identity, 'is known after apply'),
        ...(isTrue(secret) ? { isSensitive: true } : {}),
      }
    }
    const inner = (key: string | number, each: Value | undefined) =>
      this.overlaid(each, {
        open: child(open, key),
        secret: isTrue(secret) ? secret : child(secret, key),
        path: [...path, String(key)],
        resource,
      })
    const shown = this.structure(value, open, inner)
    return isTrue(secret) && shown.kind !== 'object' ? { ...shown, isSensitive: true } : shown
  }

  private structure(
    value: Value | undefined,
    open: Value | undefined,
    inner: (key: string | number, each: Value | undefined) => Value,
  ): Value {
    if (value?.kind === 'list') return list(value.items.map((item, index) => inner(index, item)))
    const isOpenObject = value === undefined && open?.kind === 'object'
    if (value?.kind !== 'object' && !isOpenObject) return value ?? { kind: 'null' }
    const entries = value?.kind === 'object' ? value.entries : new Map<string, Value>()
    const names = new Set([...entries.keys(), ...(open?.kind === 'object' ? open.entries.keys() : [])])
    const shown = [...names].map((name): [string, Value] => [name, inner(name, entries.get(name))])
    return object(new Map(shown.filter(([, each]) => !isNothing(each))))
  }
}

interface Overlay {
  readonly open: Value | undefined
  readonly secret: Value | undefined
  readonly path: readonly string[]
  readonly resource: { readonly address: string; readonly module: string }
}

function isNothing(value: Value): boolean {
  return (
    value.kind === 'null' || (value.kind === 'list' && value.items.length === 0 && value.rest === undefined)
  )
}

function modulesIn(root: Value | undefined): Value[] {
  const found: Value[] = []
  const waiting = root === undefined ? [] : [root]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next)
    waiting.push(...itemsOf(part(next, 'child_modules')))
  }
  return found
}

function resourcesIn(module: Value): readonly Value[] {
  return itemsOf(part(module, 'resources'))
}

/** Finds a part of an object. */
function part(value: Value | undefined, name: string): Value | undefined {
  return value?.kind === 'object' ? value.entries.get(name) : undefined
}

/** Lists the elements of a list. */
function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === 'list' ? value.items : []
}

/** Reads a text in an object. */
function textIn(value: Value | undefined, name: string): string {
  const found = part(value, name)
  return found?.kind === 'string' ? found.value : ''
}

function child(value: Value | undefined, key: string | number): Value | undefined {
  if (value?.kind === 'list') return value.items[Number(key)]
  return part(value, String(key))
}

function isTrue(value: Value | undefined): boolean {
  return value?.kind === 'bool' && value.value
}

function isFalse(value: Value | undefined): boolean {
  return value?.kind === 'bool' && !value.value
}
