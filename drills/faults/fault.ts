/** A fault as the runner has it, however it is brought about. */
export interface Injection {
  /** Breaks it; resolves when it is broken. @param seconds after which it must end by itself */
  readonly begin: (seconds: number) => Promise<void>
  /** Mends it; may be called at any time and more than once. */
  readonly end: () => Promise<void>
}
