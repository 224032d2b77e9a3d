/** What waits for the ledger, wherever it waits: the relay is the same for the table and for the files. */

/** An event as it is sent, and what its store needs to know it again. */
export interface WaitingEvent {
  readonly id: string
  readonly tenant: string
  readonly sequence: number
  /** Name of its place in the store. */
  readonly position: string
  readonly event: Readonly<Record<string, unknown>>
}

/** Why the ledger will never take an event. */
export interface Refusal {
  readonly outcome: 'conflict' | 'invalid'
  readonly detail: string
}

/** A batch in the hands of one relay; each tenant's events stand in order. */
export interface Taken {
  readonly events: readonly WaitingEvent[]
  /** Forgets events the ledger has; of each tenant the first of the batch, without a gap. */
  readonly settle: (events: readonly WaitingEvent[]) => Promise<void>
  /** Moves an event to the dead letters; those before it of its tenant are settled or refused already. */
  readonly refuse: (event: WaitingEvent, why: Refusal) => Promise<void>
}

export interface BacklogState {
  readonly pending: number
  /** Age of what waits longest; 0 when nothing waits. */
  readonly oldestSeconds: number
  /** Refused events that nobody has repaired. */
  readonly deadLetters: number
}

export interface TakeOptions {
  readonly limit: number
  /** Tenants whose turn has not come. */
  readonly heldTenants: ReadonlySet<string>
}

export interface Backlog {
  /** Runs `work` with the next events; undefined when there is nothing, or another relay is at work. */
  readonly takeNext: <T>(options: TakeOptions, work: (taken: Taken) => Promise<T>) => Promise<T | undefined>
  readonly state: () => Promise<BacklogState>
  /** Erases payloads of dead letters whose time has come and tells how many. */
  readonly tidy: () => Promise<number>
  /** Records a heartbeat for every tenant that had none for so long, and tells how many. */
  readonly beat: (everySeconds: number) => Promise<number>
}
