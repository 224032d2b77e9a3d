/** Traces whose spans are being held until somebody decides about them. */
import type { Batch, Resource, Scope, Span } from './model.ts'
import { copyAttributes } from './value.ts'

/** One trace as far as it has come. */
export interface HeldTrace {
  readonly id: string
  /** When its first span came. */
  readonly sinceMillis: number
  /** Resources and scopes are those of the request, which other traces may have too: nobody changes them. */
  readonly batch: Batch<Span>
  spanCount: number
}

/** Ids with what was decided about them: of so many as there is room for, the least recently asked for go first. */
export class RememberedIds {
  readonly #ids = new Set<string>()
  /** Goes on where it stood: a new walk would pass the places of all that went before. */
  readonly #oldest = this.#ids.values()
  readonly #room: number

  constructor(room: number) {
    this.#room = room
  }

  add(id: string): void {
    this.#ids.delete(id)
    this.#ids.add(id)
    if (this.#ids.size <= this.#room) return
    // There is one, and none before it is left: whatever the walk has passed was forgotten or moved to the end.
    const { value } = this.#oldest.next()
    if (value !== undefined) this.#ids.delete(value)
  }

  has(id: string): boolean {
    if (!this.#ids.has(id)) return false
    this.add(id)
    return true
  }
}

/** Cuts a batch into the parts that belong to one trace each, in the order in which the traces appear. */
export function splitByTrace(batch: Batch<Span>): ReadonlyMap<string, Batch<Span>> {
  const parts = new Map<string, Batch<Span>>()
  for (const { resource, scopes, schemaUrl } of batch) {
    const ofResource = new Map<string, Batch<Span>[number]>()
    for (const { scope, items, schemaUrl: scopeSchemaUrl } of scopes) {
      for (const [traceId, spans] of Map.groupBy(items, (span) => span.traceId)) {
        const group = ofResource.get(traceId) ?? begun(parts, traceId, { resource, scopes: [], schemaUrl })
        ofResource.set(traceId, group)
        group.scopes.push({ scope, items: spans, schemaUrl: scopeSchemaUrl })
      }
    }
  }
  return parts
}

/** Adds a group to the part of its trace. */
function begun(
  parts: Map<string, Batch<Span>>,
  traceId: string,
  group: Batch<Span>[number],
): Batch<Span>[number] {
  const part = parts.get(traceId)
  if (part === undefined) parts.set(traceId, [group])
  else part.push(group)
  return group
}

/**
 * Puts together what came under one resource and scope, and copies these once: traces that are let go later have them
 * too, and a copy for each trace would be as much as a sender likes, of one long resource and many short traces.
 */
export function joinTraces(batch: Batch<Span>): Batch<Span> {
  const groups = new Map<Resource, Joined>()
  for (const { resource, scopes, schemaUrl } of batch) {
    let joined = groups.get(resource)
    if (joined === undefined) {
      joined = { group: { resource: copyResource(resource), scopes: [], schemaUrl }, scopes: new Map() }
      groups.set(resource, joined)
    }
    for (const { scope, items, schemaUrl: scopeSchemaUrl } of scopes) {
      let into = joined.scopes.get(scope)
      if (into === undefined) {
        joined.scopes.set(scope, (into = []))
        joined.group.scopes.push({ scope: copyScope(scope), items: into, schemaUrl: scopeSchemaUrl })
      }
      for (const span of items) into.push(span)
    }
  }
  return [...groups.values()].map(({ group }) => group)
}

interface Joined {
  readonly group: Batch<Span>[number]
  /** The spans of each scope of the request. */
  readonly scopes: Map<Scope, Span[]>
}

function copyResource({ attributes, droppedAttributes }: Resource): Resource {
  return { attributes: copyAttributes(attributes), droppedAttributes }
}

function copyScope(scope: Scope): Scope {
  return { ...scope, attributes: copyAttributes(scope.attributes) }
}

/** Lists the spans of a trace. */
export function* spansOf(batch: Batch<Span>): Iterable<Span> {
  for (const { scopes } of batch) for (const { items } of scopes) yield* items
}
