/** Connections over TLS that are kept, and made anew when certificates have changed. */
import { Agent } from 'node:https'
import type { SecureOptions } from './client-tls.ts'

/** Connections that lie idle are closed before servers do it: 60 s is the shortest in use behind load balancers. */
export const agentOptions = { keepAlive: true, timeout: 55_000, maxFreeSockets: 32 } as const

export class SecureAgent {
  readonly #secure: (() => SecureOptions) | undefined
  #known: { readonly options: SecureOptions | undefined; readonly agent: Agent } | undefined

  /** @param secure asked before each request; the runtime's own authorities without it */
  constructor(secure: (() => SecureOptions) | undefined) {
    this.#secure = secure
  }

  /** The connections of the certificates as they are now; those of older ones end with what they carry. */
  current(): Agent {
    const options = this.#secure?.()
    if (this.#known !== undefined && this.#known.options === options) return this.#known.agent
    const agent = new Agent({ ...agentOptions, ...options })
    if (this.#known !== undefined) retire(this.#known.agent)
    this.#known = { options, agent }
    return agent
  }

  close(): void {
    this.#known?.agent.destroy()
  }
}

function retire(agent: Agent): void {
  agent.keepSocketAlive = () => false
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy()
  }
}
