import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { expect } from 'chai'

const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path))
const sources = tracked.filter((path) => path.endsWith('.ts'))
const texts = tracked.filter(
  (path) => /\.(ts|mjs|sql|sh|json|ya?ml|md|css|html)$/.test(path) || !path.includes('.'),
)
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n')

/** Words that mean something was left for later, spelled so that this file does not contain them. */
const unfinished = new RegExp(
  `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HACK'].join('|')})\\b|\\bfor n${'ow'}\\b`,
)
const silenced = new RegExp(`@ts-${'ignore'}|@ts-${'nocheck'}|oxlint-${'disable'}|eslint-${'disable'}`)
const skipped = /\b(describe|it|context)\.(skip|only)\(|\bx(it|describe)\(/
const addresses = new RegExp(
  `registry\\.${'npmjs'}\\.org|npm\\.${'pkg'}\\.github|deb\\.${'debian'}\\.org|${'pypi'}\\.org`,
)

function findings(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    linesOf(path).flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
  )
}

describe('the house style', () => {
  it('is looked at in every tracked file', () => {
    expect(sources.length).to.be.greaterThan(200)
    expect(texts.length).to.be.greaterThan(sources.length)
  })

  it('keeps a source file readable in one sitting', () => {
    expect(sources.filter((path) => linesOf(path).length > 351)).to.deep.equal([])
  })

  it('leaves nothing for later', () => {
    expect(
      findings([...sources, ...tracked.filter((path) => path.endsWith('.sql'))], unfinished),
    ).to.deep.equal([])
  })

  it('silences no checker', () => {
    expect(findings(sources, silenced)).to.deep.equal([])
  })

  it('skips and singles out no test', () => {
    expect(
      findings(
        sources.filter((path) => path.startsWith('tests/')),
        skipped,
      ),
    ).to.deep.equal([])
  })

  it('names no package registry', () => {
    expect(
      findings(
        texts.filter((path) => path !== 'package-lock.json'),
        addresses,
      ),
    ).to.deep.equal([])
  })

  it('holds no file larger than a mebibyte', () => {
    expect(tracked.filter((path) => statSync(path).size > 2 ** 20)).to.deep.equal([])
  })

  it('has no index files but the door of the SDK, and no catch-all names', () => {
    const names = sources.filter((path) => /(^|\/)(index|utils?|helpers?|common|manager)\.ts$/.test(path))
    expect(names).to.deep.equal(['sdk/index.ts'])
  })

  it('names files in kebab case', () => {
    const odd = sources.filter((path) => !/^([a-z0-9-]+\/)*[a-z0-9.-]+\.ts$/.test(path))
    expect(odd).to.deep.equal([])
  })
})
