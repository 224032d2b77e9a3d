/**
 * Fills the collector: a few uploads that stop before their end hold more than it reads at once, and whatever is
 * sent meanwhile is refused. Bounded in bytes and in time.
 */
import { request, type ClientRequest } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { DrillError } from '../errors.ts'
import { startLoops, type Loops } from '../traffic/loop.ts'
import { send } from '../wire/http.ts'

const mebibyte = 2 ** 20
/** Just below the 20 MiB a body may have. */
const uploadMebibytes = 19
/** More than the 256 MiB of bodies that are read at once, and less than the 384 MiB at which its memory is full. */
const uploads = 16
/** The collector gives a request 30 s; it is begun anew before. */
const renewMillis = 20_000
/** Longest flood: what alerts look at remembers it. */
const longestMillis = 60_000
const refusalWithinMillis = 30_000

const chunk = Buffer.alloc(mebibyte)

/** Starts the flood; resolves when the collector refuses. @throws DrillError DRILL_NOT_POSSIBLE */
export async function startFlood(otlp: string): Promise<Loops> {
  const open = new Set<ClientRequest>()
  let refused = 0
  const over = performance.now() + longestMillis
  const hold = async () => {
    if (performance.now() > over) return
    await upload(otlp, open)
  }
  const knock = async () => {
    if (performance.now() > over && refused > 0) return
    const headers = { 'content-type': 'application/json' }
    const url = `${otlp}/v1/traces`
    const response = await send({ who: 'the collector', url, method: 'POST', headers, body: '{}' })
    await response.arrayBuffer()
    if (response.status === 503) refused++
  }
  const holding = startLoops({ turns: Array.from({ length: uploads }, () => hold), pauseMillis: 1_000 })
  const knocking = startLoops({ turns: [knock], pauseMillis: 100 })
  const stop = async () => {
    for (const each of open) each.destroy()
    await Promise.all([holding.stop(), knocking.stop(), endAll(open)])
  }
  const deadline = performance.now() + refusalWithinMillis
  while (refused === 0 && performance.now() < deadline) await delay(50)
  if (refused > 0) return { stop }
  await stop()
  throw new DrillError('DRILL_NOT_POSSIBLE', 'the collector took the whole flood, expected a refusal')
}

/** Sends all but the end of one body, waits, and breaks off. */
async function upload(otlp: string, open: Set<ClientRequest>): Promise<void> {
  const headers = {
    'content-type': 'application/x-protobuf',
    'content-length': String((uploadMebibytes + 1) * mebibyte),
  }
  const sending = request(`${otlp}/v1/traces`, { method: 'POST', headers })
  open.add(sending)
  const ended = new Promise<void>((resolve) => {
    sending.once('close', resolve)
    // A refusal comes as an answer, a cut connection as an error; both end this upload.
    sending.once('error', () => resolve())
    sending.once('response', () => sending.destroy())
  })
  for (let sent = 0; sent < uploadMebibytes && !sending.destroyed; sent++) sending.write(chunk)
  const timer = setTimeout(() => sending.destroy(), renewMillis)
  await ended
  clearTimeout(timer)
  open.delete(sending)
}

/** Breaks off what was begun while the loops ended. */
async function endAll(open: ReadonlySet<ClientRequest>): Promise<void> {
  await delay(0)
  for (const each of open) each.destroy()
}
