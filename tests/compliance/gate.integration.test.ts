import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const root = join(import.meta.dirname, '../..')

function compliance(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['compliance/main.ts', ...args], { cwd: root }, (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout })
    })
  })
}

const service = (name: string, more = '') => `  ${name}: { image: "app:1.0.0", privileged: true${more} }\n`

describe('the command gate', () => {
  let folder: string
  let stack: string
  let baseline: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-gate-'))
    stack = join(folder, 'stack')
    baseline = join(folder, 'baseline.json')
    mkdirSync(stack)
    writeFileSync(join(stack, 'docker-compose.yml'), `services:\n${service('old')}`)
    await compliance('scan', stack, '--out', `json=${baseline}`)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('exits with 0 for what stood before, with 1 for what is new, with 2 without a baseline', async () => {
    const same = await compliance('gate', stack, '--baseline', baseline)
    writeFileSync(join(stack, 'docker-compose.yml'), `services:\n${service('fresh')}${service('old')}`)
    const [added, none] = await Promise.all([
      compliance('gate', stack, '--baseline', baseline),
      compliance('gate', stack, '--baseline', join(folder, 'absent.json')),
    ])
    expect([same.code, added.code, none.code]).to.deep.equal([0, 1, 2])
    expect(added.stdout).to.match(/service\.fresh/)
    expect(added.stdout).not.to.match(/CTR-02-\w+ {2}.*service\.old/)
  })

  it('exits with 1 when a file cannot be read any more: its findings are not gone', async () => {
    writeFileSync(join(stack, 'docker-compose.yml'), 'services: [\n')
    const { code, stdout } = await compliance('gate', stack, '--baseline', baseline)
    expect(code).to.equal(1)
    expect(stdout).to.include('not read any more')
  })
})
