/** Where each thing a basis may ask for stands in an event, and what counts as having said it. */
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import type { BasisCode, Demand } from '../../../contracts/basis.ts'

/** One thing an event must say. */
export interface Requirement {
  /** JSON Pointer into the event. */
  readonly at: string
  readonly expected: string
  readonly isMet: (event: AuditEvent) => boolean
}

type FactName = keyof AuditEvent['facts']
type PersonalName = keyof NonNullable<AuditEvent['personal']>

/** The day 34 CFR 99.31(a)(14) begins with. */
const finalResultsSince = '1998-10-07'

const fact = (name: FactName, expected: string, isMet?: Requirement['isMet']): Requirement => ({
  at: `/facts/${name}`,
  expected,
  isMet: isMet ?? (({ facts }) => facts[name] !== undefined),
})
const isTrue = (name: FactName, expected: string): Requirement =>
  fact(name, `true: ${expected}`, ({ facts }) => facts[name] === true)
const personal = (name: PersonalName, expected: string): Requirement => ({
  at: `/personal/${name}`,
  expected,
  isMet: (event) => event.personal?.[name] !== undefined,
})

/** What every disclosure says, whatever its basis. */
export const subject = personal('subject', 'the student it concerns')
export const actor = personal('actor', 'the account of who discloses')
export const parties = personal('parties', 'everybody who asks or receives, each with their interest')
export const recordKinds = fact('recordKinds', 'the kinds of records disclosed')
export const medium = fact('medium', 'how the records went')
export const identityMethod = fact('identityMethod', 'how the recipient was identified, 34 CFR 99.31(c)')
export const redisclosureNotice = fact(
  'redisclosureNotice',
  'version and time of the notice the recipient got, 34 CFR 99.33(d)',
)
export const onward = personal('onward', 'to whom it may be passed on, each with their interest')
export const onwardAllowed = isTrue('onwardAllowed', 'parties are named to whom it may be passed on')
export const reason = fact('reason', 'why the request was refused')

/** What single bases ask for beyond that. */
export const requirementOf: Readonly<Record<Demand, Requirement>> = {
  advanceNotice: fact(
    'advanceNotice',
    'the attempt to tell the student before the disclosure, 34 CFR 99.31(a)(9)(ii)',
    ({ facts, time }) => facts.advanceNotice !== undefined && facts.advanceNotice.attemptedAt <= time,
  ),
  agreement: personal('agreement', 'the written agreement in the register'),
  authorities: personal('authorities', 'the authorities that may disclose it further, 34 CFR 99.32(a)(1)'),
  certification: isTrue('certified', 'the recipient certified in writing, 34 CFR 99.38(b)'),
  circumstances: personal('circumstances', 'what was known when it was decided, 34 CFR 99.36(c)'),
  codeIndependent: isTrue('codeIndependent', 'the code is not derived from personal data'),
  consent: personal('consent', 'the written consent in the register'),
  copyOffered: isTrue('copyOffered', 'a copy and a hearing are given on request, 34 CFR 99.34(a)(2)'),
  decidedAt: fact(
    'decidedAt',
    'when it was decided, not after the disclosure',
    ({ facts, time }) => facts.decidedAt !== undefined && facts.decidedAt <= time,
  ),
  dependencyEvidence: fact('dependencyEvidence', 'what shows that the student is a dependent'),
  destroyBy: fact(
    'destroyBy',
    'a day after the disclosure by which the records are destroyed',
    ({ facts, time }) => facts.destroyBy !== undefined && facts.destroyBy > time.slice(0, 10),
  ),
  determination: personal('determination', 'how it was determined that nobody can be recognised'),
  directControl: isTrue('directControl', 'the contractor is under direct control for these records'),
  finalResults: fact('finalResults', 'the offence and the final result, 34 CFR 99.39', hasFinalResults),
  instrument: personal('instrument', 'the order or subpoena: kind, issuer, reference'),
  legalCase: personal('legalCase', 'the case and why the records are relevant to it'),
  matchedOn: fact(
    'matchedOn',
    'roster or directory: other data may not be used to find students, 34 CFR 99.37(e)',
    ({ facts }) => facts.matchedOn === 'roster' || facts.matchedOn === 'directory',
  ),
  noticeVersion: fact('noticeVersion', 'the public notice of directory information'),
  optOutChecked: isTrue('optOutChecked', 'opt-outs were looked up'),
  othersWithheld: isTrue('othersWithheld', 'no other student is named, 34 CFR 99.31(a)(14)(ii)'),
  policyVersion: fact('policyVersion', 'the annual notice with the criteria, 34 CFR 99.7(a)(3)(iii)'),
  purpose: personal('purpose', 'the purpose'),
  recipientRole: fact('recipientRole', 'the role of the official'),
  statute: personal('statute', 'the State statute'),
  threat: personal('threat', 'the articulable and significant threat, 34 CFR 99.32(a)(5)(i)'),
  transferNotice: fact('transferNotice', 'how the student was notified, 34 CFR 99.34(a)(1)'),
  underTwentyOne: isTrue('underTwentyOne', 'the age was looked up at the time of the disclosure'),
}

function hasFinalResults({ facts }: AuditEvent): boolean {
  const { finalResults, basis } = facts
  if (finalResults === undefined) return false
  const toAnybody: BasisCode = '99.31(a)(14)'
  return basis !== toAnybody || (finalResults.violationFound && finalResults.decidedOn >= finalResultsSince)
}
