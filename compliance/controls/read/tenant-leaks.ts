/** Ways around row-level security, told from what the probe of a database found: the kinds of leak this house knows. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { divides, every, some, type Division } from './tenant-policy.ts'

/** What one application role may do with one relation that holds rows of several tenants. */
export function isTenantRelation({ kind, type }: Resource): boolean {
  return kind === 'postgres' && type === 'tenant_relation'
}

/** An application role. */
export function isTenantRole({ kind, type }: Resource): boolean {
  return kind === 'postgres' && type === 'tenant_role'
}

export interface Leaks {
  /** What lets rows of other tenants through, each with what it is. */
  readonly found: readonly string[]
  /** What could not be told. */
  readonly unclear: readonly string[]
}

/** Tells what lets a role past the tenants of a relation. */
export function leaksOfRelation(relation: Resource): Leaks {
  const of = (name: string) => knownValueOf(relation, name)
  const rights = listOf(relation, 'rights')
  const kind = textOf(of('kind'))
  const seen = seenRows(relation, rights)
  if (kind === 'm' || kind === 'f') {
    const name = kind === 'm' ? 'materialized_view' : 'foreign_table'
    return { found: [`${name}: it knows no row-level security`, ...seen.found], unclear: seen.unclear }
  }
  if (kind === 'v') {
    const isAround =
      of('security_invoker') !== true && of('owner_bypasses') === true && of('reads_setting') !== true
    const found = isAround ? ['view: it shows what its owner sees, and nothing binds its owner'] : []
    return { found: [...found, ...seen.found], unclear: seen.unclear }
  }
  const policies = leaksOfPolicies(relation, rights)
  return {
    found: [...besidePolicies(relation, rights), ...policies.found, ...seen.found],
    unclear: [...policies.unclear, ...seen.unclear],
  }
}

function besidePolicies(relation: Resource, rights: readonly string[]): string[] {
  const of = (name: string) => knownValueOf(relation, name)
  const bypass = of('bypass')
  const sequences = listOf(relation, 'open_sequences')
  return [
    ...(of('row_security') === true ? [] : ['no_row_security: it is off']),
    ...(typeof bypass === 'string' ? [`bypass: ${bypass}`] : []),
    ...(rights.includes('TRUNCATE') ? ['truncate: it takes the rows of all tenants away'] : []),
    ...(rights.includes('INSERT') && of('has_constant_default') === true
      ? ['default: rows without a tenant become those of one tenant']
      : []),
    ...sequences.map((name) => `sequence: ${name} tells how much other tenants write`),
    ...(of('published_whole') === true && of('replication') === true
      ? ['publication: the role may stream it whole']
      : []),
  ]
}

function leaksOfPolicies(relation: Resource, rights: readonly string[]): Leaks {
  // Where nothing binds the role the policies say nothing.
  if (knownValueOf(relation, 'row_security') !== true) return { found: [], unclear: [] }
  const found: string[] = []
  const unclear: string[] = []
  const note = (division: Division, leak: string) => {
    if (division === 'no') found.push(leak)
    if (division === 'unclear')
      unclear.push(`${leak.split(':')[0] ?? ''}: a policy asks something nobody looked into`)
  }
  const policies = childrenOf(relation, 'policy')
  const commands = ['SELECT', 'UPDATE', 'DELETE'].filter((right) => rights.includes(right))
  for (const command of commands) {
    const leak = command === 'SELECT' ? 'rows' : command.toLowerCase()
    note(
      divisionOf(relation, { policies, command, side: 'using' }),
      `${leak}: the policies for ${command} do not divide by tenant`,
    )
  }
  for (const command of ['INSERT', 'UPDATE'].filter((right) => rights.includes(right))) {
    const leak = `check: the policies for ${command} let rows of other tenants be written`
    note(divisionOf(relation, { policies, command, side: 'with_check' }), leak)
  }
  return { found, unclear }
}

export interface Asked {
  /** Paths of the policies that hold for whoever asks. */
  readonly policies: readonly string[]
  readonly command: string
  readonly side: 'using' | 'with_check'
}

/**
 * Tells whether policies divide by tenant: permissive ones open, each by itself; restrictive ones close, each by
 * itself; without any nothing is open.
 */
export function divisionOf(table: Resource, { policies, command, side }: Asked): Division {
  const mine = policies.filter((path) =>
    ['ALL', command].includes(textOf(knownValueOf(table, `${path}.command`))),
  )
  const divisions = (isOpening: boolean) =>
    mine
      .filter((path) => isPermissive(knownValueOf(table, `${path}.permissive`)) === isOpening)
      .map((path) => divisionBy(table, path, side))
  return some([every(divisions(true)), ...divisions(false)])
}

function isPermissive(value: unknown): boolean {
  return value === true || value === 'PERMISSIVE'
}

/** Without WITH CHECK, what may be seen may be written; a policy for INSERT has no USING. */
function divisionBy(relation: Resource, path: string, side: 'using' | 'with_check'): Division {
  const of = (name: string) => knownValueOf(relation, `${path}.${name}`)
  const expression = (side === 'with_check' ? of('with_check') : undefined) ?? of('using')
  return typeof expression === 'string' ? divides(expression) : 'no'
}

function seenRows(relation: Resource, rights: readonly string[]): Leaks {
  if (!rights.includes('SELECT')) return { found: [], unclear: [] }
  const found: string[] = []
  const unclear: string[] = []
  const words = {
    unset: 'while no tenant is set',
    empty: 'while the tenant is empty',
    nobody: 'for a tenant that nobody is',
  }
  for (const [state, when] of Object.entries(words)) {
    const seen = attributeOf(relation, `seen.${state}`)
    if (seen?.known !== true) unclear.push(`seen: ${seen?.why ?? 'was not asked'}`)
    else if (seen.value === true) found.push(`seen: it shows rows ${when}`)
  }
  return { found, unclear: [...new Set(unclear)] }
}

/** Tells what of a role itself leads past the tenants. */
export function leaksOfRole(role: Resource): Leaks {
  const of = (name: string) => knownValueOf(role, name)
  const around = childrenOf(role, 'around').map(
    (path) => `definer: ${textOf(knownValueOf(role, `${path}.name`))} shows rows as somebody nothing binds`,
  )
  const objects = Number(of('large_objects') ?? 0)
  return {
    found: [
      ...(of('bypass_rls') === true ? ['bypass: the role has BYPASSRLS'] : []),
      ...listOf(role, 'may_become').map((name) => `become: it may become ${name}, whom nothing binds`),
      ...listOf(role, 'settings').map((name) => `setting: ${name} is set for every session of it`),
      ...listOf(role, 'outlives').map(
        (name) => `session: ${name} sets the tenant for longer than a transaction`,
      ),
      ...around,
      ...(objects > 0 ? [`large_object: it reads ${objects} large objects, which know no tenant`] : []),
    ],
    unclear: [],
  }
}

function listOf(resource: Resource, path: string): readonly string[] {
  const value = knownValueOf(resource, path)
  return Array.isArray(value) ? value.map(textOf) : []
}
