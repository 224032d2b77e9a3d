/** What of Security Hub we use. The model of the tests is the second of its kind. */

/** One finding in the AWS Security Finding Format; only what we decide by is named. */
export interface AsffFinding {
  readonly Id: string
  readonly ProductArn: string
  readonly AwsAccountId: string
  readonly CreatedAt: string
  readonly UpdatedAt: string
  readonly Compliance: { readonly Status: string; readonly [key: string]: unknown }
  readonly RecordState?: string
  readonly ProductFields?: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}

export interface ImportAnswer {
  /** Findings that were refused, with the code; the answer is a success all the same. */
  readonly failed: readonly { readonly id: string; readonly code: string }[]
}

/** A finding as Security Hub tells it; whoever sends it controls its texts. */
export interface ToldFinding {
  readonly Id?: string | undefined
  readonly AwsAccountId?: string | undefined
  readonly Region?: string | undefined
  readonly UpdatedAt?: string | undefined
  readonly LastObservedAt?: string | undefined
  readonly Compliance?:
    { readonly Status?: string | undefined; readonly SecurityControlId?: string | undefined } | undefined
  readonly Resources?: readonly { readonly Id?: string | undefined }[] | undefined
}

export interface HubClient {
  /** @throws HubThrottled when the account has asked too often */
  readonly importFindings: (findings: readonly AsffFinding[]) => Promise<ImportAnswer>
  /** One page of the active findings that controls made. */
  readonly findings: (
    token: string | undefined,
  ) => Promise<{ readonly findings: readonly ToldFinding[]; readonly next?: string }>
}

/** Thrown where the service says to come back later. */
export class HubThrottled extends Error {}
