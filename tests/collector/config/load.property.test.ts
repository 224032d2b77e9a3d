/** Whatever stands in a file, the loader answers a plan or faults with their places, and nothing else. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import { lostGuarantees } from '../../../collector/config/port-check.ts'
import { ConfigError } from '../../../lib/config.ts'

const every = readFileSync(new URL('golden/every.in.yaml', import.meta.url), 'utf8')

/** Ways to every value in a document, as lists of keys. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? replaced(each, rest, by) : each))
  // Every path was read from this document, so there is an object here.
  const object = value as Readonly<Record<string, unknown>>
  return { ...object, [key]: replaced(object[key], rest, by) }
}

function answerTo(source: string): 'plan' | 'faults' {
  try {
    lostGuarantees(parseCollectorConfig(source, 'any.yaml', {}).plan)
    return 'plan'
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(error.faults).to.not.deep.equal([])
    for (const { line } of error.faults) expect(line).to.be.a('number')
    return 'faults'
  }
}

describe('the loader of configurations', () => {
  const document: unknown = parse(every)
  const value = fc.oneof(
    fc.constantFrom<unknown>(null, '', 0, -1, 1.5, true, [], {}, '${env:', '$$', 'otlp', '('),
    fc.jsonValue({ maxDepth: 2 }),
  )

  it('answers any one value that is replaced by another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(document)), value, (path, by) => {
        answerTo(stringify(replaced(document, path, by), { aliasDuplicateObjects: false }))
      }),
      { numRuns: 300 },
    )
  })

  it('answers any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void answerTo(text)))
  })
})
