/**
 * The door of the network that our processes share. They listen on loopback only, as on one machine; a published
 * port reaches the container on its other addresses. This listens there, for the ports named, and nowhere else.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'

export interface Forwarded {
  readonly port: number
  readonly host: string
  readonly targetPort: number
}

/** Connections at a time for one port; the processes behind have limits of their own. */
const connectionLimit = 1_000

/**
 * Reads `5001` as `127.0.0.1:5001`, and `3001=grafana:3000` as it is written.
 *
 * @throws Error with what was expected
 */
export function parseForwarded(text: string): Forwarded {
  const [, port, host = '127.0.0.1', target = port] =
    /^(\d{1,5})(?:=([a-z][a-z0-9.-]*|[\d.]+):(\d{1,5}))?$/.exec(text) ?? []
  const forwarded = { port: Number(port), host, targetPort: Number(target) }
  if (!isPort(forwarded.port) || !isPort(forwarded.targetPort)) {
    throw new Error(`expected PORT or PORT=HOST:PORT, found ${text}`)
  }
  return forwarded
}

/** Opens every port on every address that is not loopback; resolves when all listen. */
export async function forward(args: readonly string[], addresses = ownAddresses()): Promise<Server[]> {
  const rules = args.map(parseForwarded)
  if (rules.length === 0 || addresses.length === 0)
    throw new Error('expected at least one port and one address')
  return Promise.all(addresses.flatMap((address) => rules.map((rule) => open(rule, address))))
}

function open({ port, host, targetPort }: Forwarded, address: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (client) =>
    join(client, connect({ host, port: targetPort })),
  )
  server.maxConnections = connectionLimit
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => resolve(server))
  })
}

/** A side that fails takes the other with it; a side that ends lets the other finish. */
function join(client: Socket, target: Socket): void {
  target.allowHalfOpen = true
  for (const [from, to] of [
    [client, target],
    [target, client],
  ] as const) {
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroySoon())
  }
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address)
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= 65_535
}
