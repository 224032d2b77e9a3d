/** Our own Node processes: command, doors, what each needs, and the secrets and database role it is given. */
import { join } from 'node:path'
import type { PortName } from '../../../contracts/ports.ts'
import type { DatabaseRole } from '../database/roles.ts'
import { httpProbe } from '../process/probe.ts'
import { consoleAccountsFile } from '../secrets/console-accounts.ts'
import { accountsFile } from '../secrets/first-accounts.ts'
import { keyHolders, type KeyHolder } from '../secrets/ensure-secrets.ts'
import {
  acceptedTokens,
  tokenFile,
  tokenHolders,
  tokensFile,
  type TokenHolder,
  type TokenReceiver,
} from '../secrets/tokens.ts'
import type { ProcessComponent } from './component.ts'
import {
  custodyEnvironment,
  hmacEnvironment,
  inboxEnvironment,
  nodeEnvironment,
  type ChildContext,
} from './environment.ts'

interface HouseProcess {
  readonly name: string
  /** Below the checkout. */
  readonly command: readonly string[]
  /** Most MiB of one half of the space for young objects. Default 4. */
  readonly youngSpaceMib?: number
  readonly needs: readonly string[]
  readonly doors: readonly PortName[]
  /** Door of `/health`; the first one when absent. `once` for a command that ends. */
  readonly health?: PortName | 'once'
  readonly role?: DatabaseRole
  /** Also given to it: a second role, by the variable that names it. */
  readonly extraRoles?: Readonly<Record<string, DatabaseRole>>
  readonly demoOnly?: boolean
  /** Is told the passwords of the first accounts. */
  readonly knowsAccounts?: boolean
  /** Writes join keys, which it hashes under the key that is the same for all. */
  readonly hashesJoinKeys?: boolean
  /** Takes or sends events of PagerDuty's shape, under the key of the inbox. */
  readonly knowsInbox?: boolean
  /** Is told the passwords of the console's first accounts. */
  readonly knowsConsoleAccounts?: boolean
}

/** In the order in which they appear in reports. */
export const processes: readonly HouseProcess[] = [
  {
    name: 'ledger',
    command: ['audit/main.ts', 'serve'],
    needs: ['postgres'],
    doors: ['ledger'],
    role: 'ledger_append',
    extraRoles: { CAMPANILE_READ_DATABASE_URL: 'ledger_read' },
    hashesJoinKeys: true,
  },
  {
    name: 'collector',
    command: ['collector/main.ts', 'serve'],
    // What it would begin anew for (collector/main.ts).
    youngSpaceMib: 2,
    needs: [],
    doors: ['collectorHealth', 'otlpHttp', 'otlpGrpc', 'faro', 'query', 'exporter', 'collectorTelemetry'],
    hashesJoinKeys: true,
  },
  {
    name: 'users',
    command: ['app/users/main.ts'],
    needs: ['postgres', 'ledger', 'collector'],
    doors: ['users'],
    role: 'users_app',
    hashesJoinKeys: true,
  },
  {
    name: 'academics',
    command: ['app/academics/main.ts'],
    needs: ['postgres', 'ledger', 'collector'],
    doors: ['academics'],
    role: 'academics_app',
    hashesJoinKeys: true,
  },
  {
    name: 'booking',
    command: ['app/booking/main.ts'],
    needs: ['postgres', 'ledger', 'collector'],
    doors: ['booking'],
    role: 'booking_app',
    hashesJoinKeys: true,
  },
  {
    name: 'gateway',
    command: ['app/gateway/main.ts'],
    needs: ['users', 'academics', 'booking'],
    doors: ['gateway'],
    role: 'gateway_app',
    hashesJoinKeys: true,
  },
  // The first two of those that watch need none of the others: they must stand when the house does not.
  {
    name: 'console',
    command: ['console/main.ts', 'serve'],
    needs: [],
    doors: ['console'],
    knowsInbox: true,
    knowsConsoleAccounts: true,
  },
  {
    name: 'heartbeat',
    command: ['console/heartbeat/main.ts', 'serve'],
    needs: [],
    doors: ['heartbeat'],
    knowsInbox: true,
  },
  {
    name: 'compliance',
    command: ['compliance/main.ts', 'serve'],
    needs: ['postgres'],
    doors: ['compliance'],
    role: 'compliance_read',
    extraRoles: { CAMPANILE_HISTORY_DATABASE_URL: 'compliance_history' },
  },
  {
    name: 'accounts',
    command: ['app/users/main.ts', 'provision'],
    needs: ['postgres', 'collector'],
    doors: [],
    health: 'once',
    role: 'users_app',
    knowsAccounts: true,
  },
  {
    name: 'seed',
    command: ['app/demo/main.ts', 'seed'],
    needs: ['postgres', 'collector'],
    doors: [],
    health: 'once',
    role: 'seed_app',
    demoOnly: true,
  },
  {
    name: 'traffic',
    command: ['app/demo/main.ts', 'traffic'],
    needs: ['gateway', 'accounts', 'seed'],
    doors: ['traffic'],
    demoOnly: true,
    knowsAccounts: true,
  },
]

