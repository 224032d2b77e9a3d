/**
 * Security Hub by the SDK of AWS. Credentials and endpoint come from the SDK's default chain, never from a file of
 * ours; the SDK is loaded where somebody asks for Security Hub and nowhere else.
 */
import type { AwsSecurityFinding, GetFindingsCommandInput } from '@aws-sdk/client-securityhub'
import { partitionOf, type AwsAccount } from './account.ts'
import { HubThrottled, type AsffFinding, type HubClient } from './client.ts'

/** Longest waits, in milliseconds; a call of 100 findings is answered in about a second. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 30_000 }
/** GetFindings takes 3 calls a second: the SDK itself waits between its tries. */
const reading = { maxAttempts: 8, retryMode: 'adaptive' }
/** The sender counts its calls and makes the pauses itself. */
const writing = { maxAttempts: 1 }
const pageFindings = 100

/** Makes a client for one account and region; nothing is asked before the first call. A signal stops imports. */
export async function connectHub({ id, region }: AwsAccount, signal?: AbortSignal): Promise<HubClient> {
  const stop = signal === undefined ? {} : { abortSignal: signal }
  const aws = await import('@aws-sdk/client-securityhub')
  const writer = new aws.SecurityHubClient({ region, requestHandler, ...writing })
  const reader = new aws.SecurityHubClient({ region, requestHandler, ...reading })
  return {
    importFindings: async (findings) => {
      const Findings = findings.map(writtenOf)
      try {
        const answer = await writer.send(new aws.BatchImportFindingsCommand({ Findings }), stop)
        const failed = answer.FailedFindings ?? []
        return { failed: failed.map(({ Id = '', ErrorCode = '' }) => ({ id: Id, code: ErrorCode })) }
      } catch (error) {
        throw asksToWait(error) ? new HubThrottled('security hub asks to wait', { cause: error }) : error
      }
    },
    findings: async (token) => {
      const { Findings = [], NextToken } = await reader.send(
        new aws.GetFindingsCommand({
          Filters: filtersOf({ id, region }),
          MaxResults: pageFindings,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      )
      // The last page has no token, or an empty one.
      return NextToken === undefined || NextToken === ''
        ? { findings: Findings }
        : { findings: Findings, next: NextToken }
    },
  }
}

/** Active findings of Security Hub's own controls in this account and region; those we sent are not among them. */
function filtersOf({ id, region }: AwsAccount): NonNullable<GetFindingsCommandInput['Filters']> {
  const equals = (Value: string) => [{ Value, Comparison: 'EQUALS' as const }]
  return {
    AwsAccountId: equals(id),
    ProductArn: equals(`arn:${partitionOf(region)}:securityhub:${region}::product/aws/securityhub`),
    RecordState: equals('ACTIVE'),
  }
}

/** True where the same call may pass later: too many of them (429, or a limit of the account), or a fault of theirs. */
function asksToWait(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (/throttl|toomanyrequests|limitexceeded|slowdown/i.test(error.name)) return true
  const metadata: unknown = Reflect.get(error, '$metadata')
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined
  return typeof status === 'number' && (status === 429 || status >= 500)
}

/** Our builder writes every attribute that is required; the SDK's type lists thousands that nobody needs here. */
function writtenOf(finding: AsffFinding): AwsSecurityFinding {
  // The state file may hold findings of an earlier version of the builder: Security Hub judges them, not a type.
  return finding as unknown as AwsSecurityFinding
}
