/** One person of the drill's tenant with the gateway: logs in, and again when the token is no longer taken. */
import Type, { type Static, type TSchema } from 'typebox'
import { reader, send } from '../wire/http.ts'

export interface Person {
  readonly email: string
  readonly tenant: string
  readonly password: string
}

export interface CampusSession {
  /** Logs in anew. @throws DrillError DRILL_UNREACHABLE */
  readonly logIn: () => Promise<void>
  /** Sends a request as this person and answers its status; the first one logs in. */
  readonly send: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<number>
  /** Reads something as this person. @throws DrillError DRILL_UNREACHABLE */
  readonly read: <S extends TSchema>(path: string, schema: S) => Promise<Static<S>>
}

const readLogin = reader(Type.Object({ accessToken: Type.String() }))
const who = 'the gateway'

/** Opens a session at the gateway. */
export function campusSession(gateway: string, { tenant, email, password }: Person): CampusSession {
  // Owned by this session; undefined while nobody is logged in.
  let token: string | undefined
  const headers = { origin: gateway, 'content-type': 'application/json', 'x-campanile-synthetic': '1' }
  const logIn = async () => {
    const body = JSON.stringify({ tenant, email, password })
    token = (await readLogin({ who, url: `${gateway}/api/auth/login`, method: 'POST', headers, body }))
      .accessToken
  }
  const authorized = async () => {
    if (token === undefined) await logIn()
    return { ...headers, authorization: `Bearer ${token ?? ''}` }
  }
  return {
    logIn,
    read: async (path, schema) => reader(schema)({ who, url: gateway + path, headers: await authorized() }),
    send: async (method, path, body) => {
      const response = await send({
        who,
        url: gateway + path,
        method,
        headers: await authorized(),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      await response.arrayBuffer()
      if (response.status === 401) token = undefined
      return response.status
    },
  }
}
