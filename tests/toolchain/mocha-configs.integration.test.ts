import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, matchesGlob, resolve } from 'node:path'
import { expect } from 'chai'

/** For each kind of test a file name that belongs to it. */
const kinds = {
  unit: 'a.test.ts',
  integration: 'a.integration.test.ts',
  collector: 'collector/a.integration.test.ts',
  ledger: 'audit/a.integration.test.ts',
  e2e: 'e2e/a.e2e.test.ts',
  soak: 'a.soak.test.ts',
} as const
type Kind = keyof typeof kinds

interface Selection {
  readonly spec: readonly string[]
  readonly ignore?: readonly string[]
}

interface Run {
  readonly code: number | null
  /** What the counting reporter left, one per run. */
  readonly counts: readonly unknown[]
}

const passing = "it('is', () => {})\n"

describe('the mocha configurations', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-mocha-'))
    for (const made of ['tests/audit', 'tests/collector', 'tests/e2e', 'tests/support'])
      mkdirSync(join(folder, made), { recursive: true })
    mkdirSync(join(folder, 'counts'))
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    for (const name of ['counting-reporter.ts', 'appliance-hooks.ts', 'property-seed.ts']) {
      symlinkSync(resolve('tests/support', name), join(folder, 'tests/support', name))
    }
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Runs a kind in a project that holds these tests only. */
  function run(kind: Kind, tests: Readonly<Record<string, string>>, args: readonly string[] = []): Run {
    for (const [path, content] of Object.entries(tests)) writeFileSync(join(folder, 'tests', path), content)
    const config = `.mocharc.${kind}.json`
    copyFileSync(config, join(folder, config))
    const { status } = spawnSync(
      process.execPath,
      [resolve('node_modules/mocha/bin/mocha.js'), '--config', config, ...args],
      {
        cwd: folder,
        env: { ...process.env, MOCHA_OPTIONS: '', CAMPANILE_TEST_RESULTS: join(folder, 'counts') },
      },
    )
    const counts = readdirSync(join(folder, 'counts')).map((name): unknown =>
      JSON.parse(readFileSync(join(folder, 'counts', name), 'utf8')),
    )
    return { code: status, counts }
  }

  for (const [kind, file] of Object.entries(kinds) as [Kind, string][]) {
    it(`pass ${kind} and count when a test passes`, () => {
      const counts = [{ passes: 1, failures: 0, pending: 0, failed: [] }]
      expect(run(kind, { [file]: passing })).to.deep.equal({ code: 0, counts })
    })

    it(`fail ${kind} and count when a test fails`, () => {
      const failing = `${passing}it('is not', () => { throw new Error('no') })\n`
      const { code, counts } = run(kind, { [file]: failing })
      expect(code).not.to.equal(0)
      const failed = [{ title: 'is not', file: `tests/${file}` }]
      expect(counts).to.containSubset([{ passes: 1, failures: 1, pending: 0, failed }])
      expect(JSON.stringify(counts)).to.include('Error: no')
    })

    it(`fail ${kind} when no file is of that kind`, () => {
      const others = Object.values(kinds).filter((other) => other !== file)
      const { code } = run(kind, Object.fromEntries(others.map((other) => [other, passing])))
      expect(code).not.to.equal(0)
    })

    it(`fail ${kind} when a glob of the command line names nothing and nothing else is there`, () => {
      expect(run(kind, {}, ['tests/nowhere/**/*.test.ts']).code).not.to.equal(0)
    })

    it(`run all of ${kind} when a glob of the command line names nothing`, () => {
      expect(run(kind, { [file]: passing }, ['tests/nowhere/**/*.test.ts']).counts).to.deep.equal([
        { passes: 1, failures: 0, pending: 0, failed: [] },
      ])
    })

    it(`fail ${kind} when a file holds no test`, () => {
      expect(run(kind, { [file]: "describe('nothing', () => {})\n" }).code).not.to.equal(0)
    })

    it(`fail ${kind} when a test is left out or singled out`, () => {
      expect(run(kind, { [file]: `${passing}it('is not written')\n` }).code).not.to.equal(0)
      expect(run(kind, { [file]: `${passing}it.${'only'}('is', () => {})\n` }).code).not.to.equal(0)
    })
  }

  it('run every test file of the checkout in exactly one kind', () => {
    const files = execFileSync('git', ['ls-files', '--', 'tests'], { encoding: 'utf8' })
      .split('\n')
      .filter((path) => path.endsWith('.test.ts') && existsSync(path))
    const selections = Object.keys(kinds).map(
      (kind) => JSON.parse(readFileSync(`.mocharc.${kind}.json`, 'utf8')) as Selection,
    )
    const timesRun = (path: string) =>
      selections.filter(
        ({ spec, ignore = [] }) =>
          spec.some((glob) => matchesGlob(path, glob)) && !ignore.some((glob) => matchesGlob(path, glob)),
      ).length
    expect(files.length).to.be.greaterThan(50)
    expect(files.filter((path) => timesRun(path) !== 1)).to.deep.equal([])
  })
})
