/** Starts components in the order of their needs, as many at once as can be, and stops them in reverse. */
import type { Logger } from 'winston'
import { messageOf } from '../../../lib/errors.ts'
import type { Component } from '../components/component.ts'
import type { Home } from '../home.ts'
import { familyOf, listProcesses, memoryOf } from '../process/proc.ts'
import { Keeper, type KeeperState } from './keeper.ts'
import type { ApplianceStatus, ComponentStatus } from './status.ts'

export interface SupervisorOptions {
  readonly components: readonly Component[]
  readonly home: Home
  readonly setpriv: string | undefined
  readonly log: Logger
  /** Called when a component is ready for the first time, with the time since the appliance was started. */
  readonly onReady: (name: string, sinceStartMillis: number) => void
  /** Longest time from a component's start to its first readiness. Default 60 s. */
  readonly startMillis?: number
  /** Time for an orderly stop of everything, before what is left is killed. Default 10 s. */
  readonly stopMillis?: number
  /** Time that a component gets to stop even when those before it used up the deadline. Default 1.5 s. */
  readonly leastGraceMillis?: number
}

interface Unit {
  readonly component: Component
  readonly start: () => Promise<void>
  readonly stop: (graceMillis: number) => Promise<void>
  readonly status: () => KeeperState
  /** Absent where the component is no process. */
  readonly keeper?: Keeper
}

/** The components of one appliance. `start` is called once, then `stop` any number of times. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #leastGraceMillis: number
  readonly #units: ReadonlyMap<string, Unit>
  /** When this process began: what people wait for starts with the command, not with the first component. */
  readonly #startedAt = new Date(performance.timeOrigin)
  readonly #starts = new Map<string, Promise<void>>()
  #readyMillis: number | undefined
  #stopping: Promise<void> | undefined

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#leastGraceMillis = options.leastGraceMillis ?? 1_500
    this.#units = new Map(options.components.map((component) => [component.name, this.#unitOf(component)]))
    refuseUnknownNeeds(options.components)
  }

  #unitOf(component: Component): Unit {
    if (component.kind === 'process') {
      const keeper = new Keeper(component, this.#options)
      return {
        component,
        start: () => keeper.start(),
        stop: (grace) => keeper.stop(grace),
        status: () => keeper.status(),
        keeper,
      }
    }
    let state: KeeperState = { state: 'waiting', restarts: 0 }
    const start = async () => {
      state = { state: 'preparing', restarts: 0 }
      const began = performance.now()
      try {
        await component.run()
      } catch (error) {
        state = { state: 'failed', restarts: 0, reason: messageOf(error) }
        throw error
      }
      state = { state: 'done', restarts: 0, readyMillis: Math.round(performance.now() - began) }
    }
    return { component, start, stop: async () => undefined, status: () => state }
  }

  /**
   * Starts everything and resolves when all is ready.
   *
   * @throws LocalError of the first component that fails; the others are left as they are, so call `stop`
   */
  async start(): Promise<void> {
    await Promise.all([...this.#units.keys()].map((name) => this.#startUnit(name)))
    this.#readyMillis = Math.round(performance.now())
  }

  #startUnit(name: string): Promise<void> {
    const running = this.#starts.get(name)
    if (running !== undefined) return running
    const started = this.#startAfterNeeds(name)
    this.#starts.set(name, started)
    // The failure is reported by whoever awaits `start`.
    started.catch(() => undefined)
    return started
  }

  async #startAfterNeeds(name: string): Promise<void> {
    const unit = this.#units.get(name)
    if (unit === undefined) return
    await Promise.all(unit.component.needs.map((need) => this.#startUnit(need)))
    if (this.#stopping !== undefined) return
    await unit.start()
    this.#options.onReady(name, Math.round(performance.now()))
  }

  /** Holds a component down, or lets it run again, for a drill. */
  async hold(name: string, isDown: boolean): Promise<void> {
    const keeper = this.#units.get(name)?.keeper
    if (isDown) await keeper?.holdDown(this.#leastGraceMillis)
    else keeper?.release()
  }

  /** Stops everything in reverse order of need; what has not stopped by the deadline is killed. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  async #stopAll(): Promise<void> {
    const deadline = performance.now() + (this.#options.stopMillis ?? 10_000)
    const stops = new Map<string, Promise<void>>()
    const stopUnit = (name: string): Promise<void> => {
      const running = stops.get(name)
      if (running !== undefined) return running
      const stopped = this.#stopAfterUsers(name, stopUnit, deadline)
      stops.set(name, stopped)
      return stopped
    }
    await Promise.all([...this.#units.keys()].map(stopUnit))
    // Starts that the stop interrupted end now, one way or the other.
    await Promise.allSettled(this.#starts.values())
  }

  async #stopAfterUsers(
    name: string,
    stopUnit: (name: string) => Promise<void>,
    deadline: number,
  ): Promise<void> {
    const users = [...this.#units.values()].filter(({ component }) => component.needs.includes(name))
    await Promise.all(users.map(({ component }) => stopUnit(component.name)))
    await this.#units.get(name)?.stop(Math.max(deadline - performance.now(), this.#leastGraceMillis))
  }

  /** Tells how everything is, with memory measured now. */
  status(): ApplianceStatus {
    const all = listProcesses()
    const components = [...this.#units.values()].map((unit): ComponentStatus => {
      const state = unit.status()
      const memory = memoryOf(state.pid === undefined ? [] : familyOf(state.pid, all))
      const ports = unit.component.kind === 'process' ? [...unit.component.ports] : []
      return { name: unit.component.name, ...state, ports, ...memory }
    })
    const own = memoryOf([process.pid])
    return {
      state: this.#overall(components),
      pid: process.pid,
      home: this.#options.home.root,
      startedAt: this.#startedAt.toISOString(),
      ...(this.#readyMillis === undefined ? {} : { readyMillis: this.#readyMillis }),
      rssBytes: components.reduce((sum, { rssBytes }) => sum + rssBytes, own.rssBytes),
      pssBytes: components.reduce((sum, { pssBytes }) => sum + pssBytes, own.pssBytes),
      components,
    }
  }

  #overall(components: readonly ComponentStatus[]): ApplianceStatus['state'] {
    if (this.#stopping !== undefined) return 'stopping'
    if (this.#readyMillis === undefined) return 'starting'
    return components.every(({ state }) => state === 'ready' || state === 'done') ? 'ready' : 'degraded'
  }
}

function refuseUnknownNeeds(components: readonly Component[]): void {
  const names = new Set(components.map(({ name }) => name))
  for (const { name, needs } of components) {
    for (const need of needs) {
      if (!names.has(need)) throw new TypeError(`component ${name} needs ${need}, which is not in the table`)
    }
  }
}
