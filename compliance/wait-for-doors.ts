/** Waits until the doors of the house answer. */
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export interface DoorWait {
  readonly ports: readonly number[]
  /** Longest wait, in milliseconds: what is closed by then is scanned as closed. */
  readonly timeoutMillis: number
  readonly signal: AbortSignal
}

const pauseMillis = 500

/** Resolves when every port accepts a connection, when the time is over, or when the signal aborts. */
export async function waitForDoors({ ports, timeoutMillis, signal }: DoorWait): Promise<void> {
  const end = Date.now() + timeoutMillis
  let closed = ports
  while (!signal.aborted) {
    const open = await Promise.all(closed.map(isOpen))
    closed = closed.filter((_, index) => open[index] === false)
    if (closed.length === 0 || Date.now() >= end) return
    // Aborted while waiting: the loop ends.
    await wait(pauseMillis, undefined, { signal }).catch(() => undefined)
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 })
    const answer = (open: boolean) => () => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false))
  })
}
