import { expect } from 'chai'
import {
  ignoreRules,
  isDockerIgnored,
  isGitIgnored,
} from '../../../../compliance/gather/repository/ignore-rules.ts'

/** Every row stands in gitignore(5) or follows from one of its sentences. */
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
]

describe('what git ignores', () => {
  for (const [rules, path, isIgnored] of git) {
    it(`is ${isIgnored ? '' : 'not '}${path} by ${JSON.stringify(rules)}`, () => {
      const made = ignoreRules(rules, 'git')
      expect(isGitIgnored(path, (folder) => (folder === '' ? made : undefined))).to.equal(isIgnored)
    })
  }

  it('is said by the deepest folder that says anything', () => {
    const rules = new Map([
      ['', ignoreRules('*.env', 'git')],
      ['app', ignoreRules('!local.env', 'git')],
    ])
    const rulesIn = (folder: string) => rules.get(folder)
    expect(isGitIgnored('app/local.env', rulesIn)).to.equal(false)
    expect(isGitIgnored('app/other.env', rulesIn)).to.equal(true)
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
