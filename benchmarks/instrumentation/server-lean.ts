/** The same app with the SDK: a server span, a client span for the statement, and the request histogram. */
import express from 'express'
import { startSdk } from '#sdk'
import { announce, mountRoutes, statementText } from './routes.ts'

const [databaseUrl = '', otlpEndpoint = ''] = process.argv.slice(2)
const sdk = startSdk({ service: 'academics', environment: 'development', otlpEndpoint })
const pool = sdk.pool({ url: databaseUrl, max: 10 })
const app = express()
app.disable('x-powered-by')
sdk.instrument(app)
mountRoutes(app, (id) => pool.query(statementText, [id]))
app.get('/metrics', async (_request, response) => {
  const { contentType, body } = await sdk.scrape()
  response.setHeader('content-type', contentType).end(body)
})
announce(app)
