/** Compiles a TypeBox schema once into a check for outside data; inside, the type is trusted. */
import { Ajv, type ErrorObject } from 'ajv'
import type { Static, TSchema } from 'typebox'
import type { Fault } from '../contracts/problem.ts'

export type Validated<T> =
  { readonly valid: true; readonly value: T } | { readonly valid: false; readonly faults: Fault[] }

/** Most faults one answer lists; an attacker could otherwise ask for a very long one. */
const maxFaults = 50

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictTuples: false })
  .addFormat('web-address', isWebAddress)
  .addFormat('date-time', isDateTime)

/**
 * Compiles `schema` and returns its check, which answers the value itself (neither copied nor coerced) or
 * every fault at once, at most 50, each with a JSON Pointer and what was expected.
 */
export function validator<S extends TSchema>(schema: S): (value: unknown) => Validated<Static<S>> {
  const check = ajv.compile<Static<S>>(schema)
  return (value) => {
    if (check(value)) return { valid: true, value }
    return { valid: false, faults: (check.errors ?? []).slice(0, maxFaults).map(toFault) }
  }
}

/** An address a browser can open: `http:` or `https:` with a host. */
function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

/** RFC 3339, and ISO 8601's offset without a colon, which senders also write. */
function isDateTime(text: string): boolean {
  const written = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:?\d{2})$/
  return written.test(text) && !Number.isNaN(Date.parse(text))
}

function toFault(error: ErrorObject): Fault {
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params['additionalProperty'])
    return { at: `${error.instancePath}/${pointerPart(key)}`, expected: 'no such property' }
  }
  if (error.keyword === 'required') {
    const key = String(error.params['missingProperty'])
    return { at: `${error.instancePath}/${pointerPart(key)}`, expected: 'a value, found none' }
  }
  if (error.keyword === 'enum') {
    return { at: error.instancePath, expected: `one of ${JSON.stringify(error.params['allowedValues'])}` }
  }
  return { at: error.instancePath, expected: error.message ?? error.keyword }
}

/** Escapes one key for a JSON Pointer (RFC 6901) and bounds it, since it comes from outside. */
function pointerPart(key: string): string {
  return key.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')
}
