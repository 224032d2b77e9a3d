/**
 * `npm run check`: everything that needs no database, no browser and no network. Tells `./campanile test`, where that
 * runs it, what failed.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runSteps } from './run.ts'
import { checkSteps } from './steps.ts'

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
const files = listed.split('\n').filter((path) => path !== '' && existsSync(path))
const outcomes = await runSteps(checkSteps(files), (line) => console.log(line))
const failed = outcomes.filter(({ passed }) => !passed)
for (const { step, output } of failed) console.log(`\n== ${step.name}\n${output.trim()}`)
const results = process.env['CAMPANILE_TEST_RESULTS']
if (results !== undefined) {
  // The tests count themselves, where they were run.
  const haveCounted = readdirSync(results).length > 0
  const gates = failed.filter(({ step }) => step.name !== 'tests' || !haveCounted)
  const said = gates.map(({ step, output }) => ({ title: step.name, file: '', error: output.trim() }))
  const counts = { passes: 0, failures: gates.length, pending: 0, failed: said }
  writeFileSync(join(results, 'gates.json'), JSON.stringify(counts))
}
process.exit(failed.length === 0 ? 0 : 1)
