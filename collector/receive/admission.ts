/**
 * Lets as many requests in at a time as there is room for. Whoever waits costs a connection and nothing more: the kernel
 * holds its body and slows its sender down, so that what comes too fast is neither read nor thrown away.
 */
import type { Readable } from 'node:stream'
import type { Refusal } from '../../lib/refusal.ts'
import { brokenOff, overloaded } from './body.ts'
import { RestingConnections, type Restable } from './resting.ts'

export interface AdmissionOptions {
  /** Bytes of requests that are read or worked on at once; a larger one is let in alone. */
  readonly roomBytes: number
  /** Most requests that wait. Default 512. */
  readonly maxWaiting?: number
  /** Longest wait; exporters give up after ten seconds. Default 5000. */
  readonly maxWaitMillis?: number
  /** A body that takes longer to be read is slow, and others need not wait for it. Default 250. */
  readonly slowMillis?: number
}

interface Waiting {
  readonly bytes: number
  readonly enter: () => void
}

/** So many wait with what they have sent so far, ready to be let in; the connections of all others may rest. */
const readyCount = 4

export class Admission {
  readonly slowMillis: number
  readonly #roomBytes: number
  readonly #maxWaiting: number
  readonly #maxWaitMillis: number
  /** Oldest first. */
  readonly #waiting = new Set<Waiting>()
  readonly #resting = new RestingConnections()
  #usedBytes = 0
  /** Of requests that are read slowly, which nobody waits for. */
  #asideBytes = 0

  constructor({ roomBytes, maxWaiting = 512, maxWaitMillis = 5_000, slowMillis = 250 }: AdmissionOptions) {
    this.slowMillis = slowMillis
    this.#roomBytes = roomBytes
    this.#maxWaiting = maxWaiting
    this.#maxWaitMillis = maxWaitMillis
  }

  /**
   * Waits for room.
   *
   * @param bytes what the request will take, once it is read
   * @param request waits no longer once it is closed
   * @returns what gives the room back; to be called once
   * @throws Refusal overloaded when too many wait, or for too long; body_malformed when its client left meanwhile
   */
  async enter(bytes: number, request?: Readable): Promise<() => void> {
    if (this.#waiting.size > 0 || !this.#fits(bytes)) await this.#wait(bytes, request)
    else this.#usedBytes += bytes
    return () => this.#leave(bytes)
  }

  /**
   * Moves a request that is read slowly aside, where there is as much room again for its like, and lets others in.
   *
   * @param bytes as it entered with
   * @returns what gives the room back instead; undefined where there is none, and the request stays where it is
   */
  setAside(bytes: number): (() => void) | undefined {
    if (this.#asideBytes > 0 && this.#asideBytes + bytes > this.#roomBytes) return undefined
    this.#asideBytes += bytes
    this.#leave(bytes)
    return () => {
      this.#asideBytes -= bytes
    }
  }

  /** Lets a connection rest whose request was answered, where enough others wait. */
  rest(connection: Restable): void {
    if (this.#waiting.size >= readyCount) this.#resting.add(connection)
  }

  #fits(bytes: number): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + bytes <= this.#roomBytes
  }

  #wait(bytes: number, request: Readable | undefined): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting) throw overloaded('too many requests wait for room')
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        request?.off('close', left)
        this.#waiting.delete(waiting)
      }
      const refuse = (refusal: Refusal) => {
        end()
        reject(refusal)
        // Those behind it may be smaller.
        this.#letIn()
        this.#wake()
      }
      const left = () => refuse(brokenOff())
      const timer = setTimeout(() => refuse(overloaded('no room in time')), this.#maxWaitMillis)
      const waiting: Waiting = {
        bytes,
        enter: () => {
          end()
          resolve()
        },
      }
      request?.once('close', left)
      this.#waiting.add(waiting)
    })
  }

  #leave(bytes: number): void {
    this.#usedBytes -= bytes
    this.#letIn()
    this.#wake()
  }

  /** As many as should wait, ready to be let in; all of them where nothing is left to do: most may have nothing to say. */
  #wake(): void {
    this.#resting.wake(this.#usedBytes === 0 ? Number.POSITIVE_INFINITY : readyCount - this.#waiting.size)
  }

  #letIn(): void {
    for (const waiting of this.#waiting) {
      if (!this.#fits(waiting.bytes)) return
      // Its room is taken before anybody else can ask for it.
      this.#usedBytes += waiting.bytes
      waiting.enter()
    }
  }
}

/** A body announced as smaller is not watched for being slow, and a hundred of them are to fill a room. */
const smallBytes = 16_384

/** The room of one request, for which more may be found out while it is read. */
export class Room {
  readonly #admission: Admission
  readonly #request: Readable | undefined
  #leave: (() => void) | undefined
  #watch: NodeJS.Timeout | undefined
  #isOver = false

  constructor(admission: Admission, request?: Readable) {
    this.#admission = admission
    this.#request = request
  }

  /**
   * Gives back what it has and waits for so much: whoever kept a part and waited for the rest could wait for ever.
   *
   * @throws Refusal overloaded, body_malformed
   */
  async take(bytes: number): Promise<void> {
    this.#giveBack()
    const leave = await this.#admission.enter(bytes, this.#request)
    // The request may have ended meanwhile.
    if (this.#isOver) {
      leave()
      return
    }
    this.#leave = leave
    if (bytes <= smallBytes) return
    const watch = setInterval(() => {
      // This process may have been busy for so long: first it reads what lies ready.
      setImmediate(() => setImmediate(() => this.#watch === watch && this.#setAside(bytes)))
    }, this.#admission.slowMillis)
    this.#watch = watch.unref()
  }

  #setAside(bytes: number): void {
    const leave = this.#admission.setAside(bytes)
    if (leave === undefined) return
    this.isRead()
    this.#leave = leave
  }

  /** To be called once the body is here: from now on nobody but this collector takes time. */
  isRead(): void {
    clearInterval(this.#watch)
    this.#watch = undefined
  }

  /**
   * Makes what asks for more, once a body turns out to be longer than was thought: at most once for what is known of
   * its length, and once for whoever sends more than that.
   *
   * @param limit most it may be
   * @returns takes the bytes that were read, or that are known to come
   */
  grower(
    limit: number,
    encoding: string | undefined,
  ): (read: number, known?: number) => Promise<void> | undefined {
    let expected = unannouncedBytes
    return (read, known = 0) => {
      if (Math.max(read, known) <= expected) return undefined
      expected = known > expected ? known : limit
      return read > limit ? undefined : this.take(roomFor(String(expected), encoding, limit))
    }
  }

  /** Gives everything back, also what is still waited for. */
  end(): void {
    this.#isOver = true
    this.#giveBack()
  }

  #giveBack(): void {
    this.isRead()
    this.#leave?.()
    this.#leave = undefined
  }
}

/** What a compressed body is expected to become: telemetry shrinks to about a tenth. */
const inflation = 8
/** What is expected of a body that does not say how long it is. */
const unannouncedBytes = 2 ** 20

/**
 * Tells what room a request will take.
 *
 * @param announced its content-length, where it has one
 * @param limit most it may be
 */
export function roomFor(announced: string | undefined, encoding: string | undefined, limit: number): number {
  const length = announced === undefined ? unannouncedBytes : Number(announced)
  const isPlain = encoding === undefined || encoding === '' || encoding === 'identity'
  const bytes = Number.isFinite(length) ? length * (isPlain ? 1 : inflation) : unannouncedBytes
  return Math.min(bytes, limit)
}
