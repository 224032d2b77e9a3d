/** What every component promises: defaults that its own schema takes, a sentence for every key, hints that help. */
import { expect } from 'chai'
import { catalogue } from '../../../collector/config/catalogue.ts'
import { sections } from '../../../collector/config/component.ts'
import { readShape } from '../../../collector/config/settle.ts'
import type { Shape } from '../../../collector/config/shape.ts'

interface Part {
  readonly path: string
  readonly shape: Shape<unknown>
}

function partsOf(path: string, shape: Shape<unknown>): Part[] {
  const { parts } = shape
  const below =
    parts.of === 'block'
      ? Object.entries(parts.keys).flatMap(([name, key]) => partsOf(`${path}.${name}`, key.shape))
      : parts.of === 'list' || parts.of === 'record'
        ? partsOf(`${path}[]`, parts.item)
        : []
  return [{ path, shape }, ...below]
}

describe('the catalogue of components', () => {
  for (const { type, body } of sections.flatMap((section) => [...catalogue[section]])) {
    const blocks = partsOf(type, body).flatMap(({ path, shape: { parts } }) =>
      parts.of === 'block' ? [{ path, parts }] : [],
    )

    it(`has defaults for ${type} that ${type} itself would take`, () => {
      for (const { path, parts } of blocks) {
        for (const [name, { shape, presence, fallback }] of Object.entries(parts.keys)) {
          if (presence !== 'defaulted') continue
          const faults: string[] = []
          readShape({ value: fallback }, wrapped(shape), '', { add: (at) => faults.push(at) })
          expect(faults, `${path}.${name}`).to.deep.equal([])
        }
      }
    })

    it(`says what every key of ${type} means, and of no key both yes and no`, () => {
      for (const { path, parts } of blocks) {
        for (const [name, { says }] of Object.entries(parts.keys)) {
          expect(says, `${path}.${name}`).to.match(/^\S.*\.$/)
          expect(parts.refused, path).to.not.have.property(name)
        }
      }
    })
  }
})

/** A block with one key that must be there. */
function wrapped(shape: Shape<unknown>): Shape<unknown> {
  return {
    ...shape,
    schema: {
      type: 'object',
      required: ['value'],
      properties: { value: shape.schema },
    } as Shape<unknown>['schema'],
    parts: { of: 'block', keys: { value: { shape, presence: 'required', says: '' } }, refused: {} },
    read: () => undefined,
  }
}
