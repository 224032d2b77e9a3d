/** The model of Security Hub behind a real HTTP endpoint, as the SDK of AWS speaks to it (restJson1). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AsffFinding, ToldFinding } from '../../../compliance/hub/client.ts'
import { ModelHub, type Trouble } from './model-hub.ts'

export const hubAccount = { id: '111122223333', region: 'eu-central-1' }

export interface HubServer {
  readonly model: ModelHub
  /** What GetFindings tells, page by page. */
  pages: (readonly ToldFinding[])[]
  /** What goes wrong with the next calls of BatchImportFindings, one each. */
  readonly troubles: Trouble[]
  /** Filters of the last GetFindings. */
  filters: unknown
  /** Calls by their path. */
  readonly calls: string[]
  /** Every variable the SDK reads here: an endpoint and credentials that open nothing. */
  readonly variables: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

export async function startHubServer(): Promise<HubServer> {
  const troubles: Trouble[] = []
  const model = new ModelHub(hubAccount.id, Date.now, () => troubles.shift() ?? 'none')
  const server = createServer((request, response) => void answer(hub, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const hub: HubServer = {
    model,
    pages: [],
    troubles,
    filters: undefined,
    calls: [],
    variables: {
      AWS_ENDPOINT_URL_SECURITYHUB: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'example-of-the-test',
      AWS_SECRET_ACCESS_KEY: 'an example that opens nothing',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return hub
}

async function answer(hub: HubServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const path = request.url ?? ''
  hub.calls.push(path)
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
    readonly Findings?: readonly AsffFinding[]
    readonly Filters?: unknown
    readonly NextToken?: string
  }
  if (path === '/findings/import') return imported(hub, body.Findings ?? [], response)
  hub.filters = body.Filters
  const page = Number(body.NextToken ?? 0)
  const next = page + 1 < hub.pages.length ? { NextToken: String(page + 1) } : {}
  return write(response, 200, { Findings: hub.pages[page] ?? [], ...next })
}

async function imported(hub: HubServer, findings: readonly AsffFinding[], response: ServerResponse) {
  const trouble = hub.troubles[0]
  try {
    const { failed } = await hub.model.importFindings(findings)
    const FailedFindings = failed.map(({ id, code }) => ({ Id: id, ErrorCode: code, ErrorMessage: code }))
    const SuccessCount = findings.length - failed.length
    write(response, 200, { SuccessCount, FailedCount: failed.length, FailedFindings })
  } catch {
    if (trouble === 'throttled') {
      response.setHeader('x-amzn-errortype', 'TooManyRequestsException')
      write(response, 429, { message: 'Too Many Requests' })
    } else response.destroy()
  }
}

function write(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
