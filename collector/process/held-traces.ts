/** Traces whose spans are being held until somebody decides about them. */
import type { Batch, Resource, Scope, Span } from './model.ts'
import { copyAttributes } from './value.ts'

/** One trace as far as it has come. */
export interface HeldTrace {
  readonly id: string
  /** When its first span came. */
  readonly sinceMillis: number
  /** Its own: resources and scopes are copied, because a request may hold several traces. */
  readonly batch: Batch<Span>
  spanCount: number
}

/** Ids with what was decided about them: of so many as there is room for, the least recently asked for go first. */
export class RememberedIds {
  readonly #ids = new Set<string>()
  readonly #room: number

  constructor(room: number) {
    this.#room = room
  }

  add(id: string): void {
    this.#ids.delete(id)
    this.#ids.add(id)
    if (this.#ids.size <= this.#room) return
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest)
      return
    }
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
        const group = groupOf(parts, ofResource, { traceId, resource, schemaUrl })
        group.scopes.push({ scope: copyScope(scope), items: spans, schemaUrl: scopeSchemaUrl })
      }
    }
  }
  return parts
}

/** Finds the part of a resource that belongs to a trace, or begins it. */
function groupOf(
  parts: Map<string, Batch<Span>>,
  ofResource: Map<string, Batch<Span>[number]>,
  {
    traceId,
    resource,
    schemaUrl,
  }: { readonly traceId: string; readonly resource: Resource; readonly schemaUrl: string },
): Batch<Span>[number] {
  const known = ofResource.get(traceId)
  if (known !== undefined) return known
  const { attributes, droppedAttributes } = resource
  const group = {
    resource: { attributes: copyAttributes(attributes), droppedAttributes },
    scopes: [],
    schemaUrl,
  }
  ofResource.set(traceId, group)
  const part = parts.get(traceId)
  if (part === undefined) parts.set(traceId, [group])
  else part.push(group)
  return group
}

function copyScope(scope: Scope): Scope {
  return { ...scope, attributes: copyAttributes(scope.attributes) }
}

/** Lists the spans of a trace. */
export function* spansOf(batch: Batch<Span>): Iterable<Span> {
  for (const { scopes } of batch) for (const { items } of scopes) yield* items
}
