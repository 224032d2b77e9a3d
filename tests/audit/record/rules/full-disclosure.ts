/** A disclosure that says everything any basis could ask for; tests take single things away. */
import type { AuditEvent } from '../../../../contracts/audit-event.ts'
import { recordDuty, type BasisCode } from '../../../../contracts/basis.ts'

/** Makes the event of a disclosure on a basis. */
export function fullDisclosure(basis: BasisCode): AuditEvent {
  return {
    id: '018f2d3c-0000-7000-8000-000000000001',
    tenant: 'drill',
    producer: 'ledger',
    time: '2026-09-01T08:00:00.000Z',
    facts: { ...fullFacts, basis, class: recordDuty(basis) === 'required' ? 'disclosure' : 'access' },
    personal: fullPersonal,
  }
}

const fullFacts: Omit<AuditEvent['facts'], 'basis' | 'class'> = {
  action: 'record.disclosed',
  outcome: 'success',
  medium: 'electronic',
  recordKinds: ['transcript'],
  identityMethod: 'agency_credential',
  redisclosureNotice: { version: '2026', deliveredAt: '2026-09-01T08:00:00.000Z' },
  onwardAllowed: true,
  recipientRole: 'advisor',
  policyVersion: '2026',
  noticeVersion: '2026',
  optOutChecked: true,
  matchedOn: 'directory',
  directControl: true,
  transferNotice: 'attempted',
  copyOffered: true,
  destroyBy: '2027-09-01',
  certified: true,
  dependencyEvidence: 'tax_return',
  advanceNotice: { attemptedAt: '2026-08-01T08:00:00.000Z', method: 'mail' },
  decidedAt: '2026-09-01T07:00:00.000Z',
  finalResults: { offence: 'crime_of_violence', decidedOn: '2026-05-01', violationFound: true },
  othersWithheld: true,
  underTwentyOne: true,
  codeIndependent: true,
}

const fullPersonal: NonNullable<AuditEvent['personal']> = {
  actor: 'registrar-1',
  subject: 'student-1',
  parties: [{ name: 'Lakeside University', interest: 'enrolment' }],
  onward: [{ name: 'Lakeside Clinic', interest: 'care' }],
  authorities: ['State Board of Education'],
  purpose: 'enrolment',
  agreement: '018f2d3c-0000-7000-8000-00000000000a',
  consent: '018f2d3c-0000-7000-8000-00000000000b',
  instrument: { kind: 'subpoena', issuer: 'County Court', reference: '26-CV-1' },
  legalCase: { reference: '26-CV-1', relevance: 'the grade is what is disputed' },
  statute: 'Example Code 12-3',
  threat: 'said to be on the way with a weapon',
  circumstances: 'two witnesses, one call',
  determination: 'cells under ten suppressed',
}
