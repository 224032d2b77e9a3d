/**
 * The JSON Schema of SARIF 2.1.0 (errata 01), where a folder `shared/` with it lies beside the checkout; undefined
 * elsewhere. It is of draft 4, and of that it uses nothing that draft 7 reads otherwise but the name of `$id`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'

const file = join(import.meta.dirname, '../../../shared/schemas/sarif/sarif-schema-2.1.0.json')

/** For titles of tests. */
export const sarifPresence = existsSync(file)
  ? 'by the published schema'
  : 'by our own tests alone, since the published schema does not lie beside this checkout'

/** Compiles the schema; what it gives lists what is wrong with a log. */
export function officialSarif(): ((log: unknown) => string[]) | undefined {
  if (!existsSync(file)) return undefined
  const ajv = new Ajv({ allErrors: true, strict: false })
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)))
  ajv.addFormat('uri', (text) => URL.canParse(text))
  ajv.addFormat('uri-reference', (text) => URL.canParse(text, 'https://scan.example/'))
  const { id: _, $schema: __, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const check = ajv.compile(schema)
  return (log) =>
    check(log) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
