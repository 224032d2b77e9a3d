import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { forward, parseForwarded } from '../../compose/docker/forward.ts'
import { prepare } from '../../compose/docker/prepare.ts'
import { probe } from '../../compose/docker/probe.ts'
import { processes } from '../../compose/local/components/processes.ts'
import { freePort } from '../support/free-port.ts'

const root = join(import.meta.dirname, '../..')

describe('what containers are handed', () => {
  let home = ''

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'campanile-prepare-'))
    await prepare({
      CAMPANILE_HOME: home,
      CAMPANILE_ENVIRONMENT: 'production',
      CAMPANILE_DEMO: '1',
      PATH: '/usr/bin',
    })
  })

  after(() => {
    rmSync(home, { recursive: true, force: true })
  })

  const given = (name: string, file = 'process.json') => readFileSync(join(home, 'given', name, file), 'utf8')

  it('names every process, its command and its part of the environment', () => {
    for (const { name, command, role } of processes) {
      const { command: found, environment } = JSON.parse(given(name))
      expect(found[1], name).to.equal(join(root, command[0] ?? ''))
      expect(environment, name).not.to.have.any.keys('PATH', 'HOME', 'NODE_COMPILE_CACHE')
      expect(environment['CAMPANILE_DATABASE_URL'] !== undefined, name).to.equal(role !== undefined)
      if (role === undefined) continue
      const url = new URL(environment['CAMPANILE_DATABASE_URL'])
      expect(url.username, name).to.equal(role)
      expect(url.searchParams.get('host')).to.equal('/run/postgresql')
    }
  })

  it('holds every secret it names beside it, and none that it does not name', () => {
    for (const { name } of processes) {
      const { environment } = JSON.parse(given(name))
      const named = Object.values<string>(environment).filter((value) => value.startsWith('/run/campanile/'))
      const files = readdirSync(join(home, 'given', name)).filter((file) => file !== 'process.json')
      expect(
        files.map((file) => `/run/campanile/${file}`),
        name,
      ).to.have.members([...new Set(named)])
      expect(JSON.stringify(environment), name).not.to.contain(`${home}/secrets`)
    }
    expect(readdirSync(join(home, 'given', 'gateway'))).not.to.include('ledger.passphrase')
  })

  it('is closed to every other account', () => {
    for (const name of readdirSync(join(home, 'given'))) {
      const folder = join(home, 'given', name)
      expect(statSync(folder).mode & 0o777, name).to.equal(0o700)
      for (const file of readdirSync(folder))
        expect(statSync(join(folder, file)).mode & 0o077, file).to.equal(0)
    }
  })

  it('gives Alertmanager the key of the inbox, PostgreSQL and Grafana a password of their own', () => {
    expect(given('alertmanager', 'inbox.key')).to.match(/^[0-9a-f]{32}\n$/)
    const passwords = [given('postgres', 'admin.password'), given('grafana', 'admin.password')]
    for (const password of passwords) expect(password.trim()).to.match(/^[\w-]{32}$/)
    expect(passwords[0]?.trim()).not.to.equal(passwords[1]?.trim())
    expect(JSON.parse(given('migrate')).environment.DATABASE_URL).to.contain('campanile_admin')
    expect(JSON.parse(given('postgres-exporter')).environment.DATA_SOURCE_NAME).to.contain(
      "user='metrics_read'",
    )
  })

  it('stays the same when it is prepared again', async () => {
    const before = ['users', 'ledger', 'migrate'].map((name) => given(name))
    await prepare({
      CAMPANILE_HOME: home,
      CAMPANILE_ENVIRONMENT: 'production',
      CAMPANILE_DEMO: '1',
      PATH: '/usr/bin',
    })
    expect(['users', 'ledger', 'migrate'].map((name) => given(name))).to.deep.equal(before)
  })
})

describe('becoming a process', () => {
  it('keeps the process id, adds arguments, and lets the container’s own environment win', () => {
    const folder = mkdtempSync(join(tmpdir(), 'campanile-run-'))
    const print =
      'console.log(JSON.stringify([process.pid, process.argv.slice(1), process.env.A, process.env.B]))'
    const content = {
      command: [process.execPath, '-e', print, '--'],
      environment: { A: 'given', B: 'given' },
    }
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'process.json'), JSON.stringify(content))
    const module = JSON.stringify(join(root, 'compose/docker/run.ts'))
    const become = `import { run } from ${module}; run(['--x'], { B: 'own' }, ${JSON.stringify(folder)})`
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', become], { encoding: 'utf8' })
    rmSync(folder, { recursive: true, force: true })
    expect(JSON.parse(child.stdout)).to.deep.equal([child.pid, ['--x'], 'given', 'own'])
  })

  it('says what is missing, with exit code 1, and the usage with 2', () => {
    const main = join(root, 'compose/docker/main.ts')
    const command = (...args: readonly string[]) =>
      spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
    expect(command().status).to.equal(2)
    const nothing = command('probe', 'http://127.0.0.1:1/')
    expect(nothing.status).to.equal(1)
    expect(nothing.stderr).to.contain('does not answer')
    expect(command('forward', 'x').stderr).to.contain('expected PORT')
  })
})

describe('the door and the health checks of containers', () => {
  const open: Server[] = []

  afterEach(() => {
    for (const server of open.splice(0)) server.close()
  })

  async function listen(status: number): Promise<number> {
    const server = createServer((request, response) => {
      response.statusCode = status
      request.pipe(response)
    }).listen(0, '127.0.0.1')
    open.push(server)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  it('forwards a port of its own addresses to loopback, bodies whole', async () => {
    const target = await listen(200)
    const port = await freePort('127.0.0.2')
    open.push(...(await forward([`${port}=127.0.0.1:${target}`], ['127.0.0.2'])))
    const body = 'x'.repeat(3_000_000)
    const response = await fetch(`http://127.0.0.2:${port}/`, { method: 'POST', body })
    expect(await response.text()).to.equal(body)
  })

  it('ends a connection whose target is not there, and goes on', async () => {
    const port = await freePort('127.0.0.2')
    open.push(...(await forward([`${port}=127.0.0.1:1`], ['127.0.0.2'])))
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const failure = await fetch(`http://127.0.0.2:${port}/`).catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(TypeError)
    }
  })

  it('reads what to forward, and refuses anything else', () => {
    expect(parseForwarded('5001')).to.deep.equal({ port: 5001, host: '127.0.0.1', targetPort: 5001 })
    expect(parseForwarded('3001=grafana:3000')).to.deep.equal({
      port: 3001,
      host: 'grafana',
      targetPort: 3000,
    })
    for (const text of ['', '0', '70000', '1=x', '1=:2', '1=a:0', 'a', '1;2']) {
      expect(() => parseForwarded(text), text).to.throw(/expected PORT/)
    }
  })

  it('is well when every address answers below 400, and ill otherwise', async () => {
    const well = await listen(204)
    const ill = await listen(503)
    const lines: string[] = []
    const ask = (...urls: readonly string[]) => probe(urls, (line) => lines.push(line))
    expect(await ask(`http://127.0.0.1:${well}/`, `tcp://127.0.0.1:${ill}`)).to.equal(0)
    expect(await ask(`http://127.0.0.1:${well}/`, `http://127.0.0.1:${ill}/`)).to.equal(1)
    expect(await ask('tcp://127.0.0.1:1')).to.equal(1)
    expect(await ask()).to.equal(1)
    expect(lines).to.have.length(2)
  })
})
