/** The commands as they are typed: exit codes and what is written, from any folder. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const root = new URL('../../..', import.meta.url).pathname
const golden = new URL('golden/', import.meta.url).pathname

describe('./campanile collector', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-collector-command-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const campanile = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(root, 'compose/local/main.ts'), 'collector', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], CAMPANILE_HOME: join(folder, 'home') },
    })

  it('answers check with 0 for the shipped file and 2 with every fault for a bad one', () => {
    expect(campanile('check', join(root, 'compose/collector.yaml')).status).to.equal(0)
    const { status, stderr } = campanile('check', join(golden, 'unknown.bad.yaml'))
    expect(status).to.equal(2)
    expect(stderr.trim().split('\n')).to.have.length(10)
  })

  it('answers port-check with 1 and writes JSON alone', () => {
    const { status, stdout } = campanile('port-check', join(root, 'compose/collector.yaml'), '--json')
    expect(status).to.equal(1)
    expect(JSON.parse(stdout)).to.have.property('lost').that.is.an('array').with.length.above(0)
  })

  it('answers 2 to a file that is not there', () => {
    expect(campanile('check', join(folder, 'none.yaml')).status).to.equal(2)
  })
})
