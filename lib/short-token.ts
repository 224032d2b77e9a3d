/**
 * What a process shows to the ledger. Over TLS it is a short-lived token: exchanged for the long-lived one, kept for
 * most of its life, and exchanged again when it is near its end or was refused, so that what crosses the network with
 * every request is good for minutes. On loopback the long-lived one never leaves the machine and is shown as it is.
 */
import { TokenAnswer } from '../contracts/ledger-token.ts'
import { CodedError } from './errors.ts'
import { validator } from './validate.ts'

export interface ShortTokenOptions {
  /** Base address of the ledger. */
  readonly ledgerUrl: string
  /** Long-lived token. */
  readonly token: string
  readonly fetch: (url: URL, init: RequestInit & { readonly timeoutMillis?: number }) => Promise<Response>
  /** Longest wait for an exchange, in milliseconds. Default 5 000. */
  readonly timeoutMillis?: number
  /** Milliseconds since any fixed point. Default the system's monotonic clock. */
  readonly now?: () => number
}

/** The ledger refused to exchange; asked again later it may not. */
export class ExchangeError extends CodedError<'TOKEN_NOT_EXCHANGED'> {
  /** Of its answer. */
  readonly status: number
  constructor(status: number) {
    super('TOKEN_NOT_EXCHANGED', `the ledger exchanged no token: status ${status}`)
    this.status = status
  }
}

interface Kept {
  readonly token: string
  readonly until: number
}

const validate = validator(TokenAnswer)
/** Part of a token's life after which it is exchanged again: what is on its way then still arrives in time. */
const usedRatio = 0.75

/** Shared by all requests of one process to one ledger. */
export class ShortToken {
  readonly #options: ShortTokenOptions
  readonly #now: () => number
  #kept: Kept | undefined
  /** One exchange serves everybody who waits for it. */
  #exchange: Promise<Kept> | undefined

  constructor(options: ShortTokenOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /**
   * Answers a token that is good for a while yet.
   *
   * @throws ExchangeError when the ledger refuses, and what `fetch` throws when it cannot be asked
   */
  async get(): Promise<string> {
    const { token, ledgerUrl } = this.#options
    if (new URL(ledgerUrl).protocol !== 'https:') return token
    if (this.#kept !== undefined && this.#now() < this.#kept.until) return this.#kept.token
    this.#exchange ??= this.#ask().finally(() => (this.#exchange = undefined))
    this.#kept = await this.#exchange
    return this.#kept.token
  }

  /** Drops the token: the ledger has refused it, as after its key was replaced. */
  forget(): void {
    this.#kept = undefined
  }

  async #ask(): Promise<Kept> {
    const { ledgerUrl, token, fetch, timeoutMillis = 5_000 } = this.#options
    const askedAt = this.#now()
    const response = await fetch(new URL('/v1/tokens', ledgerUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
      timeoutMillis,
      signal: AbortSignal.timeout(timeoutMillis),
    })
    const text = await response.text()
    if (!response.ok) throw new ExchangeError(response.status)
    const outcome = validate(JSON.parse(text))
    if (!outcome.valid) throw new ExchangeError(response.status)
    const { access_token: short, expires_in: seconds } = outcome.value
    return { token: short, until: askedAt + seconds * 1_000 * usedRatio }
  }
}
