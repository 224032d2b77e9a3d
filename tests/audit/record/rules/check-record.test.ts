import { expect } from 'chai'
import { checkRecord } from '../../../../audit/record/rules/check-record.ts'
import { AuditEvent } from '../../../../contracts/audit-event.ts'
import { basisCodes, ruleOf, type BasisCode } from '../../../../contracts/basis.ts'
import { validator } from '../../../../lib/validate.ts'
import { fullDisclosure } from './full-disclosure.ts'

/** Everything a basis asks for beyond the common fields, written down here a second time, from the regulation. */
const demanded: Readonly<Record<BasisCode, readonly string[]>> = {
  '99.30': ['personal/consent', 'personal/purpose', 'facts/redisclosureNotice'],
  '99.31(a)(1)(i)(A)': ['facts/recipientRole', 'facts/policyVersion'],
  '99.31(a)(1)(i)(B)': ['personal/agreement', 'facts/directControl', 'facts/redisclosureNotice'],
  '99.31(a)(2)': ['facts/transferNotice', 'facts/copyOffered', 'facts/redisclosureNotice'],
  '99.31(a)(3)(i)': authority(),
  '99.31(a)(3)(ii)': authority(),
  '99.31(a)(3)(iii)': authority(),
  '99.31(a)(3)(iv)': authority(),
  '99.31(a)(4)(i)(A)': ['facts/redisclosureNotice'],
  '99.31(a)(4)(i)(B)': ['facts/redisclosureNotice'],
  '99.31(a)(4)(i)(C)': ['facts/redisclosureNotice'],
  '99.31(a)(4)(i)(D)': ['facts/redisclosureNotice'],
  '99.31(a)(5)(i)(A)': ['personal/statute', 'facts/redisclosureNotice'],
  '99.31(a)(5)(i)(B)': ['personal/statute', 'facts/certified', 'facts/redisclosureNotice'],
  '99.31(a)(6)(i)(A)': study(),
  '99.31(a)(6)(i)(B)': study(),
  '99.31(a)(6)(i)(C)': study(),
  '99.31(a)(7)': ['facts/redisclosureNotice'],
  '99.31(a)(8)': ['facts/dependencyEvidence'],
  '99.31(a)(9)(i)': ['personal/instrument', 'facts/advanceNotice'],
  '99.31(a)(9)(ii)(A)': ['sealed'],
  '99.31(a)(9)(ii)(B)': ['sealed'],
  '99.31(a)(9)(ii)(C)': ['sealed'],
  '99.31(a)(9)(iii)(A)': ['personal/legalCase'],
  '99.31(a)(9)(iii)(B)': ['personal/legalCase'],
  '99.31(a)(10)': [
    'personal/threat',
    'personal/circumstances',
    'facts/decidedAt',
    'facts/redisclosureNotice',
  ],
  '99.31(a)(11)': ['facts/noticeVersion', 'facts/optOutChecked', 'facts/matchedOn'],
  '99.31(a)(12)': [],
  '99.31(a)(13)': ['facts/finalResults', 'facts/redisclosureNotice'],
  '99.31(a)(14)': ['facts/finalResults', 'facts/othersWithheld'],
  '99.31(a)(15)': ['facts/underTwentyOne'],
  '99.31(a)(16)': [],
  '99.31(b)(1)': ['personal/determination'],
  '99.31(b)(2)': ['personal/determination', 'facts/codeIndependent'],
  '20USC1232g(b)(1)(K)': ['facts/redisclosureNotice'],
  '20USC1232g(b)(1)(L)': ['facts/redisclosureNotice'],
  '20USC1232g(b)(2)(B)': ['personal/instrument', 'facts/redisclosureNotice'],
}

function authority(): string[] {
  return ['personal/authorities', 'personal/agreement', 'facts/destroyBy', 'facts/redisclosureNotice']
}
function study(): string[] {
  return ['personal/agreement', 'personal/purpose', 'facts/destroyBy', 'facts/redisclosureNotice']
}

const common = [
  'personal/actor',
  'personal/subject',
  'personal/parties',
  'personal/onward',
  'facts/recordKinds',
  'facts/medium',
  'facts/identityMethod',
]

/** Takes one field out of an event. */
function without(event: AuditEvent, path: string): AuditEvent {
  const [half, name] = path.split('/') as ['facts' | 'personal', string]
  const rest = Object.entries(event[half] ?? {}).filter(([key]) => key !== name)
  // Still an event: only optional fields are taken out.
  return { ...event, [half]: Object.fromEntries(rest) } as AuditEvent
}

function withFacts(event: AuditEvent, facts: Partial<AuditEvent['facts']>): AuditEvent {
  return { ...event, facts: { ...event.facts, ...facts } }
}

const places = (event: AuditEvent) => checkRecord(event).map(({ at }) => at.slice(1))

