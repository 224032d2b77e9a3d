/**
 * No event is checked against OCSF on its way in: what the input schema allows becomes a valid OCSF event, all of it,
 * which is shown here over the schema itself and not over a list somebody keeps.
 */
import { createHash } from 'node:crypto'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { checkEvent } from '../../../audit/append/check-event.ts'
import type { LedgerEntry } from '../../../audit/format/entry.ts'
import { toOcsf } from '../../../audit/format/ocsf.ts'
import { AuditEvent } from '../../../contracts/audit-event.ts'
import { ocsfClasses } from '../../../contracts/ocsf/classes.ts'
import { validator } from '../../../lib/validate.ts'
import { arbitraryOf, type Schema } from '../../support/arbitrary-of-schema.ts'
import { officialOcsf, ocsfPresence } from '../../support/official-ocsf.ts'
import { propertyRuns } from '../../support/property.ts'
import { hostileText } from './arbitrary-entry.ts'

// Drawn by the schema the door checks with.
const events = arbitraryOf(AuditEvent as unknown as Schema, hostileText) as fc.Arbitrary<AuditEvent>
const runs = propertyRuns({ ci: 120, soak: 20_000 })

/** The entry an event becomes; with its personal data, which an export of the ledger leaves out. */
function entryOf(event: AuditEvent): LedgerEntry {
  const { facts, id, personal, producer, sequence, tenant } = event
  const time = 1_788_249_600_000
  const parsed = Date.parse(event.time)
  const eventTime = Number.isNaN(parsed) ? time : parsed
  const counted = sequence === undefined ? {} : { sequence }
  return {
    tenant,
    origin: `ledger.example/logs/${tenant}`,
    index: 7,
    leafHash: createHash('sha256').update(id).digest(),
    leaf: { version: 2, commitment: 'A'.repeat(43), eventTime, id, producer, time, ...counted },
    facts,
    ...(personal === undefined ? {} : { personal }),
  }
}

describe(`every event the ledger takes as an OCSF event, ${ocsfPresence}`, () => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
  const own = new Map(
    ocsfClasses.map((schema) => [schema.properties.class_uid.const as number, ajv.compile(schema)]),
  )
  const faultsOf = officialOcsf()

  it('is drawn from all the input schema allows, and from nothing else', () => {
    const validate = validator(AuditEvent)
    const seen = new Set<string>()
    fc.assert(
      fc.property(events, (event) => {
        expect(validate(event)).to.have.property('valid', true)
        for (const half of [event.facts, event.personal ?? {}])
          for (const key of Object.keys(half)) seen.add(key)
      }),
      runs,
    )
    const { facts, personal } = AuditEvent.properties
    for (const key of [...Object.keys(facts.properties), ...Object.keys(personal.properties)]) {
      expect(seen).to.include(key)
    }
  })

  it('is valid, with and without its personal data', () => {
    fc.assert(
      fc.property(events, (event) => {
        const whole = entryOf(event)
        const { personal: _, ...bare } = whole
        for (const entry of [whole, bare]) {
          const ocsf = toOcsf(entry)
          const check = own.get(ocsf.class_uid)
          expect(check?.(ocsf), JSON.stringify([check?.errors, ocsf])).to.equal(true)
          expect(faultsOf?.(ocsf) ?? [], JSON.stringify(ocsf)).to.deep.equal([])
        }
      }),
      runs,
    )
  })

  it('is among those the property draws: the door takes nothing else', () => {
    const isInSchema = validator(AuditEvent)
    const mutated = fc
      .tuple(events, fc.constantFrom('facts', 'personal', 'id', 'time', 'tenant'), fc.anything())
      .map(([event, key, value]) => ({ ...event, [key]: value }))
    fc.assert(
      fc.property(mutated, (value) => {
        const offerer = { name: value.producer, mayWrite: () => true, onForeign: () => undefined }
        const checked = checkEvent(value, offerer)
        if (checked.valid) expect(isInSchema(value)).to.have.property('valid', true)
      }),
      runs,
    )
  })
})
