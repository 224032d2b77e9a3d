import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect } from 'chai'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import walls from '../.dependency-cruiser.mjs'

type Tree = Readonly<Record<string, string>>

/** For every wall a small tree that breaks it and nothing else that matters here. */
const plants: Readonly<Record<string, Tree>> = {
  'rooms-talk-over-the-wire': {
    'collector/a.ts': "import '../audit/b.ts'\n",
    'audit/b.ts': 'export const b = 1\n',
  },
  'services-talk-over-the-wire': {
    'app/users/a.ts': "import '../booking/b.ts'\n",
    'app/booking/b.ts': 'export const b = 1\n',
  },
  'the-door-knows-no-service': {
    'app/door/a.ts': "import '../users/b.ts'\n",
    'app/users/b.ts': 'export const b = 1\n',
  },
  'sdk-by-the-front-door': {
    'collector/a.ts': "import '../sdk/index.ts'\n",
    'sdk/index.ts': 'export const b = 1\n',
  },
  'sdk-inside-stays-inside': {
    'app/users/a.ts': "import '../../sdk/pg.ts'\n",
    'sdk/pg.ts': 'export const b = 1\n',
  },
  'contracts-are-leaves': {
    'contracts/a.ts': "import '../lib/b.ts'\n",
    'lib/b.ts': 'export const b = 1\n',
  },
  'privacy-is-a-leaf': {
    'privacy/a.ts': "import '../lib/b.ts'\n",
    'lib/b.ts': 'export const b = 1\n',
  },
  'lib-knows-no-room': {
    'lib/a.ts': "import '../privacy/b.ts'\n",
    'privacy/b.ts': 'export const b = 1\n',
  },
  'pure-stays-pure': { 'app/users/domain/a.ts': "import 'node:fs'\n" },
  'pure-imports-pure': {
    'audit/log/a.ts': "import '../../lib/b.ts'\n",
    'lib/b.ts': 'export const b = 1\n',
  },
  'only-stores-know-sql': { 'app/users/a.ts': "import 'pg'\n" },
  'only-two-writers': {
    'audit/api/a.ts': "import '../store/write-log.ts'\n",
    'audit/store/write-log.ts': 'export const b = 1\n',
  },
  'verifier-stands-alone': {
    'audit/verify/a.ts': "import '../store/b.ts'\n",
    'audit/store/b.ts': 'export const b = 1\n',
  },
  'only-doors-know-express': { 'app/users/a.ts': "import 'express'\n" },
  'every-import-resolves': { 'lib/a.ts': "import './nowhere.ts'\n" },
  'no-cycles': { 'lib/a.ts': "import './b.ts'\n", 'lib/b.ts': "import './a.ts'\n" },
  'nothing-imports-tests': {
    'lib/a.ts': "import '../tests/support/b.ts'\n",
    'tests/support/b.ts': 'export const b = 1\n',
  },
  'no-orphans': { 'lib/a.ts': 'export const b = 1\n' },
}

