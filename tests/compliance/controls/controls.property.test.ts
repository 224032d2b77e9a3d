import { expect } from 'chai'
import fc from 'fast-check'
import { controls } from '../../../compliance/controls/all.ts'
import type { Attribute, Json, Resource, ResourceKind } from '../../../compliance/evidence.ts'
import { propertyRuns } from '../../support/property.ts'
import { kinds, segments } from './asked-of.ts'

const json: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue() as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    '*',
    '0.0.0.0/0',
    '-1',
    'service:app',
    'postgres://a:b@c/d',
    true,
    false,
    null,
    22,
    '',
  ),
)
const at = { file: 'x.tf', startLine: 1, endLine: 1 }
const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  json.map((value): Attribute => ({ known: true, value, ...at })),
  fc.string().map((expression): Attribute => ({ known: false, why: 'refers to x', expression, ...at })),
)
const resource: fc.Arbitrary<Resource> = fc
  .tuple(
    fc.constantFrom(...kinds),
    fc.array(
      fc.tuple(
        fc.array(fc.constantFrom(...segments), { minLength: 0, maxLength: 5 }).map((path) => path.join('.')),
        attribute,
      ),
      { maxLength: 20 },
    ),
  )
  .map(([[kind, type], attributes]) => ({
    kind,
    type,
    name: 'app',
    address: `${type}.app`,
    position: at,
    attributes: new Map(attributes),
  }))

describe('the controls', () => {
  it('judge what is called like a part of every object', () => {
    const own = Object.getOwnPropertyNames(Object.prototype)
    for (const name of [...own, ...own.map((each) => each.toLowerCase())]) {
      const attributes = new Map<string, Attribute>(
        [`environment.${name}`, `env.${name}`, `containers.0.environment.${name}`].map((path) => [
          path,
          { known: true, value: name, ...at },
        ]),
      )
      attributes.set('run.0', { known: true, value: `${name} x`, ...at })
      const made = (kind: ResourceKind, type: string): Resource => {
        return { kind, type, name, address: `${type}.${name}`, position: at, attributes }
      }
      const odd = [...new Set(kinds.map(([kind]) => kind))].map((kind) => made(kind, name))
      for (const control of controls) expect(odd.filter(control.applies), control.id).to.deep.equal([])
      const known = [made('dockerfile', 'stage'), made('compose', 'service')]
      const evidence = { resources: known, faults: [], sources: [] }
      for (const control of controls) {
        for (const each of known.filter(control.applies)) control.check(each, evidence)
      }
    }
  })

  it('judge whatever was gathered without throwing, and say of what they see what they expect', () => {
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 4 }), (resources) => {
        const evidence = { resources, faults: [], sources: [] }
        for (const control of controls) {
          for (const each of resources.filter(control.applies)) {
            const verdicts = [control.check(each, evidence)].flat()
            expect(verdicts).not.to.have.lengthOf(0)
            for (const { expected } of verdicts) expect(expected).not.to.equal('')
          }
        }
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })

  it('never pass a resource of which nothing is known', () => {
    const hidden: Attribute = { known: false, why: 'cannot be read', ...at }
    const passed = kinds.flatMap(([kind, type]) => {
      const nothing: Resource = {
        kind,
        type,
        name: 'app',
        address: `${type}.app`,
        position: at,
        attributes: new Map([['', hidden]]),
      }
      const evidence = { resources: [nothing], faults: [], sources: [] }
      return controls
        .filter(({ applies }) => applies(nothing))
        .filter(({ check }) => [check(nothing, evidence)].flat().some(({ status }) => status === 'pass'))
        .map(({ id }) => `${id} ${type}`)
    })
    expect(passed).to.deep.equal([])
  })
})
