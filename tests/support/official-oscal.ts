/**
 * NIST's JSON Schema of OSCAL assessment results, where a folder `shared/` with it lies beside the checkout.
 * Undefined elsewhere: the tests then stand on what they say themselves, and say so in their titles.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'

const file = join(import.meta.dirname, '../../../shared/schemas/oscal/oscal_assessment-results_schema.json')

/** For titles of tests. */
export const oscalPresence = existsSync(file)
  ? 'by the published schema'
  : 'by our own tests alone, since the published schema does not lie beside this checkout'

/** Compiles the schema; what it gives lists what is wrong with a document. */
export function officialOscal(): ((document: unknown) => string[]) | undefined {
  if (!existsSync(file)) return undefined
  const ajv = new Ajv({ allErrors: true, strict: false })
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)))
  ajv.addFormat('uri', (text) => URL.canParse(text))
  ajv.addFormat('uri-reference', (text) => URL.canParse(text, 'https://ledger.example/'))
  ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/)
  const check = ajv.compile(withoutInnerIds(JSON.parse(readFileSync(file, 'utf8'))))
  return (document) =>
    check(document)
      ? []
      : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** Definitions repeat their own pointer as `$id`, which no reader of draft 7 takes for an anchor. */
function withoutInnerIds(schema: Readonly<Record<string, unknown>>): object {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$id' && typeof value === 'string' && value.startsWith('#') ? undefined : value,
  ) as object
}
