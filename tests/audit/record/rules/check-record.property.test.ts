import { expect } from 'chai'
import fc from 'fast-check'
import { checkRecord } from '../../../../audit/record/rules/check-record.ts'
import type { AuditEvent } from '../../../../contracts/audit-event.ts'
import { basisCodes, ruleOf } from '../../../../contracts/basis.ts'
import { propertyRuns } from '../../../support/property.ts'
import { fullDisclosure } from './full-disclosure.ts'

/** Fields that decide what is asked for, and so are no mere answers to it. */
const deciding = new Set(['class', 'action', 'outcome', 'basis', 'onwardAllowed', 'onward'])

type Half = 'facts' | 'personal'
type Path = readonly [half: Half, name: string]

function pathsOf({ facts, personal = {} }: AuditEvent): Path[] {
  const all: Path[] = [
    ...Object.keys(facts).map((name): Path => ['facts', name]),
    ...Object.keys(personal).map((name): Path => ['personal', name]),
  ]
  return all.filter(([, name]) => !deciding.has(name))
}

function without(event: AuditEvent, paths: readonly Path[]): AuditEvent {
  const keep = (half: Half) =>
    Object.fromEntries(
      Object.entries(event[half] ?? {}).filter(
        ([name]) => !paths.some(([of, gone]) => of === half && gone === name),
      ),
    )
  // Still an event: only optional fields are taken out.
  return { ...event, facts: keep('facts'), personal: keep('personal') } as AuditEvent
}

const placesWithout = (event: AuditEvent, paths: readonly Path[]) =>
  checkRecord(without(event, paths))
    .map(({ at }) => at)
    .sort()

const runs = propertyRuns({ ci: 300, soak: 20_000 })

describe('checkRecord', () => {
  it('names, of any fields that are missing, exactly those it would name alone', () => {
    const codes = basisCodes.filter((code) => ruleOf(code).sealed !== true)
    const property = fc.property(
      fc.constantFrom(...codes).chain((code) => {
        const full = fullDisclosure(code)
        return fc.tuple(fc.constant(full), fc.subarray(pathsOf(full)))
      }),
      ([full, gone]) => {
        const alone = gone.flatMap((path) => placesWithout(full, [path]))
        expect(placesWithout(full, gone)).to.deep.equal(alone.sort())
      },
    )
    fc.assert(property, runs)
  })

  it('says yes to no disclosure it would refuse with less said', () => {
    const property = fc.property(
      fc.constantFrom(...basisCodes).chain((code) => {
        const full = fullDisclosure(code)
        return fc.tuple(fc.constant(full), fc.shuffledSubarray(pathsOf(full)))
      }),
      ([full, gone]) => {
        const more = checkRecord(without(full, gone)).length
        const less = checkRecord(without(full, gone.slice(0, Math.floor(gone.length / 2)))).length
        expect(less).to.be.at.most(more)
      },
    )
    fc.assert(property, runs)
  })
})
