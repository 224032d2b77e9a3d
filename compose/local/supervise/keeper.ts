/** Keeps one process component alive: first start with failure reported, restarts with back-off, orderly stop. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'winston'
import { messageOf } from '../../../lib/errors.ts'
import type { Launch, ProcessComponent } from '../components/component.ts'
import { LocalError } from '../errors.ts'
import type { Home } from '../home.ts'
import { createBackOff } from '../process/back-off.ts'
import { describeExit, startChild, type Child, type Exit } from '../process/child.ts'
import { logBytes, logFile, rotate, tail } from '../process/log-file.ts'
import type { ComponentState } from './status.ts'

export interface KeeperContext {
  readonly home: Home
  readonly setpriv: string | undefined
  readonly log: Logger
  /** Longest time from start to first readiness. Default 60 s. */
  readonly startMillis?: number
}

export interface KeeperState {
  readonly state: ComponentState
  readonly reason?: string
  readonly pid?: number
  readonly restarts: number
  readonly lastExit?: string
  readonly nextTry?: string
  readonly readyMillis?: number
}

/** Pause between two looks at a component that is starting, and at one that is ready. */
const startingPauseMillis = 60
const readyPauseMillis = 5_000
/** Lines of the log that a failed start shows. */
const tailLines = 20

/** One component under supervision. `start` is called once, then `stop` once. */
export class Keeper {
  readonly component: ProcessComponent
  readonly #context: KeeperContext
  readonly #backOff = createBackOff()
  readonly #stopping = new AbortController()
  #launch: Launch | undefined
  #child: Child | undefined
  #supervision: Promise<void> | undefined
  #state: ComponentState = 'waiting'
  #reason: string | undefined
  /** Where this start's part of the log begins. */
  #logStart = 0
  #restarts = 0
  #lastExit: string | undefined
  #nextTry: string | undefined
  #readyMillis: number | undefined
  /** When the present child was first ready. */
  #readySince: number | undefined
  /** The child that was stopped to hold the component down: its end is no death, also where the release comes first. */
  #heldDown: Child | undefined
  /** Set while the component is held down; resolves when it may run again. */
  #hold: { readonly ended: Promise<void>; readonly end: () => void } | undefined

  constructor(component: ProcessComponent, context: KeeperContext) {
    this.component = component
    this.#context = context
  }

  /**
   * Prepares and starts the component and resolves when it is ready, or has done its one run.
   *
   * @throws LocalError COMPONENT_FAILED with the end of its log when it dies or is late; it is stopped then
   */
  async start(): Promise<void> {
    try {
      await this.#firstStart()
    } catch (error) {
      this.#state = this.#stopping.signal.aborted ? 'stopped' : 'failed'
      this.#reason = messageOf(error)
      await this.#child?.stop('SIGKILL', 0)
      throw error
    }
  }

