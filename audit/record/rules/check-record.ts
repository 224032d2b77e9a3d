/**
 * Refuses an event of the disclosure record that lacks what its basis demands (34 CFR 99.32, 99.33). Pure: whether
 * an agreement or consent that is named really covers it is looked up by the door that has the registers.
 */
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import { ruleOf, type BasisCode } from '../../../contracts/basis.ts'
import type { Fault } from '../../../contracts/problem.ts'
import {
  actor,
  identityMethod,
  medium,
  onward,
  onwardAllowed,
  parties,
  reason,
  recordKinds,
  redisclosureNotice,
  requirementOf,
  subject,
  type Requirement,
} from './demands.ts'

type Action = AuditEvent['facts']['action']

/** Reads through the campus's own functions: the roster holds the evidence, the relationship is the event's reason. */
const rosterActions: ReadonlySet<Action> = new Set([
  'transcript.read',
  'accesses.read',
  'roster.read',
  'grade.entered',
  'grade.changed',
  'profile.read',
  'directory.searched',
  'break_glass.read',
])
const rosterBases: ReadonlySet<BasisCode> = new Set([
  '99.30',
  '99.31(a)(1)(i)(A)',
  '99.31(a)(8)',
  '99.31(a)(11)',
  '99.31(a)(12)',
])

/** What the record's own actions must have come to. */
const outcomeOf: Readonly<Partial<Record<Action, AuditEvent['facts']['outcome']>>> = {
  'record.requested': 'success',
  'record.refused': 'denied',
  'record.disclosed': 'success',
  'record.redisclosed': 'success',
}

/**
 * Lists what an event lacks to stand in the log, each with where it was looked for and what was expected; empty when
 * it may stand.
 */
export function checkRecord(event: AuditEvent): Fault[] {
  const { basis } = event.facts
  if (basis !== undefined && ruleOf(basis).sealed === true) {
    return [{ at: '/facts/basis', expected: 'the sealed log: no other log may hold this basis' }]
  }
  const missing = requirementsOf(event).filter(({ isMet }) => !isMet(event))
  return [
    ...checkClass(event),
    ...checkOutcome(event),
    ...missing.map(({ at, expected }) => ({ at, expected })),
  ]
}

/** The class a disclosure or a request has on a basis; without a basis nothing exempts it. */
export function classOf(basis: BasisCode | undefined): 'disclosure' | 'access' {
  return basis === undefined || ruleOf(basis).duty === 'required' ? 'disclosure' : 'access'
}

/** What the regulation exempts is kept as access evidence and never mixed into the accounting. */
function checkClass({ facts }: AuditEvent): Fault[] {
  const { action, basis, class: found, outcome } = facts
  const isJudged =
    Object.hasOwn(outcomeOf, action) ||
    (basis !== undefined && outcome === 'success' && (found === 'access' || found === 'disclosure'))
  const expected = classOf(basis)
  return isJudged && found !== expected ? [{ at: '/facts/class', expected: `${expected} on this basis` }] : []
}

function checkOutcome({ facts: { action, outcome } }: AuditEvent): Fault[] {
  const expected = outcomeOf[action]
  return expected === undefined || outcome === expected
    ? []
    : [{ at: '/facts/outcome', expected: `${expected} with ${action}` }]
}

function requirementsOf(event: AuditEvent): readonly Requirement[] {
  const { action, basis, outcome } = event.facts
  switch (action) {
    case 'record.requested':
      return [subject, actor, parties]
    case 'record.refused':
      return [subject, actor, parties, reason]
    case 'record.redisclosed':
      return [...basisIs(basis), subject, actor, parties]
    case 'record.disclosed':
      return [...basisIs(basis), ...disclosureNeeds(event)]
    default:
      if (basis === undefined || outcome !== 'success') return []
      return rosterActions.has(action) && rosterBases.has(basis) ? [] : disclosureNeeds(event)
  }
}

function basisIs(basis: BasisCode | undefined): Requirement[] {
  return basis === undefined
    ? [{ at: '/facts/basis', expected: 'the basis of the disclosure', isMet: () => false }]
    : []
}

function disclosureNeeds({ facts, personal }: AuditEvent): Requirement[] {
  const rule = facts.basis === undefined ? undefined : ruleOf(facts.basis)
  return [
    ...(rule?.duty === 'not-pii' ? [] : [subject]),
    actor,
    parties,
    recordKinds,
    medium,
    identityMethod,
    ...(rule?.notice === 'required' ? [redisclosureNotice] : []),
    ...(facts.onwardAllowed === true ? [onward] : []),
    ...(personal?.onward === undefined ? [] : [onwardAllowed]),
    ...(rule?.demands ?? []).map((demand) => requirementOf[demand]),
  ]
}
