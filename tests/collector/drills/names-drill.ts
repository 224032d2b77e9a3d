/** Sends spans of which every one has a name and a path of its own, and watches the collector's memory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollectorProcess } from '../process-under-test.ts'
import { HttpSender, NumberedRequest, residentMiB, uniquelyNamed } from './traffic.ts'

export interface NamesResult {
  readonly names: number
  /** The most that the same traffic of few names took. */
  readonly usualMiB: number
  /** The most with names of their own. */
  readonly mostMiB: number
  readonly growthMiB: number
  readonly seconds: number
}

/**
 * Drives a real collector with fence, store and span metrics, first with spans of few names, then with as many of names of
 * their own: what the second takes more at its most is what names cost.
 *
 * @param usual spans of few names. Default as many as names
 */
export async function sendUniqueNames(names: number, usual = names): Promise<NamesResult> {
  const home = await mkdtemp(join(tmpdir(), 'campanile-names-'))
  const collector = await startCollectorProcess(home)
  const sender = new HttpSender(collector.url('otlp'), 4)
  const started = performance.now()
  try {
    const mostOf = async (requests: NumberedRequest, spans: number) => {
      let most = 0
      await sendAll(requests, spans, sender, () => {
        most = Math.max(most, residentMiB(collector.child.pid))
      })
      return most
    }
    const usualMiB = await mostOf(new NumberedRequest(500, (span) => span), usual)
    const mostMiB = await mostOf(new NumberedRequest(500, uniquelyNamed), names)
    const seconds = Math.round((performance.now() - started) / 1_000)
    return { names, usualMiB, mostMiB, growthMiB: mostMiB - usualMiB, seconds }
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
  look: () => void,
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
