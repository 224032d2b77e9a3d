import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { down } from '../../compose/local/commands/down.ts'
import { LocalError } from '../../compose/local/errors.ts'
import { createHome, homeAt } from '../../compose/local/home.ts'
import { readSettings } from '../../compose/local/settings.ts'

describe('a home', () => {
  let root: string
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'campanile-home-'))))
  afterEach(() => rmSync(root, { recursive: true }))

  const output = { write: () => undefined, warn: () => undefined }
  const downWithVolumes = () => down(readSettings({ CAMPANILE_HOME: root }), true, output)

  it('is not made where somebody else keeps a folder of the same name', async () => {
    mkdirSync(join(root, 'logs'))
    const code = await createHome(homeAt(root)).then(
      () => 'made',
      (error: unknown) => (error instanceof LocalError ? error.code : error),
    )
    expect(code).to.equal('HOME_OCCUPIED')
  })

  it('is deleted only where it was made', async () => {
    mkdirSync(join(root, 'logs'))
    writeFileSync(join(root, 'logs', 'mine.txt'), 'mine')
    expect(await downWithVolumes()).to.equal(1)
    expect(existsSync(join(root, 'logs', 'mine.txt'))).to.equal(true)
  })

  it('can be made twice and deleted', async () => {
    await createHome(homeAt(root))
    await createHome(homeAt(root))
    expect(await downWithVolumes()).to.equal(0)
    expect(existsSync(join(root, 'secrets'))).to.equal(false)
  })
})
