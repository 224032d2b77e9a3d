/** A streaming replica of a test server, made as an operator makes one. */
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { databaseAccount } from '../../compose/local/postgres/account.ts'
import { findSystemPostgres } from '../../compose/local/postgres/binaries.ts'
import { makeOwned } from '../../compose/local/postgres/cluster.ts'
import { awaitServer, serverArguments, withClient } from '../../compose/local/postgres/server.ts'
import { eventually } from './poll.ts'
import { spawnServer, stopper } from './postgres.ts'

export interface Replica {
  /** Connection string of the superuser to the same database. */
  readonly url: string
  readonly dataDirectory: string
  /** Waits until everything that the first server has written so far can be read here. */
  readonly catchUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Copies a running server and follows it.
 *
 * @param primaryUrl connection string of the superuser
 */
export async function startReplica(primaryUrl: string): Promise<Replica> {
  const binaries = findSystemPostgres(process.env['PATH'] ?? '')
  if (binaries === undefined) throw new Error('found no PostgreSQL 15 or later: apt-get install postgresql')
  const account = databaseAccount()
  const folder = mkdtempSync(join(tmpdir(), 'campanile-pg-replica-'))
  chmodSync(folder, 0o711)
  const dataDirectory = join(folder, 'data')
  const socketDirectory = join(folder, 'socket')
  await makeOwned(dataDirectory, account)
  await makeOwned(socketDirectory, account)
  chmodSync(socketDirectory, 0o711)
  const copy = ['--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast', '--no-sync']
  await promisify(execFile)(
    join(dirname(binaries.postgres), 'pg_basebackup'),
    [`--pgdata=${dataDirectory}`, `--dbname=${primaryUrl}`, ...copy],
    { cwd: '/', ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }) },
  )
  const child = spawnServer(binaries, serverArguments({ dataDirectory, socketDirectory, durable: false }), {
    logFile: join(folder, 'postgres.log'),
    account,
  })
  const stop = stopper(() => child, folder)
  const url = withSocket(primaryUrl, socketDirectory)
  const hasDied = () => child.exitCode !== null || child.signalCode !== null
  await awaitServer(url, { deadlineMillis: 120_000, hasDied })
  const catchUp = async () => {
    const lsn = await ask<string>(primaryUrl, 'select pg_current_wal_lsn()::text as answer')
    await eventually('the replica has caught up', () =>
      ask<boolean>(url, `select pg_last_wal_replay_lsn() >= '${lsn}'::pg_lsn as answer`),
    )
  }
  return { url, dataDirectory, catchUp, stop }
}

function withSocket(address: string, socketDirectory: string): string {
  const url = new URL(address)
  url.searchParams.set('host', socketDirectory)
  return url.href
}

function ask<T>(url: string, text: string): Promise<T> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ answer: T }>(text)
    if (rows[0] === undefined) throw new Error(`found no row: ${text}`)
    return rows[0].answer
  })
}