/**
 * A young generation of at most 12 MB instead of 48: the processes are many and small, and what they keep of a
 * request they keep briefly.
 */
const usualYoungSpaceMib = 4

export interface ProcessContext extends ChildContext {
  readonly urlOf: (role: DatabaseRole) => string
  /** What browsers show to the collector, unless the operator names another. */
  readonly faroAppKey: string
}

/** Builds the components of our own processes; without the demo those that only serve it are left out. */
export function processComponents(context: ProcessContext): ProcessComponent[] {
  return processes
    .filter(({ demoOnly }) => context.demo || demoOnly !== true)
    .map((own) => processComponent(own, context))
}

function processComponent(own: HouseProcess, context: ProcessContext): ProcessComponent {
  const { name, needs, doors, health = doors[0] } = own
  const { ports, checkout } = context.settings
  const [file = '', ...args] = own.command
  return {
    kind: 'process',
    name,
    needs,
    ports: doors.map((door) => ports[door]),
    ready:
      health === 'once' || health === undefined
        ? 'once'
        : httpProbe(`http://127.0.0.1:${ports[health]}/health`),
    prepare: async () => ({
      file: process.execPath,
      args: [
        `--max-semi-space-size=${own.youngSpaceMib ?? usualYoungSpaceMib}`,
        join(checkout, file),
        ...args,
      ],
      environment: processEnvironment(own, context),
      cwd: checkout,
    }),
  }
}

/** Builds the whole environment of a process. */
export function processEnvironment(own: HouseProcess, context: ProcessContext): Record<string, string> {
  const { name, role, extraRoles = {} } = own
  const { home, urlOf } = context
  const roles = Object.entries(extraRoles).map(([variable, extra]): [string, string] => [
    variable,
    urlOf(extra),
  ])
  return {
    ...nodeEnvironment(context),
    ...(name === 'gateway' || name === 'collector' ? faroEnvironment(context) : {}),
    ...(isOneOf(keyHolders, name) ? custodyEnvironment(context, name satisfies KeyHolder) : {}),
    ...(own.hashesJoinKeys === true ? hmacEnvironment(home) : {}),
    ...(own.knowsInbox === true ? inboxEnvironment(context) : {}),
    ...(own.knowsConsoleAccounts === true
      ? { CAMPANILE_CONSOLE_ACCOUNTS_FILE: consoleAccountsFile(home.secrets) }
      : {}),
    ...(role === undefined ? {} : { CAMPANILE_DATABASE_URL: urlOf(role) }),
    ...Object.fromEntries<string>(roles),
    ...tokenEnvironment(home.secrets, name),
    ...(own.knowsAccounts === true
      ? { CAMPANILE_DEMO_ACCOUNTS_FILE: accountsFile(home.secrets, context.demo) }
      : {}),
  }
}

/** One name for the two processes that must agree on it. */
function faroEnvironment({ settings, faroAppKey }: ProcessContext): Record<string, string> {
  return { CAMPANILE_FARO_APP_KEY: settings.variables['CAMPANILE_FARO_APP_KEY'] ?? faroAppKey }
}

function tokenEnvironment(secrets: string, name: string): Record<string, string> {
  // Object.keys of a literal gives its own keys.
  const receivers = Object.keys(acceptedTokens) as TokenReceiver[]
  return {
    ...(isOneOf(tokenHolders, name)
      ? { CAMPANILE_TOKEN_FILE: tokenFile(secrets, name satisfies TokenHolder) }
      : {}),
    ...(isOneOf(receivers, name) ? { CAMPANILE_TOKENS_FILE: tokensFile(secrets, name) } : {}),
  }
}

function isOneOf<T extends string>(list: readonly T[], name: string): name is T {
  return list.some((known) => known === name)
}
