/** Tells errors of a database that cannot be asked from those of what it was asked. */

const codes: ReadonlySet<unknown> = new Set([
  'SDK_DATABASE_UNREACHABLE',
  'SDK_DATABASE_POOL_EXHAUSTED',
  'SDK_DATABASE_TIMEOUT',
])

/** Tells whether the same may succeed once the database is back. */
export function isDatabaseAway(error: unknown): boolean {
  return codes.has((error as { code?: unknown } | null)?.code)
}
