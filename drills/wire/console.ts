/** The console as a person on duty has it: the inbox with the drill's token, the pages after a login. */
import Type from 'typebox'
import { Incident } from '../../contracts/incident.ts'
import { DrillError } from '../errors.ts'
import { reader, send } from './http.ts'

export interface ConsoleClient {
  /** Lists incidents, newest first. */
  readonly incidents: () => Promise<readonly Incident[]>
  /** Follows a link of an event: the page, and what the page reads. Answers 200 or the first other status. */
  readonly follow: (href: string) => Promise<number>
}

export interface ConsoleOptions {
  /** Base address. */
  readonly url: string
  /** Token that may read incidents. */
  readonly token: string
  /** Who looks at the pages. */
  readonly account: { readonly email: string; readonly password: string }
}

const readIncidents = reader(Type.Object({ incidents: Type.Array(Incident) }))

/** Opens the client; it logs in when the first link is followed. */
export function consoleClient({ url, token, account }: ConsoleOptions): ConsoleClient {
  const who = 'the console'
  // Owned by this client: the cookie of its session.
  let cookie: Promise<string> | undefined
  const logIn = async () => {
    const response = await send({
      who,
      url: `${url}/api/login`,
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify(account),
    })
    const [given = ''] = response.headers.getSetCookie()
    if (response.status !== 200 || given === '') {
      throw new DrillError('DRILL_UNREACHABLE', `${who} answered the login with ${response.status}`)
    }
    return given.split(';', 1)[0] ?? ''
  }
  const statusOf = async (address: string) => {
    cookie ??= logIn()
    const response = await send({ who, url: address, headers: { cookie: await cookie } })
    await response.arrayBuffer()
    return response.status
  }
  return {
    incidents: async () => {
      const headers = { authorization: `Bearer ${token}` }
      return (await readIncidents({ who, url: `${url}/api/incidents`, headers })).incidents
    },
    follow: async (href) => {
      const { origin, pathname, search } = new URL(href)
      // A link elsewhere is a fault of the event; nobody sends a cookie there.
      if (origin !== new URL(url).origin) return 0
      const page = await statusOf(href)
      if (page !== 200) return page
      return statusOf(`${url}${dataOf(pathname, search)}`)
    },
  }
}

/** Where a page of the console reads what it shows: a page alone would also be shown for what does not exist. */
function dataOf(pathname: string, search: string): string {
  if (pathname === '/inbox') return '/api/incidents'
  return pathname === '/traces' ? `/api/traces${search}` : `/api${pathname}`
}
