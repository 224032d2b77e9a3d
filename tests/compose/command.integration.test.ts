import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { holderOf } from '../../compose/local/preflight/ports.ts'

const checkout = new URL('../..', import.meta.url).pathname

describe('./campanile', function () {
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

  it('answers --help, and says its exit codes', () => {
    const { status, stdout } = campanile(['--help'])
    expect(status).to.equal(0)
    expect(stdout).to.include('Exit codes: 0 done, 1 failed, 2')
    for (const command of ['up', 'down', 'status', 'doctor', 'logs', 'trace', 'audit', 'test'])
      expect(stdout).to.match(new RegExp(`^  ${command}\\b`, 'm'))
  })

  it('answers --help of a command, and says its exit codes', () => {
    const { status, stdout } = campanile(['up', '--help'])
    expect(status).to.equal(0)
    expect(stdout).to.include('--no-demo').and.to.include('Exit codes: 0 done, 1 failed, 2')
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
    // A checkout of its own with npm's record of what is installed, whose command says that it was reached.
    const copy = join(folder, 'checkout')
    const record = 'node_modules/.package-lock.json'
    for (const below of ['node_modules/.bin', 'compose/local'])
      mkdirSync(join(copy, below), { recursive: true })
    for (const file of ['campanile', 'package-lock.json', record])
      copyFileSync(join(checkout, file), join(copy, file))
    symlinkSync(process.execPath, join(copy, 'node_modules/.bin/node'))
    writeFileSync(join(copy, 'compose/local/main.ts'), "process.stdout.write('reached')\n")
    const stamp = join(copy, 'node_modules/.campanile-installed')
    for (let round = 0; round < 2; round++) {
      const { stdout, stderr } = spawnSync(join(copy, 'campanile'), [], { cwd: folder, encoding: 'utf8' })
      expect(stderr).to.equal('')
      expect(stdout).to.equal('reached')
      expect(existsSync(stamp)).to.equal(true)
    }
    expect(readdirSync(join(copy, 'node_modules'))).to.have.members([
      '.bin',
      '.campanile-installed',
      '.package-lock.json',
    ])
  })
})
