/** The events of the record: one for each student of a disclosure or request, one for each change of a register. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { AccessRequestBody, CommandBody, DisclosureBody } from '../../contracts/record.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import type { LogKeys } from '../store/log-keys.ts'
import { derivedId } from '../store/record/register-tokens.ts'
import { classOf } from './rules/check-record.ts'
import type { RegisterEntry } from './rules/register-entry.ts'

type Facts = AuditEvent['facts']
type Personal = NonNullable<AuditEvent['personal']>

interface Said {
  readonly keys: LogKeys
  readonly time: string
  readonly facts: Facts
  readonly personal: Personal
  /** What the event's id follows from, beside its tenant. */
  readonly source: object
}

function eventOf({ keys, time, facts, personal, source }: Said): AuditEvent {
  const { tenant } = keys
  return {
    id: derivedId(keys, canonicalJson({ tenant, ...source })),
    tenant,
    producer: 'ledger',
    time,
    facts,
    personal,
  }
}

const labelled = ({ synthetic }: { readonly synthetic?: boolean }) =>
  synthetic === true ? { synthetic: true } : {}

/**
 * Makes the events of a disclosure, in the order of its students. Each is sealed under its own student's key and
 * names no other student.
 *
 * @param statementsOf ids of the statements a student placed with the record
 */
export function disclosureEvents(
  keys: LogKeys,
  body: DisclosureBody,
  statementsOf: ReadonlyMap<string, readonly string[]>,
): AuditEvent[] {
  const { id, time, actor, basis, students, redisclosure } = body
  const action = redisclosure === undefined ? 'record.disclosed' : 'record.redisclosed'
  const facts: Facts = {
    ...body.facts,
    class: classOf(basis),
    action,
    outcome: 'success',
    basis,
    ...labelled(body),
  }
  const make = (student: string | undefined) => {
    const statements = student === undefined ? undefined : statementsOf.get(student)
    return eventOf({
      keys,
      time,
      facts,
      personal: {
        ...body.personal,
        actor,
        disclosure: id,
        ...(student === undefined ? {} : { subject: student }),
        ...(redisclosure === undefined ? {} : { resourceId: redisclosure }),
        ...(statements === undefined ? {} : { statements: [...statements] }),
        ...inWords(body.personal.parties),
      },
      source: { disclosure: id, ...(student === undefined ? {} : { student }) },
    })
  }
  return students.length === 0 ? [make(undefined)] : students.map(make)
}

/** Makes the events of a request for access, in the order of its students. */
export function requestEvents(keys: LogKeys, body: AccessRequestBody): AuditEvent[] {
  const { id, time, actor, basis, students, decision, reason, recordKinds, parties } = body
  const facts: Facts = {
    class: classOf(basis),
    action: decision === 'refused' ? 'record.refused' : 'record.requested',
    outcome: decision === 'refused' ? 'denied' : 'success',
    ...(basis === undefined ? {} : { basis }),
    ...(reason === undefined ? {} : { reason }),
    ...(recordKinds === undefined ? {} : { recordKinds }),
    ...labelled(body),
  }
  return students.map((student) =>
    eventOf({
      keys,
      time,
      facts,
      personal: { actor, subject: student, disclosure: id, parties, ...inWords(parties) },
      source: { request: id, decision, student },
    }),
  )
}

/** Whoever reads only the one party and interest every event may have finds the first of them there. */
function inWords(parties: Personal['parties']): Pick<Personal, 'party' | 'interest'> {
  const [first] = parties ?? []
  return first === undefined ? {} : { party: first.name, interest: first.interest }
}

/** Who did something to a register, when, and what they said of it. */
export type Deed = Pick<CommandBody, 'time' | 'actor'> & Partial<CommandBody>

/** Makes the event of an entry that was opened or changed; its id follows from the whole command. */
export function registerEvent(
  keys: LogKeys,
  entry: RegisterEntry,
  { deed, command }: { readonly deed: Deed; readonly command: object },
): AuditEvent {
  const { id, register, state, revision, facts, personal } = entry
  const { student, heldActor, eighteenOn, postsecondaryFrom, ...said } = personal ?? {}
  const { reason, hearingNotice, impartialOfficer, count } = deed
  return eventOf({
    keys,
    time: deed.time,
    facts: {
      class: 'admin',
      action: revision === 1 ? 'register.opened' : 'register.changed',
      outcome: 'success',
      register,
      state,
      ...(reason === undefined ? {} : { reason }),
      ...labelled(deed),
    },
    personal: {
      ...said,
      actor: deed.actor,
      resourceId: id,
      ...(student === undefined ? {} : { subject: student }),
      details: canonicalJson({
        facts,
        heldActor,
        eighteenOn,
        postsecondaryFrom,
        hearingNotice,
        impartialOfficer,
        count,
      }),
    },
    source: { register, id, revision, command },
  })
}

/** Makes the event that somebody looked at a register; every view is one of its own. */
export function viewEvent(
  tenant: string,
  register: string,
  { deed, id, student }: { readonly deed: Deed; readonly id?: string; readonly student?: string },
): AuditEvent {
  return {
    id: uuid7(),
    tenant,
    producer: 'ledger',
    time: deed.time,
    facts: { class: 'admin', action: 'register.read', outcome: 'success', register },
    personal: {
      actor: deed.actor,
      ...(id === undefined ? {} : { resourceId: id }),
      ...(student === undefined ? {} : { subject: student }),
    },
  }
}
