/** The steps of `npm run check`: what each runs and how it proves that it looked at something. */

export interface Step {
  readonly name: string
  readonly command: readonly string[]
  /**
   * Tells from the output how much was looked at; 0 or undefined fails the step, because a check that looked
   * at nothing reports success.
   */
  readonly looked: (output: string) => number | undefined
  /** What is counted, in the plural. */
  readonly counts: string
}

const roomFolders = [
  'app',
  'audit',
  'benchmarks',
  'collector',
  'compliance',
  'compose',
  'console',
  'contracts',
  'dashboards',
  'drills',
  'lib',
  'privacy',
  'rules',
  'sdk',
  'tests',
  'tools',
]

/** Lists the steps; slow ones first, so that the quick ones fill the gaps. */
export function checkSteps(files: readonly string[]): readonly Step[] {
  const formatted = files.filter((path) => /\.(ts|mjs|js|json|md|ya?ml|css|html)$/.test(path))
  return [
    step('tests', ['mocha', '--config', '.mocharc.unit.json'], 'tests', /(\d+) passing/),
    step('lint', ['oxlint', '--type-aware', '--deny-warnings'], 'files', /on (\d+) files/),
    step('types', ['tsc', '--noEmit', '--diagnostics'], 'files', /^Files:\s+(\d+)/m),
    typesOf('the portal', 'app/portal'),
    typesOf('the console', 'console/web'),
    typesOf('the verifier page', 'audit/verify/page'),
    step(
      'walls',
      ['depcruise', '--config', '.dependency-cruiser.mjs', ...roomFolders],
      'modules',
      /(\d+) modules/,
    ),
    {
      ...step('format', ['prettier', '--check', ...formatted], 'files', /./),
      looked: () => formatted.length,
    },
    step('unused', ['knip', '--no-progress', '--performance'], 'files', /^parseFile\s+(\d+)/m),
    step('generated', ['node', 'tools/generate/main.ts', '--check'], 'files', /(\d+) generated files/),
    step('rules', ['node', 'rules/main.ts', 'check'], 'files', /(\d+) files compared/),
    step('dashboards', ['node', 'dashboards/main.ts', 'check'], 'panels', /(\d+) panels/),
  ]
}

function typesOf(what: string, project: string): Step {
  const command = ['tsc', '--noEmit', '--diagnostics', '-p', project]
  return step(`types of ${what}`, command, 'files', /^Files:\s+(\d+)/m)
}

function step(name: string, command: readonly string[], counts: string, pattern: RegExp): Step {
  return { name, command, counts, looked: (output) => countIn(output, pattern) }
}

function countIn(output: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(output)?.[1]
  return found === undefined ? undefined : Number(found)
}
