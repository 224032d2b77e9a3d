/** Where every tenant has a database, nobody connects to it but the roles of that tenant, and it has an owner of its own. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofKind } from '../read/of-kind.ts'
import { oncePerScan } from '../read/once.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'CONNECT is revoked from PUBLIC and every database of a tenant has an owner of its own',
  'REVOKE CONNECT ON DATABASE tenant_a FROM PUBLIC; ALTER DATABASE tenant_a OWNER TO tenant_a_owner',
)

const example = (publicConnects: boolean) =>
  ({
    kind: 'postgres',
    type: 'database',
    attributes: {
      name: 'tenant_north',
      owner: 'tenant_north_owner',
      is_tenants: true,
      public_connects: publicConnects,
      connecting: ['tenant_north_app'],
    },
  }) as const

const isDatabase = ({ kind, type }: Resource) => kind === 'postgres' && type === 'database'

export const control: Control = {
  id: 'TEN-05',
  sources: ['postgres'],
  page: {
    why: 'PostgreSQL lets everybody connect to every database until somebody revokes it: the wall between two tenants is then only as high as the grants inside.',
    good: [example(false)],
    bad: [example(true)],
  },
  applies: isDatabase,
  check: judgeDatabase,
}

/** Databases of tenants by server and owner. */
const databasesByOwner = oncePerScan((evidence) =>
  Map.groupBy(
    ofKind(evidence, 'postgres', 'database').filter((each) => knownValueOf(each, 'is_tenants') === true),
    ownerKey,
  ),
)

function ownerKey(database: Resource): string {
  return `${database.position.file}\n${textOf(knownValueOf(database, 'owner'))}`
}

function judgeDatabase(database: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const isTenants = attributeOf(database, 'is_tenants')
  if (isTenants?.known !== true) return judge.unknown(isTenants?.why ?? 'nobody told whose it is')
  if (isTenants.value !== true) return judge.notApplicable('its name is none of a tenant')
  const open = attributeOf(database, 'public_connects')
  if (open?.known !== true) return judge.unknown(`its rights ${open?.why ?? 'were not told'}`)
  const owner = textOf(knownValueOf(database, 'owner'))
  const shared = databasesByOwner(evidence)
    .get(ownerKey(database))
    ?.find((each) => each !== database)
  return [
    open.value === true
      ? { ...judge.fail('PUBLIC may connect'), part: 'connect' }
      : { ...judge.pass('PUBLIC may not connect'), part: 'connect' },
    owner !== '' && shared === undefined
      ? { ...judge.pass(`${owner} owns no other database of a tenant`), part: 'owner' }
      : { ...judge.fail(`${owner} also owns ${shared?.name ?? 'nothing that was told'}`), part: 'owner' },
  ]
}
