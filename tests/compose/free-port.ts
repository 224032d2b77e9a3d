/** A port that nobody listens on, for code that takes a number. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/** Finds a free port of one address. */
export async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
