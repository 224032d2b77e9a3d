import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ConfigError } from '../../../lib/config.ts'
import { loadSlos } from '../../../rules/load/load-slos.ts'
import { slosFolder } from '../generated.ts'

const good = readFileSync(join(slosFolder, 'users-latency.yaml'), 'utf8')

describe('a folder of objectives', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-slos-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  const keysOf = (read: () => unknown): readonly string[] => {
    try {
      read()
    } catch (error) {
      if (error instanceof ConfigError) return error.faults.map(({ key }) => key)
      throw error
    }
    return []
  }

  it('is read in the order of its names, and only its .yaml files', () => {
    for (const name of ['b', 'a'])
      writeFileSync(join(folder, `${name}.yaml`), good.replaceAll('users-latency', name))
    writeFileSync(join(folder, 'README.md'), 'not an objective')
    expect(loadSlos(folder).map(({ name }) => name)).to.deep.equal(['a', 'b'])
  })

  it('is refused with the faults of every file at once', () => {
    writeFileSync(join(folder, 'a.yaml'), good.replace('kind: SLO', 'kind: SLI'))
    writeFileSync(join(folder, 'b.yaml'), good.replace('target: 0.99', 'target: 2'))
    expect(keysOf(() => loadSlos(folder))).to.deep.equal(['kind', 'spec.objectives.0.target'])
  })

  it('is refused where a file is not called like its objective', () => {
    writeFileSync(join(folder, 'a.yaml'), good)
    expect(keysOf(() => loadSlos(folder))).to.deep.equal(['metadata.name'])
  })

  it('is refused where it is empty, missing or holds a file too large to be one', () => {
    expect(keysOf(() => loadSlos(folder))).to.deep.equal(['(folder)'])
    expect(keysOf(() => loadSlos(join(folder, 'nowhere')))).to.deep.equal(['(folder)'])
    writeFileSync(join(folder, 'a.yaml'), good + '#'.repeat(70_000))
    expect(keysOf(() => loadSlos(folder))).to.deep.equal(['(file)'])
  })
})
