/** What a ledger writes when it finds fault with its own logs. */
import { expect } from 'chai'

/** Expects that a ledger has found nothing. A round that its database did not answer in time says nothing of a log. */
export function expectNoFinding(output: string): void {
  const failures = output.split('\n').filter((line) => line.includes('"log verification failed"'))
  expect(failures.filter((line) => !line.includes('"reason":"sdk_database_'))).to.deep.equal([])
  expect(output).not.to.contain('audit_log_')
}
