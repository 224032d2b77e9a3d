/**
 * PagerDuty's own description of its Events API v2, where a folder `shared/` with it lies beside the checkout.
 * Undefined elsewhere: the tests then stand on `contracts/pager-event.ts` alone, and say so in their titles.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'

const file = join(import.meta.dirname, '../../../shared/schemas/pagerduty/events-v2.openapi.json')

export interface OfficialEvents {
  /** Tells what is wrong with an event for `POST /enqueue`; empty when nothing is. */
  readonly faultsOf: (event: unknown) => string[]
  /** The example event of the description. */
  readonly example: unknown
}

/** For titles of tests. */
export const officialPresence = existsSync(file)
  ? 'by the official description'
  : 'by our own schema, since the official description does not lie beside this checkout'

/** Reads the description and compiles its request body. */
export function officialEvents(): OfficialEvents | undefined {
  if (!existsSync(file)) return undefined
  const document = JSON.parse(readFileSync(file, 'utf8'))
  const body = document.paths['/enqueue'].post.requestBody.content['application/json']
  const ajv = new Ajv({ allErrors: true, strict: false })
  ajv.addFormat('url', (text) => URL.canParse(text))
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)))
  ajv.addSchema(document, 'events')
  const check = ajv.compile({
    $ref: 'events#/paths/~1enqueue/post/requestBody/content/application~1json/schema',
  })
  const [example] = Object.values<{ readonly value: unknown }>(body.examples)
  return {
    faultsOf: (event) =>
      check(event)
        ? []
        : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
    example: example?.value,
  }
}
