/** The appliance as a drill reaches it: doors on this machine, the drill's own secrets, a clock. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type from 'typebox'
import { drillTenant } from '../contracts/faults.ts'
import type { PortName } from '../contracts/ports.ts'
import { messageOf, systemCodeOf } from '../lib/errors.ts'
import { validator } from '../lib/validate.ts'
import { DrillError } from './errors.ts'
import type { Person } from './traffic/campus.ts'

export interface HouseOptions {
  /** State folder of the appliance. */
  readonly home: string
  readonly ports: Readonly<Record<PortName, number>>
  /** Token of drills; default the one of the home. */
  readonly token: string | undefined
  /** `DATABASE_URL` where the database is not the appliance's own. */
  readonly databaseUrl: string | undefined
}

export interface House {
  /** Base address of a door. */
  readonly urlOf: (door: PortName) => string
  readonly token: string
  /** People of the drill's tenant. */
  readonly people: readonly Person[]
  /** Who looks at the pages of the console. */
  readonly onDuty: { readonly email: string; readonly password: string }
  /** Connection string of the database's superuser. */
  readonly adminUrl: () => Promise<string>
  /** Where drills keep what they must not lose. */
  readonly folder: string
}

const account = { email: Type.String(), password: Type.String() }
const checkPeople = validator(Type.Array(Type.Object({ ...account, tenant: Type.String() })))
const checkWatchers = validator(Type.Array(Type.Object({ ...account, role: Type.String() })))

/** Reads what a drill needs of a home. @throws DrillError DRILL_NOT_POSSIBLE */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { home, ports, databaseUrl } = options
  const secret = (name: string) => join(home, 'secrets', name)
  const token = options.token ?? (await readText(secret('drills.token'))).trim()
  const accounts = checkPeople(JSON.parse(await readText(secret('demo.json'))))
  const watchers = checkWatchers(JSON.parse(await readText(secret('console.json'))))
  const people = accounts.valid ? accounts.value.filter(({ tenant }) => tenant === drillTenant) : []
  const onDuty = watchers.valid ? watchers.value.find(({ role }) => role === 'viewer') : undefined
  if (people.length === 0 || onDuty === undefined) {
    throw new DrillError('DRILL_NOT_POSSIBLE', `${home} has no accounts for drills, expected a demo`)
  }
  return {
    urlOf: (door) => `http://127.0.0.1:${ports[door]}`,
    token,
    people,
    onDuty: { email: onDuty.email, password: onDuty.password },
    adminUrl: async () => databaseUrl ?? ownAdminUrl(home),
    folder: join(home, 'drills'),
  }
}

/** The superuser of the appliance's own database, on the socket that the running server names in its pid file. */
async function ownAdminUrl(home: string): Promise<string> {
  const password = (await readText(join(home, 'secrets', 'database.admin.password'))).trim()
  const lines = (await readText(join(home, 'postgres', 'data', 'postmaster.pid'))).split('\n')
  const url = new URL('postgresql://localhost/campanile')
  url.username = 'campanile_admin'
  url.password = password
  // The fifth line is the first socket directory.
  url.searchParams.set('host', lines[4] ?? '')
  return url.href
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = systemCodeOf(cause) === 'ENOENT' ? 'it is not there' : messageOf(cause)
    throw new DrillError(
      'DRILL_NOT_POSSIBLE',
      `${path} cannot be read (${reason}), expected a running demo`,
      {
        cause,
      },
    )
  }
}