/** Lays a tree out in a folder of its own, with the packages of this checkout. */
function plantFolder(tree: Tree): string {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-walls-'))
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** Reads a planted tree with the house's walls; answers the names of the rules that fired. */
async function violations(tree: Tree): Promise<string[]> {
  const folder = plantFolder(tree)
  try {
    const rooms = [...new Set(Object.keys(tree).map((path) => path.split('/')[0] ?? ''))]
    const { exclude, doNotFollow, enhancedResolveOptions } = walls.options
    const { output } = await cruise(
      rooms,
      {
        baseDir: folder,
        validate: true,
        ruleSet: { forbidden: walls.forbidden },
        tsPreCompilationDeps: true,
        exclude,
        doNotFollow,
      },
      enhancedResolveOptions,
    )
    const { summary } = output as ICruiseResult
    expect(summary.totalCruised).to.be.at.least(rooms.length)
    return summary.violations.map(({ rule }) => rule.name)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the walls', () => {
  it('has a planted violation for every rule', () => {
    expect(Object.keys(plants).sort()).to.deep.equal(walls.forbidden.map(({ name }) => name).sort())
  })

  for (const [rule, tree] of Object.entries(plants)) {
    it(`catches a violation of ${rule}`, async () => {
      expect(await violations(tree)).to.include(rule)
    })
  }

  it('lets an import pass that crosses no wall', async () => {
    const tree = {
      'app/users/main.ts': "import './domain/b.ts'\n",
      'app/users/domain/b.ts': 'export const b = 1\n',
    }
    expect(await violations(tree)).to.deep.equal([])
  })
})

/** For every habit the linter keeps: a file that breaks it, and the rule that has to say so. */
const lintPlants: readonly (readonly [what: string, path: string, rule: string, content: string])[] = [
  ['process.env outside main.ts', 'lib/env.ts', 'no-process-env', 'export const a = process.env["A"]\n'],
  ['process.exit outside main.ts', 'lib/exit.ts', 'no-process-exit', 'process.exit(1)\n'],
  ['console outside main.ts', 'lib/print.ts', 'no-console', 'console.log(1)\n'],
  [
    'a clock in a pure folder',
    'contracts/now.ts',
    'no-restricted-properties',
    'export const a = Date.now()\n',
  ],
  [
    'randomness in a pure folder',
    'app/users/domain/dice.ts',
    'no-restricted-properties',
    'export const a = Math.random()\n',
  ],
  [
    'the network in a pure folder',
    'collector/process/net.ts',
    'no-restricted-globals',
    "export const a = fetch('x')\n",
  ],
  [
    'randomness of the system in a pure folder',
    'audit/log/salt.ts',
    'no-restricted-imports',
    "import { randomBytes } from 'node:crypto'\n\nexport const a = randomBytes(1)\n",
  ],
  ['the process in a pure folder', 'audit/log/arguments.ts', 'no-restricted-globals', 'process.argv.pop()\n'],
  ['a default export', 'lib/default.ts', 'no-default-export', 'export default 1\n'],
  ['an any', 'lib/any.ts', 'no-explicit-any', 'export const a = (b: any) => String(b)\n'],
  ['a promise nobody waits for', 'lib/adrift.ts', 'no-floating-promises', 'Promise.resolve(1)\n'],
  [
    'five parameters',
    'lib/five.ts',
    'max-params',
    'export const a = (b: 1, c: 1, d: 1, e: 1, f: 1) => [b, c, d, e, f]\n',
  ],
  ['a long file', 'lib/long.ts', 'max-lines', 'export const a = 1\n' + '// b\n'.repeat(350)],
  [
    'a long function',
    'lib/tall.ts',
    'max-lines-per-function',
    `export function a() {\n${"  'b'.trim()\n".repeat(60)}}\n`,
  ],
  [
    'deep nesting',
    'lib/deep.ts',
    'max-depth',
    'export function a(b: boolean) {\n  if (b) while (b) for (;;) if (b) return\n}\n',
  ],
]

describe('the habits the linter keeps', () => {
  let complaints: ReadonlySet<string>

  before(() => {
    const folder = plantFolder({
      ...Object.fromEntries(lintPlants.map(([, path, , content]) => [path, content])),
      'lib/clean.ts': 'export const a = 1\n',
      'lib/main.ts': 'console.log(process.env["A"])\nprocess.exit(1)\n',
      'tsconfig.json': '{"compilerOptions":{"strict":true,"types":["node"]},"include":["**/*.ts"]}',
      // The rules for single folders are relative to the file that holds them.
      '.oxlintrc.json': readFileSync('.oxlintrc.json', 'utf8'),
    })
    complaints = lint(folder)
    rmSync(folder, { recursive: true })
  })

  for (const [what, path, rule] of lintPlants) {
    it(`catch ${what}`, () => expect([...complaints]).to.include(`${path} ${rule}`))
  }

  it('find nothing in a clean file, and let main.ts print, read its environment and exit', () => {
    expect([...complaints].filter((complaint) => /^lib\/(clean|main)\.ts/.test(complaint))).to.deep.equal([])
  })
})

/** Runs the linter on a folder; answers `path rule` for each of its complaints. */
function lint(folder: string): ReadonlySet<string> {
  const { stdout } = spawnSync(
    resolve('node_modules/.bin/oxlint'),
    ['--type-aware', '--deny-warnings', '--format', 'json', '.'],
    { cwd: folder, encoding: 'utf8' },
  )
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] }
  return new Set(diagnostics.map(({ filename, code }) => `${filename} ${/\((.+)\)/.exec(code)?.[1] ?? code}`))
}
