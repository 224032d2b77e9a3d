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

/** The one file that has to spell what the others must not hold. */
const self = 'tests/toolchain/conventions.test.ts'
const unfinished =
  /\b(TODO|FIXME|XXX|HACK)\b|not implemented|placeholder(?!: )|\bstub(bed)?\b|\bfor now\b|simplified version|in a real (system|deployment)/
const silenced = /@ts-(ignore|nocheck)|(ox|es)lint-disable/
// Allowed in tests, where it proves that something does not compile.
const expectedError = /@ts-expect-error/
const pure = /^(contracts|privacy|app\/[^/]+\/domain|audit\/log|collector\/(process|wire))\//
// The linter forbids Date.now() there, and cannot tell this from the time of a given instant.
const presentTime = /new Date\(\)/
const skipped = /\b(describe|it|context)\.(skip|only)\(|\bx(it|describe)\(|expect\((true|1)\)\.to/
const addresses = /registry\.npmjs\.org|npm\.pkg\.github|deb\.debian\.org|pypi\.org/
// What a path of somebody's own machine begins with.
const machinePaths = /(^|[\s"'`(=])\/(work|root|Users|home\/[a-z])[\w-]*\//

function findings(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    linesOf(path).flatMap((line, at) =>
      path !== self && pattern.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [],
    ),
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
    const outsideTests = sources.filter((path) => !path.startsWith('tests/'))
    expect(findings(outsideTests, expectedError)).to.deep.equal([])
  })

  it('asks no clock in a pure folder', () => {
    const pureSources = sources.filter((path) => pure.test(path))
    expect(pureSources.length).to.be.greaterThan(50)
    expect(findings(pureSources, presentTime)).to.deep.equal([])
  })

  it('knows no machine', () => {
    expect(findings(texts, machinePaths)).to.deep.equal([])
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

  it('names files in kebab case, and controls by their id', () => {
    const kebab = /^([a-z0-9-]+\/)*[a-z0-9.-]+\.ts$/
    const control = /^compliance\/controls\/([a-z]{3})\/[A-Z]{3}-\d{2}\.ts$/
    expect(sources.filter((path) => !kebab.test(path) && !control.test(path))).to.deep.equal([])
  })
})
