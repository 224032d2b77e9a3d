import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { toOcsf } from '../../../audit/format/ocsf.ts'
import { ocsfClasses } from '../../../contracts/ocsf/classes.ts'
import { officialOcsf, ocsfPresence } from '../../support/official-ocsf.ts'
import { entries } from './arbitrary-entry.ts'

describe(`an entry as an OCSF event, ${ocsfPresence}`, () => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
  const own = new Map(
    ocsfClasses.map((schema) => [schema.properties.class_uid.const as number, ajv.compile(schema)]),
  )

  it('is valid by the schema of its class, whatever the event', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const event = toOcsf(entry)
        const check = own.get(event.class_uid)
        expect(check?.(event), JSON.stringify([check?.errors, event])).to.equal(true)
      }),
    )
  })

  const faultsOf = officialOcsf()
  if (faultsOf === undefined) return

  it('is valid by the published schema of its class and of the profiles it names', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const event = toOcsf(entry)
        expect(faultsOf(event), JSON.stringify(event)).to.deep.equal([])
      }),
    )
  })

  it('is found out when it lacks what the published schema demands or has what it does not know', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const event = toOcsf(entry)
        const { severity_id: _, ...lacking } = event
        expect(faultsOf(lacking)).to.have.lengthOf(1)
        expect(faultsOf(Object.assign({}, event, { colour: 'red' }))).to.have.lengthOf(1)
        expect(faultsOf(Object.assign({}, event, { activity_id: 98 }))).to.have.lengthOf(1)
      }),
      { numRuns: 20 },
    )
  })
})
