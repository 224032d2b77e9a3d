/** `npm run generate` writes the generated files; with `--check` it says which are stale and exits 1. */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { metrics } from '../../contracts/metrics.ts'
import { parseEvidence, parseFeatures, renderCoverage } from './coverage.ts'
import { parseRequirements, renderFerpa } from './ferpa.ts'
import { renderMetrics } from './metric-catalogue.ts'
import { digestPath, renderRulesDigest, ruleFiles } from './rules-digest.ts'

const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
const features = parseFeatures(readFileSync('docs/source-features.tsv', 'utf8'))
const evidence = parseEvidence(readFileSync('docs/coverage.tsv', 'utf8'), {
  ids: new Set(features.map(({ id }) => id)),
  isFile: (path) => (path.includes('*') ? globSync(path).length > 0 : existsSync(path)),
  isScript: (name) => Object.hasOwn(packageJson.scripts, name),
})
const requirements = parseRequirements(readFileSync('docs/ferpa.tsv', 'utf8'), existsSync)
const pagesOfControls = execFileSync(process.execPath, ['compliance/main.ts', 'pages'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
const rules = new Map(
  globSync(ruleFiles).map((path) => [path.replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
)
const generated = new Map([
  [digestPath, renderRulesDigest(rules)],
  ['docs/coverage.md', renderCoverage(features, evidence)],
  ['docs/ferpa.md', renderFerpa(requirements)],
  ['docs/metrics.md', renderMetrics(metrics)],
  // A room describes its own doors and words; nobody else may look inside it.
  [
    'docs/collector-components.md',
    execFileSync(process.execPath, ['collector/main.ts', 'components'], { encoding: 'utf8' }),
  ],
  [
    'docs/openapi/ledger.json',
    execFileSync(process.execPath, ['audit/main.ts', 'openapi'], { encoding: 'utf8' }),
  ],
  ...Object.entries(JSON.parse(pagesOfControls) as Readonly<Record<string, string>>),
])

const isCheck = process.argv.includes('--check')
const stale = [...generated].filter(
  ([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
)
for (const [path, text] of stale) {
  if (isCheck) console.error(`${path} is stale: run npm run generate`)
  else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}
console.log(`${generated.size} generated files, ${stale.length} ${isCheck ? 'stale' : 'written'}`)
process.exit(isCheck && stale.length > 0 ? 1 : 0)
