/** Where commands write, so that only `main.ts` touches the terminal. */

export interface Output {
  readonly write: (line: string) => void
  readonly warn: (line: string) => void
}

/** Exit codes of every command: 0 done, 1 failed, 2 wrong usage or configuration. */
export type ExitCode = 0 | 1 | 2
