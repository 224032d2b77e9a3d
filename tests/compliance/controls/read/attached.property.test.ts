import { expect } from 'chai'
import fc from 'fast-check'
import { attachedTo, refersTo } from '../../../../compliance/controls/read/terraform.ts'
import { attributeOf, childrenOf, type Attribute, type Resource } from '../../../../compliance/evidence.ts'
import { propertyRuns } from '../../../support/property.ts'
import { evidenceOf } from '../cases.ts'

const at = { file: 'main.tf', startLine: 1, endLine: 1 }
const address = fc.constantFrom(
  'aws_x.a',
  'aws_x.a["k"]',
  'aws_x.a["k"]["l"]',
  'aws_x.b',
  'module.m["k"].aws_x.a',
  'module.m.aws_x.a',
)
const identity = fc.option(
  fc.oneof(
    address.map((each) => `${each}.id`),
    fc.constant('var.x'),
  ),
  { nil: undefined },
)
const attribute: fc.Arbitrary<Attribute> = fc
  .tuple(fc.boolean(), identity, fc.constantFrom('aws_x.a.id', 'var.y', 'aws_x.b', 'f(x)'))
  .map(([known, own, expression]) => ({
    ...(known
      ? { known: true as const, value: 'name' }
      : { known: false as const, why: 'refers to x', expression }),
    ...(own === undefined ? {} : { identity: own }),
    ...at,
  }))
const setting = fc.option(attribute, { nil: undefined }).map((bucket): Resource => ({
  kind: 'terraform',
  type: 'aws_setting',
  name: 's',
  address: 'aws_setting.s',
  position: at,
  attributes: new Map(bucket === undefined ? [] : [['bucket', bucket]]),
  scope: { root: 'r', module: '' },
}))
const target = fc.tuple(address, fc.constantFrom('name', 'other')).map(([own, value]): Resource => ({
  kind: 'terraform',
  type: 'aws_x',
  name: 'a',
  address: own,
  position: at,
  attributes: new Map([['bucket', { known: true, value, ...at }]]),
  scope: { root: 'r', module: '' },
}))

describe('what is attached to a resource', () => {
  it('is what asking every other resource would find', () => {
    fc.assert(
      fc.property(target, fc.array(setting, { maxLength: 12 }), (own, settings) => {
        const value = own.attributes.get('bucket')
        const evidence = evidenceOf([own, ...settings])
        const found = attachedTo(own, evidence, { type: 'aws_setting', path: 'bucket', name: 'bucket' })
        const asked = (wanted: string) =>
          settings.filter(
            (each) =>
              refersTo(attributeOf(each, 'bucket'), own, value?.known === true ? value.value : undefined) ===
              wanted,
          )
        expect(found.certain).to.deep.equal(asked('yes'))
        expect(found.possible).to.deep.equal(asked('maybe'))
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })
})

describe('the children of a path', () => {
  it('are those whose path is one segment longer, in order', () => {
    const segment = fc.constantFrom('a', 'b', '0', 'x\\.y', '\\*')
    const path = fc.array(segment, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.uniqueArray(path, { selector: (each) => each.join('.') }), path, (paths, asked) => {
        const attributes = new Map(
          paths.map((each): [string, Attribute] => [each.join('.'), { known: true, value: 1, ...at }]),
        )
        const resource: Resource = {
          kind: 'compose',
          type: 't',
          name: 'n',
          address: 'a',
          position: at,
          attributes,
        }
        const isBelow = (each: readonly string[]) =>
          each.length === asked.length + 1 && asked.every((own, index) => each[index] === own)
        expect(childrenOf(resource, asked.join('.'))).to.deep.equal(
          paths.filter(isBelow).map((each) => each.join('.')),
        )
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })
})
