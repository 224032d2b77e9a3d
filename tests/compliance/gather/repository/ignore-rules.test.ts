import { expect } from 'chai'
import {
  gitIgnores,
  ignoreRules,
  isDockerIgnored,
} from '../../../../compliance/gather/repository/ignore-rules.ts'

/** Every row stands in gitignore(5) or is what `git check-ignore --no-index` (2.39) says. */
const git: readonly (readonly [rules: string, path: string, isIgnored: boolean])[] = [
  ['.env', '.env', true],
  ['.env', 'app/.env', true],
  ['/.env', 'app/.env', false],
  ['.env*', '.env.production', true],
  ['*.pem', 'certs/server.pem', true],
  ['certs/*.pem', 'certs/server.pem', true],
  ['certs/*.pem', 'app/certs/server.pem', false],
  ['**/certs/*.pem', 'app/certs/server.pem', true],
  ['secrets/', 'secrets/a/b.txt', true],
  ['secrets/', 'secrets', false],
  ['*.log\n!keep.log', 'keep.log', false],
  ['secrets/\n!secrets/a.txt', 'secrets/a.txt', true],
  ['id_[rd]sa', 'id_rsa', true],
  ['id_[!r]sa', 'id_rsa', false],
  ['a?c', 'abc', true],
  ['\\#x', '#x', true],
  ['# .env', '.env', false],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['.env   ', '.env', true],
  ['secrets/**', 'secrets/sub/k', true],
  ['secrets/**\n!secrets/prod.env', 'secrets/prod.env', false],
  ['secrets/**\n!secrets/prod.env', 'secrets/sub/k', true],
  ['secrets/**\n!secrets/sub/k', 'secrets/sub/k', true],
  ['secrets/**\n!secrets/**/\n!secrets/sub/k', 'secrets/sub/k', false],
  ['secrets/*\n!secrets/sub', 'secrets/sub/k', false],
  ['**', 'a/b', true],
  ['/**\n!foo', 'foo', false],
  ['/**\n!foo', 'a/b', true],
  ['**/', 'foo', false],
  ['**/', 'a/b', true],
  ['**/x/**', 'a/x/y/b', true],
  ['**/x/**', 'a/b', false],
  ['a**b', 'a/b', false],
  ['f*o*', 'foo', true],
  ['fo\\o', 'foo', true],
  ['id_[[:alpha:]]*', 'id_rsa', true],
  ['id_[[:digit:]]*', 'id_rsa', false],
  ['[![:space:]]x', 'ax', true],
  ['[[:upper:][:digit:]_]x', '_x', true],
  ['[[:upper:][:digit:]_]x', 'ax', false],
  ['[[:nope:]]x', 'ax', false],
  ['[[:alpha]x', ':x', true],
  ['[]]x', ']x', true],
  ['[!]]x', ']x', false],
  ['[a\\-z]x', 'bx', false],
  ['[a-]x', '-x', true],
  ['[abc', '[abc', false],
  ['a\\', 'a\\', false],
]

describe('what git ignores', () => {
  for (const [rules, path, isIgnored] of git) {
    it(`is ${isIgnored ? '' : 'not '}${path} by ${JSON.stringify(rules)}`, () => {
      const made = ignoreRules(rules, 'git')
      expect(gitIgnores((folder) => (folder === '' ? made : undefined))(path)).to.equal(isIgnored)
    })
  }

  it('is said by the deepest folder that says anything', () => {
    const rules = new Map([
      ['', ignoreRules('*.env', 'git')],
      ['app', ignoreRules('!local.env', 'git')],
    ])
    const isIgnored = gitIgnores((folder) => rules.get(folder))
    expect(isIgnored('app/local.env')).to.equal(false)
    expect(isIgnored('app/other.env')).to.equal(true)
  })

  it('is said of paths from the top of the machine too', () => {
    const isIgnored = gitIgnores((folder) => (folder === '/srv' ? ignoreRules('/.env', 'git') : undefined))
    expect(isIgnored('/srv/.env')).to.equal(true)
    expect(isIgnored('/srv/app/.env')).to.equal(false)
    expect(isIgnored('/.env')).to.equal(false)
  })

  it('asks the rules once for a folder, however many files lie in it', () => {
    let asked = 0
    const isIgnored = gitIgnores((folder) => {
      if (folder !== '') return undefined
      return { verdictOn: (_path, isFolder) => void (asked += isFolder ? 1 : 0) }
    })
    for (let file = 0; file < 100; file += 1) isIgnored(`a/b/c/${file}`)
    expect(asked).to.equal(3)
  })
})

describe('what a build of an image leaves out', () => {
  it('begins at the folder of the build, and the last rule counts', () => {
    expect(isDockerIgnored('.env', '.env')).to.equal(true)
    expect(isDockerIgnored('app/.env', '.env')).to.equal(false)
    expect(isDockerIgnored('app/.env', '**/.env*')).to.equal(true)
    expect(isDockerIgnored('app/.env', '**\n!app')).to.equal(false)
    expect(isDockerIgnored('app/.env', '**\n!app\n**/.env')).to.equal(true)
  })
})
