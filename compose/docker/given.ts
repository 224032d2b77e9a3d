/** The folder with what one process is handed: its secrets, its part of the environment, and its command. */

/** Where the container of a process finds it; a container sees no other process's folder. */
export const givenFolder = '/run/campanile'

/** Name of the file that `run` reads in it. */
export const givenFile = 'process.json'

export interface GivenProcess {
  /** File and arguments. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}
