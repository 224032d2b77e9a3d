/** Writes disclosures and requests for access into the log, after the registers have borne them out. */
import type { Fault } from '../../contracts/problem.ts'
import type { AccessRequestBody, DisclosureBody, RecordReceipt } from '../../contracts/record.ts'
import { ruleOf } from '../../contracts/basis.ts'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { Refusal } from '../../lib/refusal.ts'
import type { Appender } from '../append/appender.ts'
import type { LogKeys } from '../store/log-keys.ts'
import type { Logs } from '../store/logs.ts'
import type { RegisterStore } from '../store/record/register-store.ts'
import { appendRecord, checkTime } from './append-record.ts'
import { disclosureEvents, requestEvents } from './record-events.ts'
import { checkRecord } from './rules/check-record.ts'
import { checkStanding, type Standing } from './rules/check-standing.ts'
import { rightsOf, type Rights } from './rules/rights.ts'

type Store = Pick<RegisterStore, 'find' | 'insert' | 'update' | 'blocks'>

export interface BookParts {
  readonly logs: Pick<Logs, 'open'>
  readonly store: Store
  readonly appender: Pick<Appender, 'append'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Most faults one answer lists. */
const maxFaults = 50

export class DisclosureBook {
  readonly #parts: BookParts

  constructor(parts: BookParts) {
    this.#parts = parts
  }

  /**
   * Records a disclosure: one entry for each student.
   *
   * @throws Refusal body_invalid with everything that is missing or that a register forbids; nothing is recorded then
   */
  async disclose(tenant: string, body: DisclosureBody): Promise<RecordReceipt[]> {
    const { logs, store, appender, now } = this.#parts
    refuse([...checkTime(body.time, now()), ...checkCount(body)])
    const { keys } = await logs.open(tenant)
    const standing = await findStanding(store, keys, body)
    const statements = await findStatements(store, keys, body.students)
    const whole = complete(body, standing)
    const events = disclosureEvents(keys, whole, statements)
    refuse([...checkFirst(events), ...checkStanding(whole, standing)])
    const receipts = await appendRecord(appender, events)
    return receipts.map((receipt, at) => {
      const student = body.students[at]
      if (student === undefined) return receipt
      const attached = statements.get(student)
      return { ...receipt, student, ...(attached === undefined ? {} : { statements: attached }) }
    })
  }

