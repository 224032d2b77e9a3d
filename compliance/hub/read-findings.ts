/** Security Hub as a source: each finding of one of its controls is a resource. */
import type { GatherFault, Resource } from '../evidence.ts'
import { flatten, valueOfJson } from '../gather/value.ts'
import type { Gathered } from '../gather/terraform.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import type { HubClient, ToldFinding } from './client.ts'

/** Security Hub checks every control at least once in 24 hours; twice that is too long. */
const freshMillis = 48 * 3_600_000
/** Most pages that are read, 100 findings each. */
const pageLimit = 1_000

/** Asks for all active findings of controls; what cannot be asked is a fault that hides them all. */
export async function readHubFindings(
  client: HubClient,
  name: string,
  nowMillis: number,
): Promise<Gathered & { readonly faults: readonly GatherFault[] }> {
  const position = { file: `aws:${name}`, startLine: 1, endLine: 1 }
  const resources: Resource[] = []
  const fault = (code: GatherFault['code'], message: string): GatherFault => ({
    code,
    message,
    ...position,
    hides: ['aws'],
  })
  let token: string | undefined
  try {
    for (let page = 0; page < pageLimit; page += 1) {
      const { findings, next } = await client.findings(token)
      resources.push(...findings.flatMap((finding) => resourceOf(finding, position, nowMillis)))
      if (next === undefined) return { resources, faults: [] }
      token = next
    }
    return {
      resources,
      faults: [fault('GATHER_TOO_MANY', `expected at most ${pageLimit} pages of findings`)],
    }
  } catch (error) {
    const code =
      error instanceof Error && /denied|unauthorized|invalidaccess/i.test(error.name)
        ? 'GATHER_DENIED'
        : 'GATHER_UNREACHABLE'
    return { resources, faults: [fault(code, `cannot be asked: ${systemCodeOf(error) ?? nameOf(error)}`)] }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error'
}

function resourceOf(
  { Id, AwsAccountId, Region, UpdatedAt, LastObservedAt, Compliance, Resources = [] }: ToldFinding,
  position: Resource['position'],
  nowMillis: number,
): Resource[] {
  const control = Compliance?.SecurityControlId
  if (Id === undefined || control === undefined) return []
  const updated = LastObservedAt ?? UpdatedAt ?? ''
  const age = nowMillis - Date.parse(updated)
  const value = valueOfJson({
    status: Compliance?.Status,
    resource: Resources[0]?.Id,
    region: Region,
    account: AwsAccountId,
    updated_at: updated,
    // A time nobody can read is NaN, and compares with nothing.
    fresh: age <= freshMillis,
  })
  const attributes = flatten(value, position)
  return [{ kind: 'aws', type: 'security-hub-control', name: control, address: Id, position, attributes }]
}
