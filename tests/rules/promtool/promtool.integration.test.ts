import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { files, generatedFolder, tests } from '../generated.ts'
import { failures, promtool, successes } from './promtool.ts'

const rulesFolder = join(generatedFolder, 'rules')
const testsFolder = join(generatedFolder, 'rule-tests')

describe('promtool', function () {
  this.timeout(600_000)

  const expected = files.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules)).length
  it(`finds all ${expected} rules of the ${files.length} committed files, and none in order only by accident`, async () => {
    const outcome = await promtool(rulesFolder, [
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      ...readdirSync(rulesFolder),
    ])
    expect(outcome.code, outcome.output).to.equal(0)
    const counts = [...outcome.output.matchAll(/SUCCESS: (\d+) rules found/g)].map(([, count]) =>
      Number(count),
    )
    expect(counts).to.have.length(files.length)
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(expected)
  })

  it(`passes all ${tests.length} committed tests`, async () => {
    // Two at a time: promtool itself runs one test after the other.
    const names = readdirSync(testsFolder)
    const halves = [0, 1].map((half) => names.filter((_, at) => at % 2 === half))
    const outcomes = await Promise.all(
      halves.map((half) => promtool(testsFolder, ['test', 'rules', ...half])),
    )
    // promtool's storage compacts its blocks of a day in the background while a test of three days runs, and on a
    // busy machine a query between the two finds nothing. Only a file that fails alone too is wrong.
    const suspects = outcomes.flatMap(failures)
    let passed = outcomes.reduce((sum, outcome) => sum + successes(outcome), 0)
    for (const name of suspects) {
      const again = await promtool(testsFolder, ['test', 'rules', name])
      expect(again.code, again.output.slice(0, 4_000)).to.equal(0)
      passed += successes(again)
    }
    expect(passed).to.equal(tests.length)
  })
})
