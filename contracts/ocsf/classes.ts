/**
 * The OCSF 1.8.0 event classes the ledger exports, each a closed JSON Schema (2020-12) with the attributes the
 * ledger writes. An entry whose facts are no longer kept is the base event: what it was cannot be said.
 */
import Type, { type Static, type TProperties } from 'typebox'
import {
  atLeastOne,
  EduFerpa,
  EduLedgerEntry,
  OcsfActor,
  OcsfApi,
  OcsfEndpoint,
  OcsfEntity,
  OcsfMetadata,
  OcsfService,
  OcsfTable,
  OcsfTrace,
  OcsfUser,
} from './objects.ts'

const text = () => Type.String({ minLength: 1 })

/** What every class carries. */
const common = {
  metadata: OcsfMetadata,
  /** When it happened by the producer's clock, milliseconds since the epoch. */
  time: Type.Integer(),
  severity_id: Type.Integer({ minimum: 1, maximum: 5 }),
  activity_name: text(),
  message: text(),
  status_id: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]),
  status: text(),
  status_detail: Type.Optional(text()),
  trace: Type.Optional(OcsfTrace),
  /** Facts that have no place of their own. */
  unmapped: Type.Optional(Type.Object({})),
  ferpa: Type.Optional(EduFerpa),
  ledger_entry: EduLedgerEntry,
}

interface ClassIdentity<N extends string, U extends number, C extends number> {
  readonly name: N
  readonly uid: U
  readonly category: C
  /** Activities that occur, of those the class knows. */
  readonly activities: readonly number[]
}

function eventClass<N extends string, U extends number, C extends number, P extends TProperties>(
  { name, uid, category, activities }: ClassIdentity<N, U, C>,
  own: P,
  constraint: object = {},
) {
  return Type.Object(
    {
      class_uid: Type.Literal(uid),
      class_name: Type.Literal(name),
      category_uid: Type.Literal(category),
      activity_id: Type.Unsafe<number>({ type: 'integer', enum: [...activities] }),
      // OCSF: class_uid * 100 + activity_id
      type_uid: Type.Unsafe<number>({ type: 'integer', enum: activities.map((id) => uid * 100 + id) }),
      ...common,
      ...own,
    },
    { additionalProperties: false, ...constraint },
  )
}

const acting = { actor: OcsfActor, src_endpoint: OcsfEndpoint }

const BaseEvent = eventClass({ name: 'Base Event', uid: 0, category: 0, activities: [99] }, {})

const AccountChange = eventClass(
  { name: 'Account Change', uid: 3001, category: 3, activities: [1, 6, 99] },
  { ...acting, user: OcsfUser },
)

const Authentication = eventClass(
  { name: 'Authentication', uid: 3002, category: 3, activities: [1, 2, 99] },
  { ...acting, user: OcsfUser, service: OcsfService },
  atLeastOne('service', 'dst_endpoint'),
)

const AuthorizeSession = eventClass(
  { name: 'Authorize Session', uid: 3003, category: 3, activities: [1] },
  { ...acting, user: OcsfUser, privileges: Type.Array(text(), { minItems: 1 }) },
)

const EntityManagement = eventClass(
  { name: 'Entity Management', uid: 3004, category: 3, activities: [1, 2, 3, 4, 8, 9, 99] },
  { ...acting, entity: OcsfEntity },
)

const ApiActivity = eventClass(
  { name: 'API Activity', uid: 6003, category: 6, activities: [1, 2, 3, 4, 99] },
  { ...acting, api: OcsfApi },
)

const DatastoreActivity = eventClass(
  { name: 'Datastore Activity', uid: 6005, category: 6, activities: [1, 2, 4, 6, 7, 8, 99] },
  { ...acting, table: OcsfTable, type_id: Type.Literal(3) },
  atLeastOne('table', 'database', 'databucket'),
)

/** Every class, base event first. */
export const ocsfClasses = [
  BaseEvent,
  AccountChange,
  Authentication,
  AuthorizeSession,
  EntityManagement,
  ApiActivity,
  DatastoreActivity,
] as const

export type OcsfEvent = Static<(typeof ocsfClasses)[number]>
