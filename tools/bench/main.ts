/** `npm run bench -- NAME`: runs one benchmark and checks that its last line is the figure it promises. */
import { existsSync, readdirSync } from 'node:fs'
import { runBenchmark } from './run.ts'

const names = readdirSync('benchmarks', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`benchmarks/${entry.name}/main.ts`))
  .map(({ name }) => name)
const [name] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME, where NAME is one of ${names.join(', ')}`)
  process.exit(2)
}
process.exit(await runBenchmark(name, process.argv.slice(3)))
