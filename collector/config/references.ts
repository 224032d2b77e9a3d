/** Ids of extensions that components name: for who may come in, and for where a queue is kept. */
import { pointer, typeOf } from './component.ts'
import type { FaultList } from './document.ts'

/** Keys that name an extension, by the key they stand under, with the type it must have. */
const references = [
  { under: 'auth', key: 'authenticator', type: 'bearertokenauth' },
  { under: 'sending_queue', key: 'storage', type: 'file_storage' },
] as const

/** Adds a fault for every extension that is named and not started, or of another kind. */
export function checkReferences(
  bodies: readonly { readonly at: string; readonly body: unknown }[],
  started: readonly string[],
  list: FaultList,
): void {
  for (const { at, body } of bodies) walk(body, at, '', { started, list })
}

interface Context {
  readonly started: readonly string[]
  readonly list: FaultList
}

function walk(value: unknown, at: string, under: string, context: Context): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value)) {
    const reference = references.find((known) => known.under === under && known.key === key)
    if (reference === undefined) walk(each, at + pointer(key), key, context)
    else if (typeof each === 'string' && typeOf(each) !== reference.type)
      context.list.add(at + pointer(key), `an id of a ${reference.type} extension`)
    else if (typeof each === 'string' && !context.started.includes(each))
      context.list.add(at + pointer(key), 'an extension that service.extensions starts')
  }
}
