/** A client that keeps cookies as a browser does, for the endpoints that live by them. */
import { password, type Campus } from './campus.ts'

export interface LoggedIn {
  readonly accessToken: string
  readonly csrf: string
  readonly account: { readonly id: string; readonly tenant: string; readonly role: string }
}

export interface BrowserSession {
  readonly cookies: Map<string, string>
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
  readonly logIn: (email: string, secret?: string) => Promise<LoggedIn>
  /** Sends the cookies with the CSRF token, to a path of `/api/auth`. */
  readonly auth: (path: string, headers?: Record<string, string>) => Promise<Response>
}

/** Opens an empty cookie jar at the gateway. */
export function browserSession(campus: Campus): BrowserSession {
  const cookies = new Map<string, string>()
  const base = campus.urls.gateway
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (jar !== '') headers.set('cookie', jar)
    const response = await fetch(base + path, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  return {
    cookies,
    fetch: send,
    logIn: async (email, secret = password) => {
      const response = await send('/api/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: base },
        body: JSON.stringify({ email, password: secret }),
      })
      if (response.status !== 200) throw new Error(`login was answered ${response.status}`)
      return (await response.json()) as LoggedIn
    },
    auth: (path, headers = {}) =>
      send(path, {
        method: 'POST',
        headers: { origin: base, 'x-csrf-token': cookies.get('campanile_csrf') ?? '', ...headers },
      }),
  }
}
