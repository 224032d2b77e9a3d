import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import Type from 'typebox'
import { ConfigError, environment, jsonFile, readYaml, secretFile } from '../../lib/config.ts'

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

  it('reads a file that fits its schema', () => {
    expect(readYaml(write('good.yaml', 'store:\n  megabytes: 5\n'), Settings)).to.deep.equal({
      store: { megabytes: 5 },
    })
  })

  it('names line, key and expectation of every fault', () => {
    const path = write('bad.yaml', '# comment\nstore:\n  megabytes: 0\n  extra: 1\nmode: off\n')
    expect(faultsOf(() => readYaml(path, Settings))).to.deep.equal([
      { line: 4, key: 'store.extra', expected: 'no such property' },
      { line: 3, key: 'store.megabytes', expected: 'must be >= 1' },
      { line: 5, key: 'mode', expected: 'one of ["enforce","observe"]' },
    ])
  })

  it('refuses text that is not yaml, a repeated key and an alias bomb', () => {
    expect(faultsOf(() => readYaml(write('a.yaml', 'a: [1'), Settings))[0]).to.include({ key: '(yaml)' })
    expect(faultsOf(() => readYaml(write('b.yaml', 'a: 1\na: 2\n'), Settings))[0]).to.include({ line: 2 })
    const bomb = 'a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n'
    expect(() => readYaml(write('c.yaml', bomb), Settings)).to.throw(ConfigError)
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
