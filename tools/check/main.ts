/** `npm run check`: everything that needs no database, no browser and no network. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { runSteps } from './run.ts'
import { checkSteps } from './steps.ts'

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
const files = listed.split('\n').filter((path) => path !== '' && existsSync(path))
const outcomes = await runSteps(checkSteps(files), (line) => console.log(line))
const failed = outcomes.filter(({ passed }) => !passed)
for (const { step, output } of failed) console.log(`\n== ${step.name}\n${output.trim()}`)
process.exit(failed.length === 0 ? 0 : 1)
