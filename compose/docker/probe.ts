/** Health checks without a shell: `http:` must answer with a status below 400, `tcp:` must take a connection. */
import { connect } from 'node:net'

/** Longest wait for one answer, below the shortest timeout of a health check. */
const timeoutMillis = 4_000

/** Asks each address once; answers 0 when all are well, 1 and a line to `report` for each that is not. */
export async function probe(urls: readonly string[], report: (line: string) => void): Promise<0 | 1> {
  const faults = (await Promise.all(urls.map(faultOf))).filter((fault) => fault !== undefined)
  for (const fault of faults) report(fault)
  return faults.length === 0 && urls.length > 0 ? 0 : 1
}

async function faultOf(url: string): Promise<string | undefined> {
  try {
    const { protocol, hostname, port } = new URL(url)
    if (protocol === 'tcp:') return await connectionFault({ host: hostname, port: Number(port) })
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMillis) })
    await response.body?.cancel()
    return response.status < 400 ? undefined : `${url} answered ${response.status}`
  } catch (error) {
    return `${url} does not answer: ${error instanceof Error ? error.message : String(error)}`
  }
}

function connectionFault(address: {
  readonly host: string
  readonly port: number
}): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: timeoutMillis })
    const finish = (fault?: string) => {
      socket.destroy()
      resolve(fault)
    }
    socket.once('connect', () => finish())
    socket.once('timeout', () => finish(`${address.host}:${address.port} does not answer`))
    socket.once('error', (error) =>
      finish(`${address.host}:${address.port} does not answer: ${error.message}`),
    )
  })
}
