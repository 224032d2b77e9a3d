import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { staleFiles, writeFolder } from '../../../rules/write/generated-files.ts'

describe('a folder of generated files', () => {
  let root: string
  let folder: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'campanile-generated-'))
    folder = join(root, 'rules')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const files = new Map([
    ['a.yaml', 'a'],
    ['b.yaml', 'b'],
  ])

  it('is not stale once it is written', () => {
    expect(staleFiles({ folder, files })).to.have.length(2)
    expect(writeFolder({ folder, files })).to.equal(2)
    expect(staleFiles({ folder, files })).to.deep.equal([])
  })

  it('is stale where a file differs, is missing or is no longer generated', () => {
    writeFolder({ folder, files })
    writeFileSync(join(folder, 'a.yaml'), 'edited')
    rmSync(join(folder, 'b.yaml'))
    writeFileSync(join(folder, 'c.yaml'), 'old')
    expect(staleFiles({ folder, files })).to.deep.equal(
      ['a.yaml', 'b.yaml', 'c.yaml'].map((name) => join(folder, name)),
    )
  })

  it('loses what is no longer generated when it is written again, and nothing else', () => {
    writeFolder({ folder, files })
    writeFileSync(join(folder, 'c.yaml'), 'old')
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    writeFolder({ folder, files })
    expect(existsSync(join(folder, 'c.yaml'))).to.equal(false)
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).to.equal('mine')
  })
})
