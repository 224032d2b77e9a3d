/** The one shape of an error this house throws: a code that never changes meaning, and a message for people. */

/** Base of every room's error class; `C` is that room's closed union of codes. */
export abstract class CodedError<C extends string = string> extends Error {
  readonly code: C
  /** @param message what was found and what was expected; no secrets, lower case, no full stop */
  constructor(code: C, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** Tells the message of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Tells the system code of a failed call (`ENOENT`, `ECONNREFUSED`), where there is one. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
