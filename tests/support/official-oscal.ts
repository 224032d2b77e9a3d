/**
 * NIST's JSON Schemas of OSCAL models, where a folder `shared/` with them lies beside the checkout.
 * Undefined elsewhere: the tests then stand on what they say themselves, and say so in their titles.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'

const folder = join(import.meta.dirname, '../../../shared/schemas/oscal')

/** For titles of tests. */
export const oscalPresence = existsSync(folder)
  ? 'by the published schema'
  : 'by our own tests alone, since the published schema does not lie beside this checkout'

/** Compiles the schema of a model; what it gives lists what is wrong with a document. */
export function officialOscal(
  model: 'assessment-results' | 'poam' | 'component' = 'assessment-results',
): ((document: unknown) => string[]) | undefined {
  const file = join(folder, `oscal_${model}_schema.json`)
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