describe('checkRecord', () => {
  it('judges each of the 37 codes of the table', () => {
    expect(basisCodes).to.have.length(37)
    expect(Object.keys(demanded).sort()).to.deep.equal([...basisCodes].sort())
  })

  for (const code of basisCodes) {
    const needs = demanded[code]
    if (needs[0] === 'sealed') {
      it(`refuses ${code} in every log that is not sealed`, () => {
        expect(ruleOf(code)).to.include({ sealed: true, duty: 'exempt(d)(5)' })
        expect(places(fullDisclosure(code))).to.deep.equal(['facts/basis'])
        expect(places(withFacts(fullDisclosure(code), { outcome: 'denied' }))).to.deep.equal(['facts/basis'])
      })
      continue
    }
    it(`refuses ${code} without each of ${common.length + needs.length} things and takes it with them`, () => {
      const full = fullDisclosure(code)
      expect(validator(AuditEvent)(full)).to.have.property('valid', true)
      expect(checkRecord(full)).to.deep.equal([])
      const isNobody = ruleOf(code).duty === 'not-pii'
      for (const path of [...common, ...needs]) {
        const expected = isNobody && path === 'personal/subject' ? [] : [path]
        expect(places(without(full, path)), path).to.deep.equal(expected)
      }
    })
    it(`asks for nothing else with ${code}`, () => {
      const full = fullDisclosure(code)
      const kept = new Set([
        ...common,
        ...needs,
        'facts/class',
        'facts/action',
        'facts/outcome',
        'facts/basis',
      ])
      const every = [
        ...Object.keys(full.facts).map((name) => `facts/${name}`),
        ...Object.keys(full.personal ?? {}).map((name) => `personal/${name}`),
      ]
      // What names onward parties must say that they are allowed.
      kept.add('facts/onwardAllowed')
      const bare = every.filter((path) => !kept.has(path)).reduce(without, full)
      expect(checkRecord(bare)).to.deep.equal([])
    })
    it(`takes ${code} only in its class`, () => {
      const full = fullDisclosure(code)
      const other = full.facts.class === 'access' ? 'disclosure' : 'access'
      expect(places(withFacts(full, { class: other }))).to.deep.equal(['facts/class'])
    })
  }

  it('refuses onward parties that are not allowed, and permission that names nobody', () => {
    const full = fullDisclosure('99.31(a)(7)')
    expect(places(withFacts(full, { onwardAllowed: false }))).to.deep.equal(['facts/onwardAllowed'])
    expect(places(without(full, 'personal/onward'))).to.deep.equal(['personal/onward'])
  })

  it('refuses directory information that was found by a social security number', () => {
    for (const matchedOn of ['ssn', 'other'] as const) {
      expect(places(withFacts(fullDisclosure('99.31(a)(11)'), { matchedOn }))).to.deep.equal([
        'facts/matchedOn',
      ])
    }
  })

  it('refuses a notice in advance that came after the disclosure, and a decision that did', () => {
    const late = '2026-09-01T08:00:00.001Z'
    const subpoena = withFacts(fullDisclosure('99.31(a)(9)(i)'), {
      advanceNotice: { attemptedAt: late, method: 'mail' },
    })
    expect(places(subpoena)).to.deep.equal(['facts/advanceNotice'])
    const emergency = withFacts(fullDisclosure('99.31(a)(10)'), { decidedAt: late })
    expect(places(emergency)).to.deep.equal(['facts/decidedAt'])
  })

  it('refuses final results to anybody without a violation or from before 7 October 1998', () => {
    const results = { offence: 'crime_of_violence', decidedOn: '2026-05-01', violationFound: true } as const
    for (const change of [{ violationFound: false }, { decidedOn: '1998-10-06' }]) {
      const facts = { finalResults: { ...results, ...change } }
      expect(places(withFacts(fullDisclosure('99.31(a)(14)'), facts))).to.deep.equal(['facts/finalResults'])
      expect(places(withFacts(fullDisclosure('99.31(a)(13)'), facts))).to.deep.equal([])
    }
  })

  it('asks a refused request for its reason and a disclosure for its basis', () => {
    const full = fullDisclosure('99.31(a)(7)')
    const refused = withFacts(full, { action: 'record.refused', outcome: 'denied' })
    expect(places(refused)).to.deep.equal(['facts/reason'])
    expect(places(withFacts(refused, { reason: 'no_consent' }))).to.deep.equal([])
    expect(places(without(full, 'facts/basis'))).to.deep.equal(['facts/basis'])
  })

  it('leaves reads that the roster stands behind as they are', () => {
    const read: AuditEvent = {
      ...fullDisclosure('99.31(a)(8)'),
      facts: {
        class: 'disclosure',
        action: 'transcript.read',
        outcome: 'success',
        basis: '99.31(a)(8)',
        reason: 'parent',
      },
      personal: { actor: 'parent-1', subject: 'student-1' },
    }
    expect(checkRecord(read)).to.deep.equal([])
    const emergency = withFacts(read, { basis: '99.31(a)(10)' })
    expect(places(emergency)).to.include.members(['personal/threat', 'personal/parties'])
  })

  it('asks nothing of an event without a basis and of a refused read', () => {
    const read = withFacts(fullDisclosure('99.31(a)(10)'), { action: 'transcript.denied', outcome: 'denied' })
    expect(checkRecord({ ...read, personal: {} })).to.deep.equal([])
    const login = without(withFacts(read, { action: 'auth.login', outcome: 'success' }), 'facts/basis')
    expect(checkRecord({ ...login, personal: {} })).to.deep.equal([])
  })
})
