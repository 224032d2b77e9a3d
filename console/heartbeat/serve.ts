/** Builds the heartbeat from its settings and runs it. */
import { join } from 'node:path'
import type { Logger } from 'winston'
import { messageOf } from '../../lib/errors.ts'
import type { Running } from '../../lib/lifecycle.ts'
import { openDoor } from './door.ts'
import { startKeeper, type SinkOptions } from './keeper.ts'
import { createMeasures, type Measures } from './measures.ts'
import { openMemory, type Condition, type Sink } from './memory.ts'
import { pageEvent, type Wanted } from './page.ts'
import { sendEvent, type SendOutcome } from './send.ts'

/** What the log says when a condition begins and when it ends. */
const changeWords: Readonly<Record<Condition, readonly [string, string]>> = {
  watchdog: ['watchdog missing', 'watchdog returned'],
  notifications: ['notifications failing', 'notifications delivered again'],
}

export interface HeartbeatSettings {
  readonly home: string
  readonly port: number
  /** Base address of the console, which has the inbox and the runbooks. */
  readonly consoleUrl: string
  readonly inboxKey: string
  readonly pagerdutyUrl: string
  /** Undefined: only the inbox is told. */
  readonly pagerdutyKey: string | undefined
  readonly intervalSeconds: number
  readonly log: Logger
}

/** Starts the heartbeat; it reads what it remembered first. */
export async function serve(settings: HeartbeatSettings): Promise<Running> {
  const { log, intervalSeconds } = settings
  const measures = createMeasures()
  const { file, memory, isDamaged } = await openMemory(join(settings.home, 'heartbeat'))
  if (isDamaged) log.error('state damaged', { kept: 'state.json.damaged' })
  const keeper = startKeeper({
    intervalMillis: intervalSeconds * 1_000,
    memory,
    file,
    sinks: sinksOf(settings),
    monotonicMillis: () => performance.now(),
    now: () => new Date(),
    random: Math.random,
    onChange: (condition, isRaised) => {
      const [raised, ended] = changeWords[condition]
      if (isRaised) log.error(raised, { intervalSeconds })
      else log.info(ended)
    },
    onOutcome: reporter(log, measures),
    onWriteFailed: (error) => log.error('state not written', { error: messageOf(error) }),
  })
  const onDefect = (error: unknown) => log.error('request failed', { error: messageOf(error) })
  const door = await openDoor({ port: settings.port, keeper, measures, onDefect })
  log.info('heartbeat listening', {
    host: '127.0.0.1',
    port: door.port,
    reach: 'this machine only',
    intervalSeconds,
    sinks: sinksOf(settings).map(({ sink }) => sink),
    isMissing: memory.raised.watchdog,
  })
  return {
    close: async () => {
      await door.close()
      await keeper.close()
    },
  }
}

function sinksOf(settings: HeartbeatSettings): SinkOptions[] {
  const { consoleUrl, inboxKey, pagerdutyUrl, pagerdutyKey, intervalSeconds } = settings
  const sinkAt = (sink: Sink, address: string, routingKey: string): SinkOptions => ({
    sink,
    event: (condition, wanted, lastBeatAt) =>
      pageEvent(wanted, { condition, routingKey, consoleUrl, intervalSeconds, lastBeatAt }),
    send: (event) => sendEvent(address, event),
  })
  const inbox = sinkAt('inbox', `${consoleUrl}/v2/enqueue`, inboxKey)
  return pagerdutyKey === undefined ? [inbox] : [inbox, sinkAt('pagerduty', pagerdutyUrl, pagerdutyKey)]
}

function reporter(log: Logger, measures: Measures) {
  return (sink: Sink, outcome: SendOutcome, wanted: Wanted): void => {
    const { status } = outcome
    measures.page(sink, status === 'retryable' ? 'retried' : status)
    if (status === 'accepted') log.info('sink told', { sink, wanted })
    else log.warn('sink not told', { sink, wanted, status, reason: outcome.reason })
  }
}
