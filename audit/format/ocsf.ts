/**
 * One ledger entry as an event of OCSF 1.8.0, with the profiles `trace`, `edu/ferpa` and `edu/ledger`.
 *
 * 1.8.0 has no profile for the integrity of a record (`record_integrity` comes with 1.9), so the place in the log
 * and the leaf hash stand in `ledger_entry` of the extension.
 */
import { recordDuty } from '../../contracts/basis.ts'
import type { OcsfEvent } from '../../contracts/ocsf/classes.ts'
import { eduVersion, ocsfVersion } from '../../contracts/ocsf/objects.ts'
import { namedFacts, otherThan, type Facts, type LedgerEntry, type Personal } from './entry.ts'
import { activityOf, type OcsfActivity, type OcsfKind } from './ocsf-actions.ts'

type Profile = OcsfEvent['metadata']['profiles'][number]

/** Stands where OCSF wants somebody and the export may not or cannot say who. */
const withheld = 'withheld'

const identities = {
  account: { class_uid: 3001, class_name: 'Account Change', category_uid: 3 },
  authentication: { class_uid: 3002, class_name: 'Authentication', category_uid: 3 },
  session: { class_uid: 3003, class_name: 'Authorize Session', category_uid: 3 },
  entity: { class_uid: 3004, class_name: 'Entity Management', category_uid: 3 },
  api: { class_uid: 6003, class_name: 'API Activity', category_uid: 6 },
  datastore: { class_uid: 6005, class_name: 'Datastore Activity', category_uid: 6 },
} as const satisfies Record<OcsfKind, object>

/** Writes an entry as an OCSF event; one whose facts are no longer kept as the base event. */
export function toOcsf(entry: LedgerEntry): OcsfEvent {
  const { facts } = entry
  if (facts === undefined) return baseEvent(entry)
  const activity = activityOf(facts.action, facts.class)
  const common = commonOf(entry, facts, activity)
  const acting = actingOf(entry, facts)
  const typed = {
    activity_id: activity.id,
    type_uid: identities[activity.kind].class_uid * 100 + activity.id,
  }
  switch (activity.kind) {
    case 'account':
      return { ...identities.account, ...typed, ...common, ...acting, user: targetOf(entry.personal) }
    case 'authentication':
      return {
        ...identities.authentication,
        ...typed,
        ...common,
        ...acting,
        user: userOf(entry.personal?.actor, facts.actorRole),
        service: { name: entry.leaf.producer },
      }
    case 'session':
      return {
        ...identities.session,
        ...typed,
        ...common,
        ...acting,
        user: userOf(entry.personal?.actor, facts.actorRole),
        privileges: [facts.action],
      }
    case 'entity':
      return { ...identities.entity, ...typed, ...common, ...acting, entity: entityOf(entry, facts) }
    case 'api':
      return {
        ...identities.api,
        ...typed,
        ...common,
        ...acting,
        api: { operation: facts.action, service: { name: entry.leaf.producer } },
      }
    case 'datastore':
      return {
        ...identities.datastore,
        ...typed,
        ...common,
        ...acting,
        table: tableOf(entry, facts),
        type_id: 3,
      }
  }
}

function baseEvent(entry: LedgerEntry): OcsfEvent {
  return {
    class_uid: 0,
    class_name: 'Base Event',
    category_uid: 0,
    activity_id: 99,
    activity_name: 'Facts no longer kept',
    type_uid: 99,
    time: entry.leaf.eventTime,
    severity_id: 1,
    status_id: 0,
    status: 'Unknown',
    message: 'the facts of this entry are no longer kept',
    metadata: metadataOf(entry, 'withheld', ['edu/ledger']),
    ledger_entry: placeOf(entry),
  }
}

function commonOf(entry: LedgerEntry, facts: Facts, activity: OcsfActivity) {
  const isSuccess = facts.outcome === 'success'
  const other = otherThan(facts, namedFacts)
  const ferpa = ferpaOf(facts, entry.personal)
  const profiles: Profile[] = ['edu/ledger']
  if (facts.traceId !== undefined && activity.kind === 'api') profiles.push('trace')
  if (ferpa !== undefined) profiles.push('edu/ferpa')
  return {
    activity_name: activity.name,
    time: entry.leaf.eventTime,
    severity_id: severityOf(facts, activity),
    status_id: isSuccess ? (1 as const) : (2 as const),
    status: isSuccess ? 'Success' : 'Failure',
    message: `${facts.action} ${facts.outcome}`,
    ...(isSuccess ? {} : { status_detail: facts.reason ?? facts.outcome }),
    metadata: metadataOf(entry, facts.action, profiles),
    ledger_entry: placeOf(entry),
    ...(ferpa === undefined ? {} : { ferpa }),
    // Of the exported classes only API Activity includes the trace profile; the others carry the correlation id.
    ...(profiles.includes('trace') && facts.traceId !== undefined ? { trace: { uid: facts.traceId } } : {}),
    ...(Object.keys(other).length === 0 ? {} : { unmapped: other }),
  }
}

