/** Which OCSF 1.8.0 class and activity stand for each of our actions. */
import type { AuditEvent } from '../../contracts/audit-event.ts'

/** The shapes of event an action can become. */
export type OcsfKind = 'account' | 'authentication' | 'session' | 'entity' | 'api' | 'datastore'

export interface OcsfActivity {
  readonly kind: OcsfKind
  readonly id: number
  readonly name: string
  /** OCSF severity where it is more than the outcome says: 1 informational … 4 high. */
  readonly severity?: number
}

type Action = AuditEvent['facts']['action']
type AuditClass = AuditEvent['facts']['class']

const read = { kind: 'datastore', id: 1, name: 'Read' } as const
const query = { kind: 'datastore', id: 4, name: 'Query' } as const

const activities: Readonly<Partial<Record<Action, OcsfActivity>>> = {
  'transcript.read': read,
  'transcript.denied': read,
  'record.denied': read,
  'accesses.read': query,
  'roster.read': { kind: 'datastore', id: 8, name: 'List' },
  'grade.entered': { kind: 'datastore', id: 6, name: 'Create' },
  'grade.changed': { kind: 'datastore', id: 2, name: 'Update' },
  'profile.read': read,
  'directory.searched': query,
  'user.created': { kind: 'account', id: 1, name: 'Create' },
  // The class knows no plain update and no change of role.
  'user.updated': { kind: 'account', id: 99, name: 'Update' },
  'user.deleted': { kind: 'account', id: 6, name: 'Delete' },
  'role.changed': { kind: 'account', id: 99, name: 'Role Change' },
  'booking.created': { kind: 'api', id: 1, name: 'Create' },
  'booking.cancelled': { kind: 'api', id: 4, name: 'Delete' },
  'auth.login': { kind: 'authentication', id: 1, name: 'Logon' },
  'auth.failed': { kind: 'authentication', id: 1, name: 'Logon' },
  'auth.logout': { kind: 'authentication', id: 2, name: 'Logoff' },
  'auth.token_reused': { kind: 'authentication', id: 99, name: 'Token Reuse', severity: 4 },
  'auth.token_refused': { kind: 'authentication', id: 99, name: 'Token Refusal' },
  'tenant.crossed': { kind: 'api', id: 2, name: 'Read', severity: 4 },
  // A session takes a privilege that its owner's relationship to the student does not give.
  'break_glass.read': { kind: 'session', id: 1, name: 'Assign Privileges', severity: 3 },
  // What the access came to be judged as is kept with it; the session itself is over.
  'break_glass.reviewed': { kind: 'entity', id: 3, name: 'Update' },
  'subject.erased': { kind: 'entity', id: 4, name: 'Delete' },
  'retention.applied': { kind: 'entity', id: 4, name: 'Delete' },
  'quarantine.read': { kind: 'entity', id: 2, name: 'Read' },
  'quarantine.dropped': { kind: 'entity', id: 4, name: 'Delete' },
  'ledger.reviewed': { kind: 'entity', id: 2, name: 'Read' },
  'ledger.exported': { kind: 'entity', id: 2, name: 'Read' },
  'ledger.verified': { kind: 'entity', id: 2, name: 'Read' },
  'compliance.scanned': { kind: 'entity', id: 2, name: 'Read' },
}

/** What an action becomes that has no row of its own. */
const byClass: Readonly<Record<AuditClass, OcsfKind>> = {
  disclosure: 'datastore',
  access: 'datastore',
  admin: 'entity',
  security: 'api',
}

/** Endings of actions and the activity they mean, by kind. */
const endings: Readonly<Partial<Record<OcsfKind, Readonly<Record<string, readonly [number, string]>>>>> = {
  datastore: { read: [1, 'Read'], updated: [2, 'Update'], created: [6, 'Create'], deleted: [7, 'Delete'] },
  entity: {
    created: [1, 'Create'],
    read: [2, 'Read'],
    updated: [3, 'Update'],
    deleted: [4, 'Delete'],
    enabled: [8, 'Enable'],
    disabled: [9, 'Disable'],
  },
}

/** Finds class and activity of an action; one without a row of its own takes them from its class and its ending. */
export function activityOf(action: Action, auditClass: AuditClass): OcsfActivity {
  const known = activities[action]
  if (known !== undefined) return known
  const kind = byClass[auditClass]
  const ending = action.slice(action.lastIndexOf('.') + 1)
  const [id, name] = endings[kind]?.[ending] ?? [99, ending]
  return { kind, id, name }
}
