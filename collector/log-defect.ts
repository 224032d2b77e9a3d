/** Logs what nobody expected, without what a client sent. */
import type winston from 'winston'

/** The stack is ours; the message of an unexpected error could quote what a client sent, so it stays out. */
export function logDefect(log: Pick<winston.Logger, 'error'>, error: unknown): void {
  const name = error instanceof Error ? error.constructor.name : typeof error
  log.error('request failed', { name, stack: error instanceof Error ? framesOf(error) : [] })
}

/** The innermost frames. A message may have lines that look like frames, so it is taken off first. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message)
  return (at < 0 ? '' : stack.slice(at + message.length))
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 5)
    .map((line) => line.trim())
}
