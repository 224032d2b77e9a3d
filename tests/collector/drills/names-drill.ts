/** Sends spans of which every one has a name and a path of its own, and watches the collector's memory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollectorProcess } from '../process-under-test.ts'
import { HttpSender, NumberedRequest, residentMiB, uniquelyNamed } from './traffic.ts'

export interface NamesResult {
  readonly names: number
  readonly warmMiB: number
  readonly mostMiB: number
  readonly growthMiB: number
  readonly seconds: number
}

/**
 * Drives a real collector with fence, store and span metrics.
 *
 * @param warm spans of few names before the memory is first looked at
 */
export async function sendUniqueNames(names: number, warm: number): Promise<NamesResult> {
  const home = await mkdtemp(join(tmpdir(), 'campanile-names-'))
  const collector = await startCollectorProcess(home)
  const sender = new HttpSender(collector.url('otlp'), 4)
  const started = performance.now()
  try {
    const usual = new NumberedRequest(500, (span) => span)
    await sendAll(usual, warm, sender)
    const warmMiB = residentMiB(collector.child.pid)
    let mostMiB = warmMiB
    const unique = new NumberedRequest(500, uniquelyNamed)
    await sendAll(unique, names, sender, () => {
      mostMiB = Math.max(mostMiB, residentMiB(collector.child.pid))
    })
    const seconds = Math.round((performance.now() - started) / 1_000)
    return { names, warmMiB, mostMiB, growthMiB: mostMiB - warmMiB, seconds }
  } finally {
    sender.close()
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true })
  }
}

async function sendAll(
  requests: NumberedRequest,
  spans: number,
  sender: HttpSender,
  look: () => void = () => undefined,
): Promise<void> {
  let next = 0
  const one = async () => {
    while (next < spans) {
      const first = next
      next += requests.spans
      const { status } = await sender.send(requests.numbered(first))
      // Not taken: the numbers are sent again by whoever comes next.
      if (status !== 200) throw new Error(`answered ${status}`)
      if ((first / requests.spans) % 40 === 0) look()
    }
  }
  await Promise.all(Array.from({ length: 4 }, one))
}
