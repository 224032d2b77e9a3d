/** How a command reaches whoever called it: only `main.ts` prints and ends the process. */
import { InvalidArgumentError } from 'commander'
import type { ExitCode } from '../../lib/lifecycle.ts'

export interface Terminal {
  /** Prints text and a line end to standard output. */
  readonly print: (text: string) => void
  /** Says with which code the process ends; 0 unless somebody says otherwise. */
  readonly end: (code: ExitCode) => void
  readonly stdout: NodeJS.WritableStream
}

/**
 * Reads an option's value as a count.
 *
 * @throws InvalidArgumentError
 */
export function wholeNumber(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number')
}
