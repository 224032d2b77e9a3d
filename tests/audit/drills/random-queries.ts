/** Queries of all shapes over the tables of the ledger; each answers with the tenants of the rows it was made of. */
import type { TenantTable } from './two-tenants.ts'

export interface RandomQuery {
  readonly sql: string
  readonly params: readonly unknown[]
}

/** Makes a query; every column of its rows is a tenant, a number of other rows, or null. */
export function randomQuery(tables: readonly TenantTable[], random: () => number): RandomQuery {
  const below = (count: number) => Math.floor(random() * count)
  const table = () => (tables[below(tables.length)] ?? { name: '', columns: [] }).name
  const [a, b] = [table(), table()]
  const shapes: readonly (() => RandomQuery)[] = [
    () => ({ sql: `select tenant from ${a} order by random() limit ${1 + below(20)}`, params: [] }),
    () => ({ sql: `select x.tenant, y.tenant as other from ${a} x cross join ${b} y limit 50`, params: [] }),
    () => ({ sql: `select x.tenant, y.tenant as other from ${a} x full join ${b} y on false`, params: [] }),
    () => ({ sql: `select tenant from ${a} where tenant = $1`, params: [foreign(below)] }),
    () => ({ sql: `select tenant from ${a} where tenant <> $1`, params: [foreign(below)] }),
    () => ({ sql: `select tenant from ${a} where tenant like $1`, params: ['%'] }),
    () => ({ sql: `select tenant, count(*) as n from ${a} group by tenant`, params: [] }),
    () => ({ sql: `select min(tenant) as tenant, max(tenant) as other from ${a}`, params: [] }),
    () => ({ sql: `select tenant from ${a} union all select tenant from ${b}`, params: [] }),
    () => ({ sql: `select tenant from ${a} except select 'nobody'`, params: [] }),
    () => ({
      sql: `with recursive w as (select tenant, 1 as n from ${a} union select y.tenant, n + 1 from ${b} y, w
        where n < 3) select tenant from w`,
      params: [],
    }),
    () => ({
      sql: `select (select y.tenant from ${b} y order by random() limit 1) as tenant from ${a} limit 5`,
      params: [],
    }),
    () => ({
      sql: `select x.tenant, z.tenant as other from ${a} x cross join lateral
        (select tenant from ${b} y where y.tenant >= x.tenant limit 3) z`,
      params: [],
    }),
    () => ({ sql: `select to_jsonb(x) ->> 'tenant' as tenant from ${a} x`, params: [] }),
    () => ({ sql: `select tenant, 1 / (random() * 2)::int as n from ${a}`, params: [] }),
    () => ({ sql: `select tenant from ${a} for share`, params: [] }),
  ]
  const shape = shapes[below(shapes.length)]
  return shape === undefined ? { sql: 'select', params: [] } : shape()
}

function foreign(below: (count: number) => number): string {
  return ['university_a', 'university_b', '', `' or ''='`][below(4)] ?? ''
}
