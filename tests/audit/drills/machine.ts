/**
 * A machine with everything an event passes: a service with a spool, senders without one, the ledger and a PostgreSQL
 * that syncs. Each of them can be killed at any moment and is started again, as a supervisor would.
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { systemCodeOf } from '../../../lib/errors.ts'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'
import { launchLedger, makeHome, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import type { SpoolMessage } from '../../sdk/spool/spool-message.ts'

const spoolScript = new URL('../../sdk/fixtures/spool-process.ts', import.meta.url).pathname
export const spoolTenants = ['tenant_0', 'tenant_1', 'tenant_2'] as const

/** What is killed, and for the last two when: in the middle of a write of that folder. */
export const victims = ['ledger', 'service', 'postmaster', 'backend', 'tiles', 'checkpoints'] as const
export type Victim = (typeof victims)[number]

const folders: Partial<Record<Victim, string>> = {
  tiles: 'ledger/tiles',
  checkpoints: 'keystore/checkpoints/v2',
}

export interface MachineOptions {
  /** In [0, 1). */
  readonly random: () => number
  /** Pause of the service between two bursts of events, in milliseconds. */
  readonly restMillis: number
}

export class Machine {
  readonly postgres: TestPostgres
  readonly home: LedgerHome
  /** Ids of events the spool has acknowledged. */
  readonly acknowledged = new Set<string>()
  readonly #options: MachineOptions
  readonly #port: number
  readonly #token: string
  #ledger: LedgerProcess | undefined
  #service: ChildProcess | undefined
  /** What the ledgers that are gone have written. */
  #output = ''

  private constructor(options: MachineOptions, postgres: TestPostgres, home: LedgerHome, port: number) {
    this.#options = options
    this.postgres = postgres
    this.home = home
    this.#port = port
    this.#token = acceptService(home)
  }

  static async start(options: MachineOptions): Promise<Machine> {
    const postgres = await startPostgres({ durable: true })
    const machine = new Machine(options, postgres, await makeHome(postgres), await freePort())
    await machine.revive()
    return machine
  }

