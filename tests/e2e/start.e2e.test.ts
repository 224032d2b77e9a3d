import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { dataFolders, homeAt, type Home } from '../../compose/local/home.ts'
import { commandLineOf, familyOf, startTimeOf } from '../../compose/local/process/proc.ts'
import type { ApplianceStatus } from '../../compose/local/supervise/status.ts'
import { ports as defaultPorts, type PortName } from '../../contracts/ports.ts'
import { portVariables } from '../support/appliance.ts'
import { request } from '../support/campus-client.ts'
import { freePorts } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'

const run = promisify(execFile)
const root = new URL('../..', import.meta.url).pathname
const command = join(root, 'campanile')
const credential = /^ +\S+@\S+\.example +(?:admin|sre|auditor|viewer) +(\S+)$/gm

/** A state folder and ports of one's own, with nothing started yet. */
interface House {
  readonly home: Home
  readonly ports: Readonly<Record<PortName, number>>
  readonly environment: NodeJS.ProcessEnv
  /** Runs one command to its end and answers with all it printed. */
  readonly campanile: (...args: readonly string[]) => Promise<string>
  readonly status: () => Promise<ApplianceStatus>
  readonly clean: () => Promise<void>
}

async function emptyHouse(): Promise<House> {
  const home = homeAt(mkdtempSync(join(tmpdir(), 'campanile-start-')))
  const ports = await freePorts(Object.keys(defaultPorts) as PortName[])
  // Of a stop it is asked whether it is orderly, not whether the machine has time for it.
  const CAMPANILE_STOP_SECONDS = '120'
  const environment = {
    ...process.env,
    CAMPANILE_STOP_SECONDS,
    CAMPANILE_HOME: home.root,
    ...portVariables(ports),
  }
  const campanile: House['campanile'] = async (...args) => {
    const { stdout, stderr } = await run(command, args, { env: environment })
    return stdout + stderr
  }
  return {
    home,
    ports,
    environment,
    campanile,
    status: async () => JSON.parse(await campanile('status', '--json')) as ApplianceStatus,
    clean: async () => {
      await campanile('down', '--volumes')
      rmSync(home.root, { recursive: true, force: true })
    },
  }
}

/** The supervisor and all that descends from it, each with its moment of birth: numbers are used again. */
function processesOf({ pid }: ApplianceStatus): ReadonlyMap<number, string | undefined> {
  return new Map(familyOf(pid).map((member) => [member, startTimeOf(member)]))
}

function living(processes: ReadonlyMap<number, string | undefined>): readonly string[] {
  return [...processes]
    .filter(([pid, born]) => born !== undefined && startTimeOf(pid) === born)
    .map(([pid]) => `${pid} ${commandLineOf(pid).join(' ')}`)
}

function passwordsIn(output: string): readonly string[] {
  return [...output.matchAll(credential)].map(([, password = '']) => password)
}