function severityOf(facts: Facts, activity: OcsfActivity): number {
  if (activity.severity !== undefined) return activity.severity
  if (facts.outcome === 'success') return 1
  return facts.class === 'security' ? 3 : 2
}

function metadataOf(entry: LedgerEntry, action: string, profiles: Profile[]): OcsfEvent['metadata'] {
  const { leaf, facts } = entry
  return {
    version: ocsfVersion,
    product: { name: 'Campanile', vendor_name: 'Campanile' },
    extensions: [{ name: 'edu', uid: '999', version: eduVersion }],
    profiles,
    uid: leaf.id,
    event_code: action,
    log_name: entry.origin,
    log_provider: leaf.producer,
    log_version: String(leaf.version),
    tenant_uid: entry.tenant,
    logged_time: leaf.time,
    ...(leaf.sequence === undefined ? {} : { sequence: leaf.sequence }),
    ...(facts?.traceId === undefined ? {} : { correlation_uid: facts.traceId }),
    labels: [
      ...(facts === undefined ? [] : [`class:${facts.class}`]),
      ...(leaf.synthetic === true || facts?.synthetic === true ? ['synthetic'] : []),
    ],
  }
}

function placeOf({ index, leafHash, leaf }: LedgerEntry) {
  return {
    index,
    leaf_hash: {
      algorithm: 'SHA-256' as const,
      algorithm_id: 3 as const,
      value: Buffer.from(leafHash).toString('hex'),
    },
    commitment: leaf.commitment,
  }
}

function actingOf({ leaf, personal }: LedgerEntry, facts: Facts) {
  return {
    actor: {
      app_name: leaf.producer,
      ...(personal?.actor === undefined && facts.actorRole === undefined
        ? {}
        : { user: userOf(personal?.actor, facts.actorRole) }),
    },
    src_endpoint: { svc_name: leaf.producer },
  }
}

/** OCSF user types: 0 unknown, 1 user, 2 admin, 4 service. */
function userOf(uid: string | undefined, role: Facts['actorRole']) {
  const typeId =
    role === undefined ? 0 : role === 'service' ? 4 : role === 'admin' || role === 'operator' ? 2 : 1
  return {
    ...(uid === undefined ? { name: withheld } : { uid }),
    ...(role === undefined ? {} : { type: role }),
    type_id: typeId,
  }
}

function targetOf(personal: Personal | undefined) {
  const uid = personal?.resourceId ?? personal?.subject
  return { ...(uid === undefined ? { name: withheld } : { uid }), type_id: 0 }
}

function entityOf({ personal }: LedgerEntry, facts: Facts) {
  const { resourceId } = personal ?? {}
  return {
    name: facts.resource ?? facts.action,
    type: facts.resource ?? facts.action.slice(0, facts.action.indexOf('.')),
    type_id: 99 as const,
    ...(resourceId === undefined ? {} : { uid: resourceId }),
  }
}

function tableOf({ personal }: LedgerEntry, facts: Facts) {
  const { resourceId } = personal ?? {}
  return {
    name: facts.resource ?? facts.action.slice(0, facts.action.indexOf('.')),
    ...(resourceId === undefined ? {} : { uid: resourceId }),
  }
}

function ferpaOf(facts: Facts, personal: Personal | undefined) {
  if (facts.basis === undefined) return undefined
  const duty = recordDuty(facts.basis)
  return {
    basis: facts.basis,
    record_required: duty === 'required',
    ...(duty === 'required' ? {} : { exemption: duty }),
    ...(personal?.party === undefined ? {} : { parties: [personal.party] }),
    ...(personal?.interest === undefined ? {} : { interest: personal.interest }),
    ...(personal?.subject === undefined ? {} : { student_uid: personal.subject }),
  }
}
