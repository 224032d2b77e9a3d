import { expect } from 'chai'
import { runSteps } from '../../tools/check/run.ts'
import type { Step } from '../../tools/check/steps.ts'

const step = (name: string, script: string): Step => ({
  name,
  command: [process.execPath, '-e', script],
  counts: 'things',
  looked: (output) =>
    /looked at (\d+)/.exec(output)?.[1] === undefined
      ? undefined
      : Number(/looked at (\d+)/.exec(output)?.[1]),
})

describe('the check runner', () => {
  it('passes a step that looked and succeeded, and fails every other', async () => {
    const outcomes = await runSteps(
      [
        step('good', 'console.log("looked at 3")'),
        step('failing', 'console.log("looked at 3"); process.exit(1)'),
        step('blind', 'console.log("looked at 0")'),
        step('silent', ''),
        { ...step('absent', ''), command: ['/no/such/program'] },
      ],
      () => undefined,
    )
    const passed = outcomes.filter((outcome) => outcome.passed).map((outcome) => outcome.step.name)
    expect(passed).to.deep.equal(['good'])
    expect(outcomes).to.have.length(5)
  })
})
