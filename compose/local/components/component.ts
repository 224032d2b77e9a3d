/** What the supervisor knows of a component: how to start it, when it is ready, what it needs and how it ends. */
import type { Account } from '../postgres/account.ts'

/** Answers undefined when ready, else why not. */
export type Probe = () => Promise<string | undefined>

interface Part {
  /** Also the name of its log file, pid file and label. */
  readonly name: string
  /** Names of components that must be ready before. */
  readonly needs: readonly string[]
}

/** A process that runs as long as the house does, or once to its end. */
export interface ProcessComponent extends Part {
  readonly kind: 'process'
  /** Runs before the first start: makes data directories, fetches packages. Returns the command. */
  readonly prepare: () => Promise<Launch>
  /** `once`: ready means ended with 0. */
  readonly ready: Probe | 'once'
  /** Runs when it is ready for the first time, before what needs it. */
  readonly afterReady?: () => Promise<void>
  /** Runs before it is started again after it died. */
  readonly beforeRestart?: () => Promise<void>
  /** Ports it listens on; the pre-flight checks that they are free. */
  readonly ports: readonly number[]
  /** Default SIGTERM. */
  readonly stopSignal?: 'SIGINT' | 'SIGTERM'
}

export interface Launch {
  readonly file: string
  readonly args: readonly string[]
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>
  /** Folder it starts in. */
  readonly cwd: string
  readonly account?: Account | undefined
  /** Signal when the supervisor dies. Default KILL. */
  readonly deathSignal?: 'INT' | 'KILL'
}

/** Something the supervisor does itself, such as preparing a database that others run. */
export interface TaskComponent extends Part {
  readonly kind: 'task'
  readonly run: () => Promise<void>
}

export type Component = ProcessComponent | TaskComponent
