/** An app whose developer puts everything everywhere: the fence is all that stands between it and the store. */
import { createDoor, closeDoor, listen } from '../../lib/http.ts'
import { startSdk } from '#sdk'

const sdk = startSdk({
  service: 'academics',
  environment: 'development',
  otlpEndpoint: process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '',
  hmacKey: Buffer.alloc(32, 7),
  privacy: { mode: process.env['CAMPANILE_PRIVACY_MODE'] === 'off' ? 'off' : 'enforce' },
})
const app = createDoor({ onRejected: () => undefined })
sdk.instrument(app)
app.get('/metrics', async (_request, response) => {
  const { contentType, body } = await sdk.scrape()
  response.type(contentType).send(body)
})
app.use('/students/:id', async (request, _response, next) => {
  const { id } = request.params
  const seen = { path: request.url, query: request.query, headers: request.headers }
  sdk.log.info(`opened the record of ${String(id)}`, {
    student: id,
    route: `/students/${String(id)}`,
    reason: String(id),
    detail: JSON.stringify(seen),
    error: new Error(`no record of ${String(id)}`),
  })
  await sdk.span(
    `read ${String(id)}`,
    { 'student.name': id, 'url.full': request.originalUrl, 'enduser.id': id },
    () =>
      sdk.fetch(
        `${request.protocol}://127.0.0.1:${listening.port}/none/${encodeURIComponent(String(id))}?q=${encodeURIComponent(String(id))}`,
        {
          timeoutMillis: 2_000,
          headers: { 'x-student': encodeURIComponent(String(id)) },
        },
      ),
  )
  next(new Error(`cannot read ${String(id)}`))
})
closeDoor(app)
const listening = await listen(app, { port: 0, onRejected: () => undefined })
process.stdout.write(`${JSON.stringify({ port: listening.port })}\n`)
process.on('SIGTERM', () => {
  void listening
    .close()
    .then(() => sdk.shutdown())
    .then(() => process.exit(0))
})
