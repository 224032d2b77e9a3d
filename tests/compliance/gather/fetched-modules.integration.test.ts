import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import type { Evidence } from '../../../compliance/evidence.ts'
import { gather } from '../../../compliance/gather/gather.ts'

describe('modules that were fetched', () => {
  let root = ''

  function write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), content)
    }
  }

  const inside = (path: string) => join(root, path)
  const codes = ({ faults }: Evidence) => faults.map(({ code }) => code)
  const listOf = (modules: Readonly<Record<string, string>>) =>
    JSON.stringify({ Modules: Object.entries(modules).map(([Key, Dir]) => ({ Key, Source: 'x', Dir })) })
  const list = 'app/.terraform/modules/modules.json'
  const addresses = ({ resources }: Evidence) => resources.map(({ address }) => address)

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'campanile-modules-'))
    write({
      'app/main.tf': 'module "x" {\n  source = "a/b/c"\n}\n',
      'outside/x.tf': 'resource "outside" "canary" {}\n',
    })
  })

  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })

  it('end no scan by what their list says', async () => {
    const lists = [
      [listOf({ x: '.terraform/modules/modules.json' }), 'GATHER_UNREADABLE'],
      ['{"Modules": [', 'GATHER_SYNTAX'],
      ['{"Modules": 1}', 'GATHER_SYNTAX'],
      [' '.repeat(1_000_001), 'GATHER_TOO_LARGE'],
    ] as const
    for (const [text, code] of lists) {
      write({ [list]: text })
      const evidence = await gather([inside('app')])
      expect(codes(evidence)).to.deep.equal([code])
      expect(evidence.faults[0]?.hides).to.deep.equal(['terraform'])
      expect(addresses(evidence)).to.deep.equal(['module.x'])
    }
  })

  it('are read inside of their folder alone, and a link out of it is named', async () => {
    write({ [list]: listOf({ x: '.terraform/modules/x' }), 'app/.terraform/modules/x/main.tf': '' })
    symlinkSync(inside('outside/x.tf'), inside('app/.terraform/modules/x/secret.tf'))
    const linkedFile = await gather([inside('app')])
    expect(codes(linkedFile)).to.deep.equal(['GATHER_SYMLINK'])
    expect(linkedFile.faults[0]?.file).to.equal(inside('app/.terraform/modules/x/secret.tf'))

    rmSync(inside('app/.terraform/modules/x'), { recursive: true })
    symlinkSync(inside('outside'), inside('app/.terraform/modules/x'))
    const linkedFolder = await gather([inside('app')])
    expect(codes(linkedFolder)).to.deep.equal(['GATHER_SYMLINK'])

    write({
      'elsewhere/modules.json': listOf({ x: '.terraform/modules/x' }),
      'elsewhere/x/x.tf': 'a "b" {}\n',
    })
    rmSync(inside('app/.terraform/modules'), { recursive: true })
    symlinkSync(inside('elsewhere'), inside('app/.terraform/modules'))
    const linkedHome = await gather([inside('app')])
    expect(codes(linkedHome)).to.deep.equal(['GATHER_SYMLINK'])
    for (const evidence of [linkedFile, linkedFolder, linkedHome]) {
      expect([...(evidence.files?.keys() ?? [])].join()).to.not.match(/secret|outside|elsewhere/)
      expect(addresses(evidence).join()).to.not.include('canary')
    }
  })

  it('tell which of their files could not be read', async () => {
    write({
      [list]: listOf({ x: '.terraform/modules/x' }),
      'app/.terraform/modules/x/a.tf': Buffer.from([0x61, 0xff]),
      'app/.terraform/modules/x/b.tf': 'resource "c" "d" {}\n',
    })
    const evidence = await gather([inside('app')])
    expect(codes(evidence)).to.deep.equal(['GATHER_NOT_TEXT'])
    expect(addresses(evidence)).to.deep.equal(['module.x.c.d'])
  })
})
