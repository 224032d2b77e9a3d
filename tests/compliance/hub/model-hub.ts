/** Security Hub as its documentation describes it: limits, throttling, partial failure, rules for updates. */
import { HubThrottled, type AsffFinding, type HubClient } from '../../../compliance/hub/client.ts'

/** What the network does to a call: before it arrives, or to its answer. */
export type Trouble = 'lost' | 'lost answer' | 'throttled' | 'part fails' | 'none'

export class ModelHub implements HubClient {
  readonly stored = new Map<string, AsffFinding>()
  /** How often each version of a finding was taken, by id and time. */
  readonly versions = new Map<string, number>()
  /** Rules that were broken; a sender that keeps the limits breaks none. */
  readonly broken: string[] = []
  /** Statuses each id went through. */
  readonly history = new Map<string, string[]>()
  private readonly account: string
  private readonly nowMillis: () => number
  private readonly trouble: () => Trouble
  private tokens = 30
  private filledMillis: number

  constructor(account: string, nowMillis: () => number, trouble: () => Trouble = () => 'none') {
    this.account = account
    this.nowMillis = nowMillis
    this.trouble = trouble
    this.filledMillis = nowMillis()
  }

  findings = async () => ({ findings: [] })

  importFindings = async (findings: readonly AsffFinding[]) => {
    this.checkCall(findings)
    const trouble = this.trouble()
    if (trouble === 'lost') throw new Error('socket hang up')
    if (trouble === 'throttled') throw new HubThrottled()
    const failed = findings.flatMap((finding, index) => {
      if (trouble === 'part fails' && index % 3 === 0) return [{ id: finding.Id, code: 'InternalError' }]
      return this.take(finding)
    })
    if (trouble === 'lost answer') throw new Error('socket hang up')
    return { failed }
  }

  private checkCall(findings: readonly AsffFinding[]): void {
    const now = this.nowMillis()
    this.tokens = Math.min(30, this.tokens + ((now - this.filledMillis) * 10) / 1_000)
    this.filledMillis = now
    // A hundredth of a call for the rounding of the clock.
    if (this.tokens < 0.99) this.broken.push('more than 10 calls a second with a burst of 30')
    this.tokens -= 1
    if (findings.length < 1 || findings.length > 100)
      this.broken.push(`${findings.length} findings in a call`)
    if (Buffer.byteLength(JSON.stringify(findings)) > 6 * 1_024 * 1_024) this.broken.push('more than 6 MB')
    if (new Set(findings.map(({ Id }) => Id)).size < findings.length) this.broken.push('an id twice')
  }

  private take(finding: AsffFinding): { id: string; code: string }[] {
    const { Id, AwsAccountId, CreatedAt, UpdatedAt } = finding
    const before = this.stored.get(Id)
    const refuse = (why: string) => {
      this.broken.push(why)
      return [{ id: Id, code: 'InvalidInput' }]
    }
    if (Buffer.byteLength(JSON.stringify(finding)) > 240 * 1_024) return refuse('more than 240 KB')
    if (AwsAccountId !== this.account) return refuse('another account')
    if ('Severity' in finding || 'Types' in finding) return refuse('a field that an import may not change')
    if (before !== undefined && before.CreatedAt !== CreatedAt) return refuse('CreatedAt changed')
    if (before !== undefined && before.UpdatedAt > UpdatedAt) return refuse('UpdatedAt went back')
    if (before?.UpdatedAt === UpdatedAt && JSON.stringify(before) !== JSON.stringify(finding)) {
      return refuse('two versions of one time')
    }
    const version = `${Id} ${UpdatedAt}`
    if (before?.UpdatedAt !== UpdatedAt) {
      this.versions.set(version, (this.versions.get(version) ?? 0) + 1)
      const told = this.history.get(Id) ?? []
      this.history.set(Id, [...told, `${finding.Compliance.Status} ${finding.RecordState}`])
    }
    this.stored.set(Id, finding)
    return []
  }
}
