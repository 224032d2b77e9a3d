/** Takes the room on the disk from a running collector and gives it back. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../support/poll.ts'
import { startCollectorProcess } from '../process-under-test.ts'
import { GrpcSender, HttpSender, NumberedRequest } from './traffic.ts'

export interface DiskFullResult {
  /** What was answered while there was no room. */
  readonly http: { readonly status: number; readonly retryAfter: string | undefined }
  readonly grpc: string | undefined
  /** Requests that were acknowledged, before and after. */
  readonly acknowledged: number
  /** Of those, how many are found. */
  readonly found: number
  readonly isHealthy: boolean
}

export async function fillDisk(rounds: number): Promise<DiskFullResult> {
  const home = await mkdtemp(join(tmpdir(), 'campanile-full-'))
  const collector = await startCollectorProcess(home)
  const http = new HttpSender(collector.url('otlp'), 2)
  const grpc = new GrpcSender(collector.url('otlpGrpc'))
  const request = new NumberedRequest(8, (span) => span)
  const acknowledged: Buffer[] = []
  let next = 0
  const send = async () => {
    next += 8
    const body = request.numbered(next)
    const answered = await http.send(body)
    if (answered.status === 200) acknowledged.push(request.traceId(next))
    return answered
  }
  let refused = { status: 0, retryAfter: undefined as string | undefined }
  let refusedCall: string | undefined
  try {
    for (let round = 0; round < rounds; round++) {
      for (let count = 0; count < 20; count++) await send()
      setRoom(collector.child.pid, false)
      refused = await eventually('a request is refused', async () => {
        const answered = await send()
        return answered.status !== 200 && answered
      })
      refusedCall = await grpc.send(request.numbered(0))
      setRoom(collector.child.pid, true)
      await eventually('requests are taken again', async () => (await send()).status === 200)
    }
    const isHealthy = (await fetch(`${collector.url('health')}/health`)).ok
    let found = 0
    for (const traceId of acknowledged) {
      if ((await fetch(`${collector.url('query')}/api/traces/${traceId.toString('hex')}`)).ok) found++
    }
    return { http: refused, grpc: refusedCall, acknowledged: acknowledged.length, found, isHealthy }
  } finally {
    http.close()
    grpc.close()
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true })
  }
}

/** Files of the process cannot grow without room; what is written is answered as by a full disk. */
function setRoom(pid: number | undefined, isThere: boolean): void {
  // As the account it runs under: nobody else may, not even root in a container.
  const { uid, gid } = statSync(`/proc/${String(pid)}`)
  const limit = `--fsize=${isThere ? 'unlimited' : '0'}:unlimited`
  execFileSync('prlimit', ['--pid', String(pid), limit], { stdio: 'ignore', uid, gid })
}
