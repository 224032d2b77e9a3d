/**
 * A PostgreSQL pool with a client span per statement and the tenant of a transaction. A connection goes back
 * clean: whatever the code set in its session is reset in the same round trip that ends the transaction.
 */
import pg from 'pg'
import { SdkError } from './errors.ts'
import { addPoolGauge } from './pool-gauge.ts'
import { toDatabaseError } from './pg-error.ts'
import type { QueryTracer } from './query-span.ts'
import { tenantPattern, type Service } from '../contracts/services.ts'
import type { Instruments } from './metrics/instruments.ts'

export type Row = Readonly<Record<string, unknown>>

/** One transaction; use it only inside the function it was given to. */
export interface Transaction {
  /** Runs one parameterised statement and gives its rows. */
  readonly query: <R extends object = Row>(sql: string, params?: readonly unknown[]) => Promise<R[]>
}

export interface Pool extends Transaction {
  /**
   * Runs `work` in a transaction whose `app.tenant` is `tenant`; commits when it resolves.
   *
   * @throws SdkError SDK_TENANT_INVALID before anything runs
   */
  readonly inTenant: <T>(tenant: string, work: (tx: Transaction) => Promise<T>) => Promise<T>
  /** Runs `work` in a transaction without a tenant: rows of tenants stay invisible. */
  readonly transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>
  readonly end: () => Promise<void>
}

export interface PoolOptions {
  readonly url: string
  /** Most connections. Default 10. */
  readonly max?: number
  /**
   * Statements that each connection keeps prepared, where parsing costs as much as running. Only for those that are sent
   * outside a transaction and whose plan does not depend on their parameters. Default none.
   */
  readonly prepared?: readonly string[]
  /** Longest time of one statement, in milliseconds, enforced by the server. Default 10 000. */
  readonly statementTimeoutMillis?: number
  /** Longest wait for a connection, in milliseconds. Default 5 000. */
  readonly connectTimeoutMillis?: number
}

export interface PoolParts {
  readonly service: Service
  readonly instruments: Instruments
  readonly tracer: QueryTracer
  /** Told about idle connections that the server cut. */
  readonly onError: (error: Error) => void
}

const noParams: readonly unknown[] = []
const tenantName = new RegExp(tenantPattern)
// Statements that may leave something in the session; found by text, once per text.
const leavesState = /\b(?:set|set_config|reset|prepare|listen|temp|temporary)\b/i

/** Opens a pool; connections are made when they are needed. */
export function createPool(options: PoolOptions, parts: PoolParts): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMillis ?? 5_000,
    statement_timeout: options.statementTimeoutMillis ?? 10_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: parts.service,
  })
  pool.on('error', parts.onError)
  // A connection cut between two statements of a transaction says so by an event that, unheard, ends the
  // process. The statement that comes next, at the latest the commit, fails and reports it.
  pool.on('connect', (client) => client.on('error', () => undefined))
  addPoolGauge(pool, parts)
  const names = new Map(options.prepared?.map((sql, at) => [sql, `prepared ${at}`]))
  return new TracedPool(pool, parts.tracer, names)
}

class TracedPool implements Pool {
  readonly #pool: pg.Pool
  readonly #tracer: QueryTracer
  /** Names of prepared statements, by text. */
  readonly #prepared: ReadonlyMap<string, string>

  constructor(pool: pg.Pool, tracer: QueryTracer, prepared: ReadonlyMap<string, string>) {
    this.#pool = pool
    this.#tracer = tracer
    this.#prepared = prepared
  }

  inTenant<T>(tenant: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (!tenantName.test(tenant)) {
      return Promise.reject(new SdkError('SDK_TENANT_INVALID', 'found a malformed tenant name'))
    }
    // The pattern leaves no character that could end the literal.
    return this.#run(`BEGIN; SELECT set_config('app.tenant', '${tenant}', true)`, work)
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#run('BEGIN', work)
  }

  query<R extends object = Row>(sql: string, params: readonly unknown[] = noParams): Promise<R[]> {
    if (stateful(sql)) return this.transaction((tx) => tx.query<R>(sql, params))
    return this.#tracer.run<R>(this.#pool, sql, params, this.#prepared.get(sql))
  }

  async end(): Promise<void> {
    await this.#pool.end()
  }

  async #run<T>(begin: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#lease()
    let isClean = false
    try {
      await this.#send(client, begin)
      const lease = new Lease(client, this.#tracer)
      let result: T
      try {
        result = await work(lease)
      } catch (error) {
        lease.close()
        isClean = await this.#rollBack(client)
        throw error
      }
      lease.close()
      await this.#commit(client)
      isClean = true
      return result
    } finally {
      // A connection in an unknown state is closed instead of reused.
      client.release(!isClean)
    }
  }

  async #lease(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect()
    } catch (cause) {
      throw toDatabaseError(cause)
    }
  }

  async #send(client: pg.PoolClient, sql: string): Promise<pg.QueryResult[]> {
    try {
      const answer: unknown = await client.query(sql)
      // Several statements in one string give one result each; pg's types know only the single one.
      return (Array.isArray(answer) ? answer : [answer]) as pg.QueryResult[]
    } catch (cause) {
      throw toDatabaseError(cause)
    }
  }

  async #commit(client: pg.PoolClient): Promise<void> {
    const [commit] = await this.#send(client, 'COMMIT; RESET ALL')
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
    if (commit?.command !== 'COMMIT') {
      throw new SdkError('SDK_TRANSACTION_ABORTED', 'a statement had failed, expected none before commit')
    }
  }

  /** Answers whether the connection can be used again. */
  async #rollBack(client: pg.PoolClient): Promise<boolean> {
    try {
      await client.query('ROLLBACK; RESET ALL')
      return true
    } catch {
      // The first error is the one to report; this connection is closed.
      return false
    }
  }
}

/** The transaction as its user sees it; it stops working when the connection goes back. */
class Lease implements Transaction {
  readonly #client: pg.PoolClient
  readonly #tracer: QueryTracer
  #isOpen = true

  constructor(client: pg.PoolClient, tracer: QueryTracer) {
    this.#client = client
    this.#tracer = tracer
  }

  query<R extends object = Row>(sql: string, params: readonly unknown[] = noParams): Promise<R[]> {
    if (!this.#isOpen) {
      return Promise.reject(new SdkError('SDK_TRANSACTION_ABORTED', 'the transaction is over'))
    }
    return this.#tracer.run<R>(this.#client, sql, params)
  }

  close(): void {
    this.#isOpen = false
  }
}

const statefulTexts = new Map<string, boolean>()

function stateful(sql: string): boolean {
  let answer = statefulTexts.get(sql)
  if (answer === undefined) {
    answer = leavesState.test(sql)
    if (statefulTexts.size < 2_048) statefulTexts.set(sql, answer)
  }
  return answer
}
