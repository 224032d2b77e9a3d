/** An Express app without instrumentation; the stock candidate is this same file started with `--import`. */
import express from 'express'
import pg from 'pg'
import { announce, mountRoutes, statementText } from './routes.ts'

const [databaseUrl] = process.argv.slice(2)
const pool = new pg.Pool({ ...(databaseUrl === undefined ? {} : { connectionString: databaseUrl }), max: 10 })
const app = express()
app.disable('x-powered-by')
mountRoutes(app, async (id) => (await pool.query<Record<string, unknown>>(statementText, [id])).rows)
announce(app)
