/** Takes OTLP exports and counts their bytes; it stands for the collector, which would cost its own CPU. */
import { createServer } from 'node:http'

let bytes = 0
const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  request.on('end', () => response.end(request.url === '/bytes' ? String(bytes) : ''))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.send?.({ port: address.port })
})
process.once('disconnect', () => server.close(() => undefined).closeAllConnections())
