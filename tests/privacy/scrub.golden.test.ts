/** Golden files: one input a line, the answer on the same line of the `.out` file; `-` is a refusal. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { AttributeKey } from '../../contracts/attributes.ts'
import { createFence } from '../../privacy/fence.ts'

const folder = new URL('../golden/privacy/', import.meta.url)
const fence = createFence({ policy: { mode: 'enforce', queryKeys: ['date'] } })
const cases: readonly (readonly [string, AttributeKey])[] = [
  ['url', 'url.full'],
  ['sql', 'db.query.text'],
  ['user-agent', 'user_agent.original'],
]

function lines(name: string): string[] {
  return readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n')
}

describe('scrubbers', () => {
  for (const [name, key] of cases) {
    const expected = lines(`${name}.out`)
    for (const [at, input] of lines(`${name}.in`).entries()) {
      it(`write ${name} line ${at + 1} as the golden file says`, () => {
        expect(fence.attribute('span.attribute', key, input) ?? '-').to.equal(expected[at])
      })
    }
  }
})