  async #firstStart(): Promise<void> {
    this.#state = 'preparing'
    this.#launch = await this.component.prepare()
    this.#stopping.signal.throwIfAborted()
    const started = performance.now()
    this.#state = 'starting'
    this.#logStart = logBytes(logFile(this.#context.home.logs, this.component.name))
    this.#child = await this.#spawn(this.#launch)
    const failure = await this.#untilReady(this.#child)
    if (failure !== undefined) throw this.#failed(failure)
    await this.component.afterReady?.()
    this.#readyMillis = Math.round(performance.now() - started)
    if (this.component.ready === 'once') {
      this.#state = 'done'
      this.#reason = undefined
      return
    }
    this.#becomeReady()
    this.#supervision = this.#supervise(this.#child, this.#launch).catch((error: unknown) => {
      this.#state = 'failed'
      this.#reason = messageOf(error)
      this.#context.log.error('component given up', {
        component: this.component.name,
        error: messageOf(error),
      })
    })
  }

  #failed(failure: string): LocalError {
    const { name } = this.component
    const lines = tail(logFile(this.#context.home.logs, name), tailLines, this.#logStart)
    const shown = lines.length === 0 ? 'its log is empty' : `end of its log:\n    ${lines.join('\n    ')}`
    return new LocalError('COMPONENT_FAILED', `${name} ${failure}; ${shown}`)
  }

  /** Waits for readiness and answers undefined, or what came instead. */
  async #untilReady(child: Child): Promise<string | undefined> {
    const limitMillis = this.#context.startMillis ?? 60_000
    const deadline = performance.now() + limitMillis
    const { ready } = this.component
    while (!child.hasExited()) {
      const reason = ready === 'once' ? 'it is still running' : await ready()
      if (reason === undefined) return child.hasExited() ? describeExit(await child.exited) : undefined
      this.#reason = reason
      if (performance.now() > deadline) return `was not ready within ${limitMillis / 1_000} s: ${reason}`
      await Promise.race([child.exited, delay(startingPauseMillis)])
    }
    const exit = await child.exited
    if (ready === 'once' && exit.code === 0) return undefined
    return describeExit(exit)
  }

  #becomeReady(): void {
    this.#state = 'ready'
    this.#reason = undefined
    this.#nextTry = undefined
    this.#readySince ??= performance.now()
  }

  #spawn(launch: Launch): Promise<Child> {
    const { name } = this.component
    const { home, setpriv } = this.#context
    const pidFile = join(home.pids, `${name}.json`)
    return startChild({ launch, logFile: logFile(home.logs, name), pidFile, setpriv })
  }

  async #supervise(first: Child, launch: Launch): Promise<void> {
    let child = first
    const { signal } = this.#stopping
    while (!signal.aborted) {
      void this.#watchHealth(child)
      const exit = await child.exited
      if (signal.aborted) return
      if (child !== this.#heldDown) {
        const wait = this.#noteDeath(exit)
        await delay(wait, undefined, { signal }).catch(() => undefined)
      }
      if (this.#hold !== undefined) await this.#stayDown(this.#hold.ended)
      await this.component.beforeRestart?.()
      if (signal.aborted) return
      this.#state = 'starting'
      this.#readySince = undefined
      this.#nextTry = undefined
      child = await this.#spawn(launch)
      this.#child = child
    }
  }

  /** Records a death and tells how long to wait before the next start. */
  #noteDeath(exit: Exit): number {
    const readyMillis = this.#readySince === undefined ? 0 : performance.now() - this.#readySince
    const waitMillis = this.#backOff.next(readyMillis)
    const lastExit = describeExit(exit)
    this.#readySince = undefined
    this.#restarts += 1
    this.#lastExit = lastExit
    this.#state = 'restarting'
    this.#reason = lastExit
    this.#nextTry = new Date(Date.now() + waitMillis).toISOString()
    this.#context.log.error('component died', { component: this.component.name, exit: lastExit, waitMillis })
    return waitMillis
  }

  /** Looks after one child until it ends: quickly until it is ready, then at ease. Also rotates its log. */
  async #watchHealth(child: Child): Promise<void> {
    const { ready, name } = this.component
    if (ready === 'once') return
    const path = logFile(this.#context.home.logs, name)
    while (!child.hasExited() && !this.#stopping.signal.aborted) {
      const reason = await ready()
      if (child.hasExited() || this.#stopping.signal.aborted) return
      if (reason === undefined) this.#becomeReady()
      else {
        this.#state = this.#readySince === undefined ? 'starting' : 'unready'
        this.#reason = reason
      }
      await rotate(path).catch((error: unknown) => {
        this.#context.log.warn('log rotation failed', { component: name, error: messageOf(error) })
      })
      const pause = this.#state === 'starting' ? startingPauseMillis * 5 : readyPauseMillis
      const options = { ref: false, signal: this.#stopping.signal }
      await Promise.race([child.exited, delay(pause, undefined, options).catch(() => undefined)])
    }
  }

  /** Holds the component down until `release`; resolves when it has stopped. A component that is not up is left alone. */
  async holdDown(graceMillis: number): Promise<void> {
    if (this.#hold !== undefined || this.#supervision === undefined || this.#stopping.signal.aborted) return
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    this.#hold = { ended, end }
    this.#heldDown = this.#child
    await this.#child?.stop(this.component.stopSignal ?? 'SIGTERM', graceMillis)
  }

  /** Lets a component that was held down run again. */
  release(): void {
    this.#hold?.end()
    this.#hold = undefined
  }

  /** Waits for the release; being held down is no death and no restart. */
  async #stayDown(ended: Promise<void>): Promise<void> {
    this.#state = 'stopped'
    this.#reason = 'held down by a drill'
    const { signal } = this.#stopping
    await new Promise<void>((resolve) => {
      void ended.then(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /** Stops the component: signal, grace, kill. Safe at any moment, also while it starts. */
  async stop(graceMillis: number): Promise<void> {
    this.#stopping.abort(new LocalError('COMPONENT_FAILED', `${this.component.name} was told to stop`))
    const ended = await this.#child?.stop(this.component.stopSignal ?? 'SIGTERM', graceMillis)
    if (ended === 'killed') {
      this.#context.log.warn('component killed', { component: this.component.name, graceMillis })
    }
    await this.#supervision
    // A start that was under way when the stop came has its child by now.
    await this.#child?.stop('SIGKILL', 0)
    if (this.#state !== 'done' && this.#state !== 'failed') this.#state = 'stopped'
    this.#reason = undefined
  }

  /** Tells how the component is. */
  status(): KeeperState {
    const pid = this.#child === undefined || this.#child.hasExited() ? undefined : this.#child.pid
    return {
      state: this.#state,
      restarts: this.#restarts,
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      ...(pid === undefined ? {} : { pid }),
      ...(this.#lastExit === undefined ? {} : { lastExit: this.#lastExit }),
      ...(this.#nextTry === undefined ? {} : { nextTry: this.#nextTry }),
      ...(this.#readyMillis === undefined ? {} : { readyMillis: this.#readyMillis }),
    }
  }
}
