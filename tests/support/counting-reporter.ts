/**
 * Mocha's spec reporter that also leaves its counts, and what failed, in `CAMPANILE_TEST_RESULTS`, for
 * `./campanile test` to sum and to say again at its end.
 */
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import Mocha from 'mocha'

// Mocha takes the default export of a reporter's module.
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const folder = process.env['CAMPANILE_TEST_RESULTS']
    if (folder === undefined) return
    const failed: { title: string; file: string; error: string }[] = []
    runner.on('fail', (test, error: unknown) => {
      failed.push({
        title: test.fullTitle(),
        file: test.file === undefined ? '' : relative(process.cwd(), test.file),
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
    })
    runner.once('end', () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {}
      writeFileSync(
        join(folder, `${process.pid}-${Date.now()}.json`),
        JSON.stringify({ passes, failures, pending, failed }),
      )
    })
  }
}
