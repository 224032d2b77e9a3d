/** Sends each posture of a process to Security Hub after its scan. A scan never waits for it and never fails with it. */
import type { Posture } from '../../contracts/posture.ts'
import type { Delivery } from './send.ts'

export interface HubSender {
  /** Sends a posture; of those that come while one is being sent only the newest goes out. */
  readonly tell: (posture: Posture) => void
  /** Stops at once: what is not answered goes out after the next start. */
  readonly close: () => Promise<void>
}

export interface HubSenderParts {
  readonly send: (posture: Posture, signal: AbortSignal) => Promise<Delivery>
  readonly onSent: (delivery: Delivery) => void
  /** Called with what was thrown; not when it was stopped. */
  readonly onFailure: (error: unknown) => void
}

/** Starts a sender that has nothing to send. */
export function startHubSender({ send, onSent, onFailure }: HubSenderParts): HubSender {
  const stopping = new AbortController()
  let newest: Posture | undefined
  let isSending = false
  let sent = Promise.resolve()
  const sendAll = async () => {
    isSending = true
    while (newest !== undefined && !stopping.signal.aborted) {
      const posture = newest
      newest = undefined
      try {
        onSent(await send(posture, stopping.signal))
      } catch (error) {
        if (!stopping.signal.aborted) onFailure(error)
      }
    }
    isSending = false
  }
  return {
    tell: (posture) => {
      newest = posture
      if (!isSending) sent = sendAll()
    },
    close: async () => {
      stopping.abort()
      await sent
    },
  }
}
