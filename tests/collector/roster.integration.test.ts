/** The roster's file, and the command that builds it. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CollectorError } from '../../collector/errors.ts'
import { readRoster } from '../../collector/roster.ts'
import { keyOf } from '../support/pseudonyms.ts'

const names = '# exported 2026-11-21\nQuillon Featherstone\n\nIsolde Thistlewood\r\n'

describe('a roster file', () => {
  let folder: string
  const at = (name: string) => join(folder, name)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campanile-roster-'))
    await writeFile(at('names.txt'), names)
    await writeFile(at('hmac.key'), Buffer.from(keyOf(7)).toString('hex'), { mode: 0o600 })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const build = (...args: string[]) =>
    spawnSync(process.execPath, ['collector/main.ts', 'roster', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], CAMPANILE_HMAC_KEY_FILE: at('hmac.key') },
    })

  async function isRefused(path: string, key: Uint8Array): Promise<void> {
    const error: unknown = await readRoster(path, key).catch((caught: unknown) => caught)
    expect(error).to.be.instanceOf(CollectorError).with.property('code', 'ROSTER_UNREADABLE')
    expect(String(error)).not.to.match(/quillon|isolde/i)
  }

  it('is read as names, and as the filter that the command builds of them, which holds no name', async () => {
    const { status, stdout, stderr } = build(at('names.txt'), at('roster.bloom'))
    expect(stderr).to.equal('')
    expect(stdout).to.include('2 names')
    expect(status).to.equal(0)
    expect((await readFile(at('roster.bloom'))).toString('latin1')).not.to.match(/quillon|isolde/i)
    expect((await stat(at('roster.bloom'))).mode & 0o777).to.equal(0o600)
    for (const file of ['names.txt', 'roster.bloom']) {
      const roster = await readRoster(at(file), keyOf(7))
      expect(roster.holds('isolde_thistlewood'), file).to.equal(true)
      expect(roster.holds('checkout'), file).to.equal(false)
    }
  })

  it('is refused when it is cut, damaged, missing, of another key, or no list of names', async () => {
    build(at('names.txt'), at('roster.bloom'))
    await isRefused(at('roster.bloom'), keyOf(8))
    await isRefused(at('nothing.txt'), keyOf(7))
    const whole = await readFile(at('roster.bloom'))
    await writeFile(at('roster.bloom'), whole.subarray(0, -1))
    await isRefused(at('roster.bloom'), keyOf(7))
    await writeFile(
      at('roster.bloom'),
      Buffer.concat([whole.subarray(0, 30), Buffer.from('x'), whole.subarray(30)]),
    )
    await isRefused(at('roster.bloom'), keyOf(7))
    await writeFile(at('names.txt'), `Quillon ${'x'.repeat(300)}`)
    await isRefused(at('names.txt'), keyOf(7))
    expect(build(at('names.txt'), at('other.bloom')).status).to.equal(2)
  })
})