  get ledger(): LedgerProcess {
    if (this.#ledger === undefined) throw new Error('the ledger was not started')
    return this.#ledger
  }

  /** Everything the ledgers have written. */
  get output(): string {
    return this.#output + (this.#ledger?.output() ?? '')
  }

  /** Starts whatever does not run, until the ledger says that it is well. */
  async revive(): Promise<void> {
    await eventually(
      'the ledger is well',
      async () => {
        if (this.#ledger === undefined || hasEnded(this.#ledger.child)) await this.#startLedger()
        return (await fetch(`${this.ledger.url}/health`, { signal: AbortSignal.timeout(60_000) })).ok
      },
      { everyMillis: 50 },
    ).catch((cause: unknown) => {
      throw new Error(`the ledger does not come back: ${this.output.slice(-4_000)}`, { cause })
    })
    await eventually('the service runs', async () => {
      if (this.#service === undefined || hasEnded(this.#service)) await this.#startService()
      return this.#service !== undefined && !hasEnded(this.#service)
    })
  }

  /** Kills with SIGKILL and resolves once the victim is gone; PostgreSQL is back by then. */
  async kill(victim: Victim): Promise<void> {
    const folder = folders[victim]
    if (folder !== undefined) await this.#awaitWrite(join(this.home.folder, folder))
    if (victim === 'postmaster') await this.postgres.crash()
    else if (victim === 'backend') await this.#killBackend()
    else if (victim === 'service') await end(this.#service)
    else await this.ledger.stop('SIGKILL')
  }

  /** Takes all room from whoever writes files there, or gives it back: a limit that the kernel enforces. */
  setRoom(whose: 'ledger' | 'service' | 'database', isThere: boolean): void {
    const root = { ledger: this.ledger.child.pid, service: this.#service?.pid, database: this.postgres.pid() }
    const pid = root[whose] ?? 0
    for (const each of whose === 'database' ? [...childrenOf(pid), pid] : [pid]) {
      const limit = `--fsize=${isThere ? 'unlimited' : '0'}:unlimited`
      try {
        // As the account it runs under: nobody else may, not even root in a container.
        const { uid, gid } = statSync(`/proc/${each}`)
        execFileSync('prlimit', ['--pid', String(each), limit], { stdio: 'ignore', uid, gid })
      } catch {
        // It has ended meanwhile: a database without room does.
      }
    }
  }

  /** Ends the service; what it acknowledged is on its disk. */
  stopService(): Promise<void> {
    return end(this.#service)
  }

  /** Asks the database as its superuser. */
  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({
      connectionString: this.home.database.url('superuser'),
      connectionTimeoutMillis: 60_000,
      query_timeout: 60_000,
    })
    // The server is killed under it; whoever waits for an answer hears of it.
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<Row>(text, [...values])).rows
    } finally {
      await client.end()
    }
  }

  async stop(): Promise<void> {
    await this.stopService()
    await this.#ledger?.stop('SIGKILL')
    // Its database goes with its server, which may be down: what failed before that is what is to be told.
    rmSync(this.home.folder, { recursive: true, force: true })
    await this.postgres.stop()
  }

  async #startLedger(): Promise<void> {
    await this.#ledger?.ended()
    this.#output += this.#ledger?.output() ?? ''
    const variables = {
      CAMPANILE_PORT_LEDGER: String(this.#port),
      CAMPANILE_SELF_CHECK_MILLIS: '500',
    }
    const launched = await launchLedger(this.home, { variables })
    this.#ledger = { ...launched, port: this.#port, url: `http://127.0.0.1:${this.#port}` }
  }

  async #startService(): Promise<void> {
    const folder = join(this.home.folder, 'spool')
    const url = `http://127.0.0.1:${this.#port}`
    const rest = String(this.#options.restMillis)
    const child = fork(spoolScript, [folder, url, this.#token, String(spoolTenants.length), rest])
    child.on('message', (message: SpoolMessage) => {
      if (message.kind === 'recorded') this.acknowledged.add(message.id)
    })
    this.#service = child
    // One that ends instead is started again by whoever asks next.
    await Promise.race([once(child, 'message'), once(child, 'exit')])
  }

  async #killBackend(): Promise<void> {
    const rows = await this.query<{ pid: number }>(
      "select pid from pg_stat_activity where usename = 'ledger_append' order by pid",
    )
    const at = Math.floor(this.#options.random() * rows.length)
    const { pid } = rows[at] ?? { pid: 0 }
    if (pid > 0) killProcess(pid)
    // The server throws everybody out and recovers.
    await eventually('PostgreSQL answers', () => this.query('select').then(() => true))
  }

  /** Waits until something is written in a folder, some random writes from now, or nobody writes there any more. */
  async #awaitWrite(folder: string): Promise<void> {
    const { child } = this.ledger
    let left = 1 + Math.floor(this.#options.random() * 12)
    await eventually('the folder is there', () => hasEnded(child) || existsSync(folder))
    // A ledger that lost its database ends by itself, and nobody starts it again before it is killed.
    if (hasEnded(child)) return
    const watcher = watch(folder, { recursive: true })
    // Of a folder that went away while it was looked at.
    watcher.on('error', () => undefined)
    try {
      await new Promise<void>((resolve) => {
        watcher.on('change', () => {
          if (--left === 0) resolve()
        })
        child.once('exit', () => resolve())
      })
    } finally {
      watcher.close()
    }
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Kills a process, unless it has ended meanwhile. */
function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error
  }
}

/** Lists the processes a process has begun; none once it has ended. */
function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return children === '' ? [] : children.split(' ').map(Number)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ESRCH') return []
    throw error
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || hasEnded(child)) return
  // After it exited and its channel is read to the end.
  const gone = Promise.all([once(child, 'exit'), once(child, 'close')])
  child.kill('SIGKILL')
  await gone
}

/** Accepts the service that has a spool at the door of a ledger that is still to be started. */
function acceptService({ folder }: LedgerHome): string {
  const token = randomBytes(24).toString('base64url')
  const path = join(folder, 'accepted.json')
  const accepted = JSON.parse(readFileSync(path, 'utf8')) as object[]
  const sha256 = createHash('sha256').update(token).digest('hex')
  const service = { name: 'compliance', sha256, scopes: ['events:write'], tenants: ['*'] }
  writeFileSync(path, JSON.stringify([...accepted, service]))
  return token
}
