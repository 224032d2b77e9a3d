import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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

describe('the walls', function () {
  this.timeout(60_000)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-walls-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const plant = (tree: Tree) => {
    for (const [path, content] of Object.entries(tree)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
  }

  async function violations(tree: Tree): Promise<string[]> {
    plant(tree)
    // Only here: the linter would follow the link and read every package.
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
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
  }

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

  const lintPlants: readonly (readonly [string, string, string])[] = [
    ['process.env outside main.ts', 'lib/a.ts', 'export const home = process.env["HOME"]\n'],
    ['process.exit outside main.ts', 'lib/a.ts', 'process.exit(1)\n'],
    ['console outside main.ts', 'lib/a.ts', 'console.log(1)\n'],
    ['a clock in a pure folder', 'contracts/a.ts', 'export const now = Date.now()\n'],
    ['randomness in a pure folder', 'app/users/domain/a.ts', 'export const dice = Math.random()\n'],
    ['the network in a pure folder', 'collector/process/a.ts', "export const page = fetch('x')\n"],
    ['a default export', 'lib/a.ts', 'export default 1\n'],
    ['an any', 'lib/a.ts', 'export const a = (b: any) => String(b)\n'],
    ['a floating promise', 'lib/a.ts', 'export function a() {\n  Promise.resolve(1)\n}\n'],
  ]
  for (const [what, path, content] of lintPlants) {
    it(`catches ${what}`, () => {
      plant({ [path]: content, 'tsconfig.json': '{"compilerOptions":{"strict":true},"include":["**/*.ts"]}' })
      expect(lint(folder)).not.to.equal('')
    })
  }

  it('lints nothing into a clean file', () => {
    plant({ 'lib/a.ts': 'export const a = 1\n', 'tsconfig.json': '{"include":["**/*.ts"]}' })
    expect(lint(folder)).to.equal('')
  })
})

/** Runs the linter with the house's rules on a folder; answers what it complains about. */
function lint(folder: string): string {
  const args = [
    '--type-aware',
    '--deny-warnings',
    '--config',
    resolve('.oxlintrc.json'),
    '--format',
    'unix',
    '.',
  ]
  try {
    execFileSync(resolve('node_modules/.bin/oxlint'), args, { cwd: folder, encoding: 'utf8' })
    return ''
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)
  }
}
