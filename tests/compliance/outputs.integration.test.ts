import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

describe('what the commands write', () => {
  let folder: string
  let stack: string
  const at = (name: string) => join(folder, name)
  const write = (privileged: boolean) =>
    writeFileSync(
      join(stack, 'docker-compose.yml'),
      `services:\n  app: { image: "app:1.0.0", privileged: ${privileged} }\n`,
    )
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-outputs-'))
    stack = at('stack')
    mkdirSync(stack)
    write(false)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is several reports at once, and what changed since the one before', async () => {
    const first = await compliance(
      'scan',
      stack,
      '--out',
      `json=${at('a.json')}`,
      '--out',
      `sarif=${at('a.sarif')}`,
    )
    expect([first.code, first.stdout]).to.deep.equal([0, ''])
    expect(JSON.parse(readFileSync(at('a.sarif'), 'utf8'))).to.have.property('version', '2.1.0')
    write(true)
    const second = await compliance('scan', stack, '--since', at('a.json'))
    expect(second.code).to.equal(1)
    expect(second.stdout).to.match(/CTR-02 .*: it fails now/)
    expect(second.stdout).not.to.include('\u001b')
  })

  it('is a bundle that verifies, by its key', async () => {
    const keys = generateKeyPairSync('ed25519')
    writeFileSync(at('key.pem'), keys.privateKey.export({ format: 'pem', type: 'pkcs8' }))
    writeFileSync(at('pub.pem'), keys.publicKey.export({ format: 'pem', type: 'spki' }))
    const made = await compliance('bundle', stack, '--out', at('e.tgz'), '--key', at('key.pem'))
    const [held, wrong, unclear] = await Promise.all([
      compliance('verify', at('e.tgz'), '--key', at('pub.pem')),
      compliance('verify', at('a.json')),
      compliance('bundle', stack, '--out', at('never.tgz'), '--clock', 'yesterday'),
    ])
    expect([made.code, held.code, wrong.code, unclear.code]).to.deep.equal([0, 0, 1, 2])
    expect(held.stdout).to.include('Hashes hold')
    expect(existsSync(at('never.tgz'))).to.equal(false)
  })
})
