/** Images that keep records, and where in them the records lie. */

const folders: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(postgres|postgresql|postgis|timescaledb|pgvector)$/,
    ['/var/lib/postgresql', '/var/lib/pgsql', '/bitnami/postgresql'],
  ],
  [/^(mysql|mariadb|percona)$/, ['/var/lib/mysql', '/bitnami/mysql', '/bitnami/mariadb']],
  [/^(mongo|mongodb)$/, ['/data/db', '/bitnami/mongodb']],
  [/^(cassandra|scylla)$/, ['/var/lib/cassandra', '/var/lib/scylla']],
  [/^(couchdb)$/, ['/opt/couchdb/data']],
  [/^(clickhouse-server)$/, ['/var/lib/clickhouse']],
  [/^(elasticsearch|opensearch)$/, ['/usr/share/elasticsearch/data', '/usr/share/opensearch/data']],
]

function nameOf(image: string): string {
  const path = (image.split('@')[0] ?? '').replace(/:[\w][\w.-]*$/, '')
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase()
}

/** True for an image of a database; a cache may lose what it holds. */
export function isDatabaseImage(image: string): boolean {
  return folders.some(([pattern]) => pattern.test(nameOf(image)))
}

/** Lists the folders in which an image keeps its data. */
export function dataOf(image: string): readonly string[] {
  return folders.find(([pattern]) => pattern.test(nameOf(image)))?.[1] ?? []
}
