/**
 * Ports for programs that take a number. They lie below those the system hands out, so that no connection and no door
 * opened on port 0 takes one between the choice and the program's start; and each is this process's until it ends, so
 * that test runs side by side choose different ones.
 */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Above the appliance's own doors but 13133 and 12347, below the first that Linux gives away (32768). */
const [first, end] = [14_000, 32_000]

/** Finds a port at which nobody listens, not even after it was let go. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = randomInt(first, end)
    // An abstract name is gone with the process that has it, however that ends.
    const isOurs = await canListen({ path: `\0campanile-test-port-${port}` }, 'keep')
    if (isOurs && (await canListen({ port, host }, 'close'))) return port
  }
  throw new Error(`no port of ${first} to ${end} is free, or abstract sockets cannot be opened here`)
}

/** Finds a port for each name. */
export async function freePorts<Name extends string>(
  names: readonly Name[],
): Promise<Readonly<Record<Name, number>>> {
  const entries: [Name, number][] = []
  for (const name of names) entries.push([name, await freePort()])
  return Object.fromEntries(entries) as Record<Name, number>
}

async function canListen(
  address: { readonly path: string } | { readonly port: number; readonly host: string },
  after: 'keep' | 'close',
): Promise<boolean> {
  const server = createServer().listen(address)
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.unref()
  if (after === 'close') await new Promise((resolve) => server.close(resolve))
  return true
}