/** Logs the first admin in through the gateway; answers the status and, when it is 200, a bearer header. */
async function logIn({ ports }: House, password: string) {
  const origin = `http://127.0.0.1:${ports.gateway}`
  const { status, body } = await request(`${origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ tenant: 'campus', email: 'admin@campus.example', password }),
  })
  const { accessToken = '' } = body as { readonly accessToken?: string }
  return { status, origin, headers: { origin, authorization: `Bearer ${accessToken}` } }
}

const member = { email: 'first.member@campus.example', name: 'First Member', role: 'staff' }

/** Creates an account as the admin of the campus. */
async function addMember(house: House, password: string): Promise<number> {
  const { origin, headers } = await logIn(house, password)
  const { status } = await request(`${origin}/api/users/accounts`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ ...member, password: 'a passphrase of the member' }),
  })
  return status
}

async function membersOf(house: House, password: string): Promise<readonly string[]> {
  const { origin, headers } = await logIn(house, password)
  const { body } = await request(`${origin}/api/users/accounts`, { headers })
  return (body as { readonly accounts: readonly { readonly email: string }[] }).accounts.map(
    ({ email }) => email,
  )
}

describe('./campanile up --no-demo --detach in a fresh home', () => {
  let house: House
  let printed: string
  let password: string
  before(async () => {
    house = await emptyHouse()
    printed = await house.campanile('up', '--no-demo', '--detach')
    password = passwordsIn(printed)[0] ?? ''
  })
  after(() => (house as House | undefined)?.clean())

  it('prints one line with seconds for every component', async () => {
    const { components } = await house.status()
    expect(components.length).to.be.at.least(10)
    for (const { name } of components) {
      const lines = printed.match(new RegExp(`^  ${name} +ready after +\\d+\\.\\d s$`, 'gm'))
      expect(lines, name).to.have.length(1)
    }
    expect(printed).to.match(/ready in \d+\.\d s, memory \d+ MB PSS, \d+ MB plain RSS/)
  })

  it('prints links that all answer', async () => {
    const links = printed.match(/http:\/\/127\.0\.0\.1:\d+\S*/g) ?? []
    expect(links).to.have.length(5)
    for (const link of links) expect((await fetch(link)).status, link).to.equal(200)
  })

  it('prints the generated password of the first admin once, and it opens the gateway', async () => {
    expect(passwordsIn(printed)).to.have.length(4)
    expect(new Set(passwordsIn(printed)).size).to.equal(4)
    expect(printed.split(password)).to.have.length(2)
    // 192 random bits in base64url.
    expect(password).to.match(/^[\w-]{32}$/)
    expect((await logIn(house, password)).status).to.equal(200)
    for (const guess of ['admin', 'campanile', 'password', `${password}x`])
      expect((await logIn(house, guess)).status, guess).to.equal(401)
  })

  it('prints the generated passwords of the console’s first accounts, which open it and not the gateway', async () => {
    const [, ...others] = passwordsIn(printed)
    const origin = `http://127.0.0.1:${house.ports.console}`
    const accounts = ['sre', 'auditor', 'viewer'].map((role) => `${role}@console.example`)
    for (const [at, email] of accounts.entries()) {
      const { status } = await request(`${origin}/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify({ email, password: others[at] }),
      })
      expect(status, email).to.equal(200)
      expect((await logIn(house, others[at] ?? '')).status, email).to.equal(401)
    }
  })

  it('says how to stop', () => {
    expect(printed).to.include('./campanile down').and.to.include('./campanile down --volumes')
  })

  it('runs nothing of the demo', async () => {
    const status = await house.status()
    const commands = [...processesOf(status).keys()].map((pid) => commandLineOf(pid).join(' '))
    expect(commands.filter((words) => words.includes('app/users/main.ts'))).to.have.length(1)
    expect(commands.filter((words) => words.includes('app/demo/'))).to.deep.equal([])
    expect(status.components.map(({ name }) => name)).to.not.include.oneOf(['seed', 'traffic'])
  })

  describe('then down and up --detach again', () => {
    let again: string
    before(async () => {
      expect(await addMember(house, password)).to.equal(201)
      const processes = processesOf(await house.status())
      await house.campanile('down')
      expect(living(processes)).to.deep.equal([])
      again = await house.campanile('up', '--no-demo', '--detach')
    })

    it('prints no password again', () => {
      expect(passwordsIn(again)).to.deep.equal([])
      expect(again).not.to.include(password)
    })

    it('keeps the data', async () => {
      expect(await membersOf(house, password)).to.include.members(['admin@campus.example', member.email])
    })

    describe('then down --volumes', () => {
      let processes: ReadonlyMap<number, string | undefined>
      before(async () => {
        processes = processesOf(await house.status())
        await house.campanile('down', '--volumes')
      })

      it('leaves no data and no process', () => {
        expect(dataFolders(house.home).filter((folder) => existsSync(folder))).to.deep.equal([])
        expect(living(processes)).to.deep.equal([])
      })
    })
  })
})

describe('./campanile up in the foreground', () => {
  let house: House
  before(async () => {
    house = await emptyHouse()
  })
  after(() => (house as House | undefined)?.clean())

  it('stops everything in time on Ctrl-C', async () => {
    const child = spawn(command, ['up', '--no-demo'], { env: house.environment, detached: true })
    const output = outputOf(child)
    const exited = once(child, 'close')
    await eventually('it says how to stop', () => output().includes('stop:'), { withinMillis: 180_000 })
    const processes = processesOf(await house.status())
    expect(processes.size).to.be.greaterThan(10)
    // What a terminal does: the signal goes to the whole group in its foreground.
    process.kill(-(child.pid ?? 0), 'SIGINT')
    const [code] = (await exited) as [number | null]
    expect(code, output()).to.equal(0)
    expect(living(processes)).to.deep.equal([])
    const log = readFileSync(join(house.home.logs, 'supervisor.log'), 'utf8')
    expect(log, 'everything stopped before the deadline').not.to.include('component killed')
  })
})

function outputOf(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  }
  return () => text
}
