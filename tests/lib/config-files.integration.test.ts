import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import Type from 'typebox'
import { ConfigError, environment, jsonFile, secretFile } from '../../lib/config.ts'

const Settings = Type.Object(
  {
    store: Type.Object({ megabytes: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    mode: Type.Optional(Type.String({ enum: ['enforce', 'observe'] })),
  },
  { additionalProperties: false },
)

describe('configuration files', () => {
  let folder: string
  before(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-config-'))))
  after(() => rmSync(folder, { recursive: true }))

  const write = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const faultsOf = (read: () => unknown) => {
    try {
      read()
    } catch (error) {
      if (error instanceof ConfigError) return error.faults.map(({ source: _, ...rest }) => rest)
      throw error
    }
    throw new Error('the file was accepted')
  }

  const read = (path: string) =>
    environment({ settings: jsonFile('FILE', Settings) }, { FILE: path }).settings

  it('reads a file that fits its schema', () => {
    expect(read(write('good.json', '{"store": {"megabytes": 5}}'))).to.deep.equal({ store: { megabytes: 5 } })
  })

  it('names line, key and expectation of every fault', () => {
    const path = write('bad.json', '{\n "store": {\n  "megabytes": 0,\n  "extra": 1\n },\n "mode": "off"\n}')
    expect(faultsOf(() => read(path))).to.deep.equal([
      { line: 4, key: 'store.extra', expected: 'no such property' },
      { line: 3, key: 'store.megabytes', expected: 'must be >= 1' },
      { line: 6, key: 'mode', expected: 'one of ["enforce","observe"]' },
    ])
  })

  it('refuses broken text, a repeated key and aliases', () => {
    expect(faultsOf(() => read(write('a.json', '{"a": [1')))[0]).to.include({ key: '(json)' })
    expect(faultsOf(() => read(write('b.json', '{"a": 1,\n"a": 2}')))[0]).to.include({ line: 2 })
    expect(() => read(write('c.json', '{"a": &a [1], "b": *a}'))).to.throw(ConfigError)
  })

  it('reports missing files beside other faults', () => {
    const declaration = {
      token: secretFile('TOKEN_FILE'),
      list: jsonFile('LIST_FILE', Type.Array(Type.String())),
    }
    const list = write('list.json', '[1]')
    expect(
      faultsOf(() => environment(declaration, { TOKEN_FILE: '/nowhere/token', LIST_FILE: list })),
    ).to.have.length(2)
  })

  it('refuses an empty secret', () => {
    const empty = write('empty', '\n')
    expect(() => environment({ token: secretFile('TOKEN_FILE') }, { TOKEN_FILE: empty })).to.throw(
      ConfigError,
    )
  })
})