  /**
   * Records that somebody asked for access, or was refused it: one entry for each student.
   *
   * @throws Refusal body_invalid
   */
  async request(tenant: string, body: AccessRequestBody): Promise<RecordReceipt[]> {
    const { logs, appender, now } = this.#parts
    refuse(checkTime(body.time, now()))
    const { keys } = await logs.open(tenant)
    const events = requestEvents(keys, body)
    refuse(checkFirst(events))
    const receipts = await appendRecord(appender, events)
    return receipts.map((receipt, at) => ({ ...receipt, student: body.students[at] ?? '' }))
  }
}

function checkCount({ basis, students }: DisclosureBody): Fault[] {
  const isAboutNobody = ruleOf(basis).duty === 'not-pii'
  if (isAboutNobody === (students.length === 0)) return []
  return [{ at: '/students', expected: isAboutNobody ? 'nobody on this basis' : 'at least one student' }]
}

/** All events of a body say the same but whom they are about. */
function checkFirst([first]: readonly AuditEvent[]): Fault[] {
  if (first === undefined) return []
  const places: Readonly<Record<string, string>> = {
    '/facts/basis': '/basis',
    '/facts/reason': '/reason',
    '/personal/actor': '/actor',
  }
  return checkRecord(first).map(({ at, expected }) => ({ at: places[at] ?? at, expected }))
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new Refusal('body_invalid', { faults: faults.slice(0, maxFaults) })
}

/** Says what the registers know and the caller need not repeat. */
function complete(body: DisclosureBody, { agreement, policy, rights }: Standing): DisclosureBody {
  const destroyBy = body.facts.destroyBy ?? agreement?.facts.destroyBy
  const dependencyEvidence = body.facts.dependencyEvidence ?? evidenceOf(body, rights)
  return {
    ...body,
    facts: {
      ...body.facts,
      ...(destroyBy === undefined ? {} : { destroyBy }),
      ...(dependencyEvidence === undefined ? {} : { dependencyEvidence }),
      ...(policy === undefined ? {} : { optOutChecked: true }),
    },
  }
}

/** Answers what shows that every student of a body is a dependent, where it is the same for all. */
function evidenceOf({ basis }: DisclosureBody, rights: Standing['rights']): Rights['dependencyEvidence'] {
  const [first, ...others] = rights.map(({ dependencyEvidence }) => dependencyEvidence)
  return basis === '99.31(a)(8)' && others.every((each) => each === first) ? first : undefined
}

async function findRights(store: Store, keys: LogKeys, body: DisclosureBody): Promise<Rights[]> {
  const { basis, students, time } = body
  if (basis !== '99.31(a)(12)' && basis !== '99.31(a)(8)') return []
  const [eligibility, dependency] = await Promise.all([
    store.find(keys, 'eligibility', { students }),
    store.find(keys, 'dependency', { students }),
  ])
  const eligibilityOf = Map.groupBy(eligibility, ({ entry }) => entry.personal?.student)
  const dependencyOf = Map.groupBy(dependency, ({ entry }) => entry.personal?.student)
  return students.map((student) =>
    rightsOf({
      time,
      eligibility: (eligibilityOf.get(student) ?? []).map(({ entry }) => entry),
      dependency: (dependencyOf.get(student) ?? []).map(({ entry }) => entry),
    }),
  )
}

async function findStanding(store: Store, keys: LogKeys, body: DisclosureBody): Promise<Standing> {
  const { agreement, consent, parties = [], onward = [] } = body.personal
  const { policyVersion, noticeVersion } = body.facts
  const isDirectory = body.basis === '99.31(a)(11)'
  const names = [...parties, ...onward].map(({ name }) => name)
  const none = Promise.resolve([])
  const [agreements, consents, policies, notices, requests, optOuts, debarments] = await Promise.all([
    agreement === undefined ? none : store.find(keys, 'agreement', { id: agreement }),
    consent === undefined ? none : store.find(keys, 'consent', { id: consent }),
    isDirectory && noticeVersion !== undefined
      ? store.find(keys, 'directory_policy', { version: noticeVersion })
      : none,
    policyVersion === undefined ? none : store.find(keys, 'annual_notice', { version: policyVersion }),
    body.redisclosure === undefined ? none : store.find(keys, 'redisclosure', { id: body.redisclosure }),
    isDirectory ? store.find(keys, 'opt_out', { students: body.students }) : none,
    names.length === 0 ? none : store.find(keys, 'debarment', { parties: names }),
  ])
  return {
    ...(agreements[0] === undefined ? {} : { agreement: agreements[0].entry }),
    ...(consents[0] === undefined ? {} : { consent: consents[0].entry }),
    ...(policies[0] === undefined ? {} : { policy: policies[0].entry }),
    ...(notices[0] === undefined ? {} : { notice: notices[0].entry }),
    ...(requests[0] === undefined ? {} : { redisclosure: requests[0].entry }),
    optOuts: optOuts.map(({ entry }) => entry),
    debarments: debarments.map(({ entry }) => entry),
    rights: await findRights(store, keys, body),
  }
}

/** Statements students placed with their records, by student. */
async function findStatements(
  store: Store,
  keys: LogKeys,
  students: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (students.length === 0) return new Map()
  const found = await store.find(keys, 'amendment', { students, state: 'statement_placed' })
  const byStudent = Map.groupBy(found, ({ entry }) => entry.personal?.student ?? '')
  return new Map([...byStudent].map(([student, entries]) => [student, entries.map(({ entry }) => entry.id)]))
}
