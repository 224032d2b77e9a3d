import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { holderOf } from '../../compose/local/preflight/ports.ts'

const checkout = new URL('../..', import.meta.url).pathname

describe('./campanile', function () {
  this.timeout(60_000)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-command-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const campanile = (args: readonly string[], variables: NodeJS.ProcessEnv = {}) =>
    spawnSync(join(checkout, 'campanile'), args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CAMPANILE_HOME: join(folder, 'home'), ...variables },
    })

  it('answers --help for itself and every command, and says its exit codes', () => {
    for (const command of [
      [],
      ['up'],
      ['down'],
      ['status'],
      ['doctor'],
      ['logs'],
      ['trace'],
      ['audit'],
      ['test'],
    ]) {
      const { status, stdout } = campanile([...command, '--help'])
      expect(status).to.equal(0)
      expect(stdout).to.include('Exit codes: 0 done, 1 failed, 2')
    }
  })

  it('works through links from anywhere', () => {
    symlinkSync(join(checkout, 'campanile'), join(folder, 'one'))
    mkdirSync(join(folder, 'below'))
    symlinkSync('../one', join(folder, 'below/two'))
    const { status } = spawnSync(join(folder, 'below/two'), ['--help'], { cwd: '/' })
    expect(status).to.equal(0)
  })

  it('ends with 2 on wrong usage and on wrong configuration, naming every fault', () => {
    expect(campanile(['nonsense']).status).to.equal(2)
    expect(campanile(['trace', 'not-an-id']).status).to.equal(2)
    expect(campanile(['logs', 'nobody']).status).to.equal(2)
    const { status, stderr } = campanile(['status'], { CAMPANILE_PORT_USERS: 'x', CAMPANILE_POSTGRES: 'y' })
    expect(status).to.equal(2)
    expect(stderr).to.include('CAMPANILE_PORT_USERS').and.to.include('CAMPANILE_POSTGRES')
  })

  it('says that nothing runs', () => {
    expect(campanile(['status']).status).to.equal(1)
    expect(campanile(['status', '--json']).stdout).to.include('"stopped"')
    expect(campanile(['down']).status).to.equal(0)
  })

  it('starts nothing when a port is busy, and names who holds it', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expect(holderOf(port)?.pid).to.equal(process.pid)
    // Not spawnSync: this process must go on listening to be found.
    const child = spawn(join(checkout, 'campanile'), ['up'], {
      env: { ...process.env, CAMPANILE_HOME: join(folder, 'home'), CAMPANILE_PORT_USERS: String(port) },
    })
    let output = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    const [code] = (await once(child, 'close')) as [number]
    server.close()
    expect(code).to.equal(1)
    expect(output).to.include(`(pid ${process.pid})`).and.to.include('CAMPANILE_PORT_USERS=')
  })

  it('installs nothing when what is installed agrees with the lock', () => {
    campanile(['--help'])
    const before = readFileSync(join(checkout, 'node_modules/.campanile-installed'), 'utf8')
    const { stderr } = campanile(['--help'])
    expect(stderr).to.equal('')
    expect(readFileSync(join(checkout, 'node_modules/.campanile-installed'), 'utf8')).to.equal(before)
  })
})
