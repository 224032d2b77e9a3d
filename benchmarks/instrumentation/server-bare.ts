/** An Express app without instrumentation; the stock candidate is this same file started with `--import`. */
import express from 'express'
import pg from 'pg'
import { announce, mountRoutes, statementText } from './routes.ts'

const [databaseUrl] = process.argv.slice(2)
// The limits of the SDK's pool: what they cost is no cost of instrumentation.
const pool = new pg.Pool({
  ...(databaseUrl === undefined ? {} : { connectionString: databaseUrl }),
  max: 10,
  connectionTimeoutMillis: 5_000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 60_000,
})
const app = express()
app.disable('x-powered-by')
mountRoutes(app, async (id) => (await pool.query<Record<string, unknown>>(statementText, [id])).rows)
announce(app)
