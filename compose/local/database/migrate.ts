/** Brings a database forward: every migration once, in order, each in its own transaction, never backwards. */
import type pg from 'pg'
import { messageOf } from '../../../lib/errors.ts'
import { LocalError } from '../errors.ts'
import type { Migration } from './migrations.ts'
import { statement } from './sql.ts'

/** Schemas that exist before the first migration, each owned by `campanile_owner`; the first holds the record. */
const schemas = [
  'campanile',
  'outbox',
  'users',
  'academics',
  'booking',
  'gateway',
  'ledger',
  'compliance',
] as const

export interface AppliedMigration {
  readonly room: string
  readonly name: string
  readonly sha256: string
}

/**
 * Applies the migrations that are not recorded yet, as `campanile_owner`.
 *
 * @param client connected as a superuser or as a member of `campanile_owner`, after `grantDatabase`
 * @returns those it applied
 * @throws LocalError MIGRATION_CHANGED, MIGRATION_MISSING or MIGRATION_OUT_OF_ORDER before anything is applied;
 *   MIGRATION_FAILED with the ones before it kept
 */
export async function migrate(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  await client.query(statement('lock-migrations'))
  try {
    await asOwner(client, async () => {
      for (const schema of schemas) await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
      await client.query(statement('create-record'))
    })
    const applied = await asOwner(client, () => readApplied(client))
    const pending = pendingMigrations(migrations, applied)
    for (const migration of pending) await applyMigration(client, migration)
    return pending
  } finally {
    await client.query(statement('unlock-migrations'))
  }
}

/**
 * Tells which migrations are still to run.
 *
 * @throws LocalError when the record and the files contradict each other
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  for (const record of applied) refuseContradiction(migrations, record)
  const pending = migrations.filter(({ room, name }) => !applied.some(isOf(room, name)))
  for (const { room, name } of pending) {
    const later = applied.find((record) => record.room === room && record.name > name)
    if (later !== undefined) {
      throw new LocalError(
        'MIGRATION_OUT_OF_ORDER',
        `${room}: found new ${name}, expected a number after ${later.name}, which has already run`,
      )
    }
  }
  return pending
}

function refuseContradiction(
  migrations: readonly Migration[],
  { room, name, sha256 }: AppliedMigration,
): void {
  const file = migrations.find(isOf(room, name))
  if (file === undefined) {
    throw new LocalError(
      'MIGRATION_MISSING',
      `${room}: the database has run ${name}, expected that file here: is this checkout older than the data?`,
    )
  }
  if (file.sha256 !== sha256) {
    throw new LocalError(
      'MIGRATION_CHANGED',
      `${room}: ${name} was changed after it had run, expected sha-256 ${sha256}, found ${file.sha256}`,
    )
  }
}

function isOf(room: string, name: string) {
  return (candidate: { readonly room: string; readonly name: string }) =>
    candidate.room === room && candidate.name === name
}

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(statement('applied-migrations'))
  return rows
}

async function applyMigration(client: pg.Client, { room, name, sha256, sql }: Migration): Promise<void> {
  try {
    await asOwner(client, async () => {
      await client.query(sql)
      await client.query(statement('record-migration'), [room, name, sha256])
    })
  } catch (cause) {
    throw new LocalError('MIGRATION_FAILED', `${room}: ${name}: ${messageOf(cause)}`, { cause })
  }
}

async function asOwner<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    await client.query('SET LOCAL ROLE campanile_owner')
    const result = await work()
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}
