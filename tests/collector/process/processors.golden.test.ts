/** What each processor makes of what it is given: `x.in.yaml` beside `x.out.yaml`, case by case. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parse } from 'yaml'
import { createAttributes } from '../../../collector/process/attributes.ts'
import type { Processor } from '../../../collector/process/processor.ts'
import { createResource } from '../../../collector/process/resource.ts'
import { logsOf, metricsOf, terse, tracesOf, type Terse } from '../terse.ts'

interface Case {
  readonly title: string
  readonly component: string
  readonly settings: never
  readonly traces?: readonly Terse[]
  readonly logs?: readonly Terse[]
  readonly metrics?: readonly Terse[]
}

const components: Readonly<Record<string, (settings: never) => Processor>> = {
  attributes: createAttributes,
  resource: createResource,
}
const folder = new URL('../golden/process/', import.meta.url)
const read = (name: string) => parse(readFileSync(new URL(name, folder), 'utf8'))

function outcomeOf({ component, settings, traces, logs, metrics }: Case): unknown {
  const processor = components[component]?.(settings)
  if (traces !== undefined) return terse(processor?.traces?.(tracesOf(traces)) ?? [])
  if (logs !== undefined) return terse(processor?.logs?.(logsOf(logs)) ?? [])
  return terse(processor?.metrics?.(metricsOf(metrics ?? [])) ?? [])
}

for (const name of readdirSync(folder).filter((file) => file.endsWith('.in.yaml'))) {
  describe(`the cases of ${name}`, () => {
    const expected = read(name.replace('.in.', '.out.')) as Record<string, unknown>
    const cases = read(name) as Case[]
    for (const each of cases) {
      it(each.title, () => expect(outcomeOf(each)).to.deep.equal(expected[each.title]))
    }
    it('are all there are', () =>
      expect(Object.keys(expected)).to.have.members(cases.map(({ title }) => title)))
  })
}
