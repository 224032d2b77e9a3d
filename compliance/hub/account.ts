/** Account and region of Security Hub: it takes findings of the caller's own account alone, so they are never guessed. */
import type { ConfigFault } from '../../lib/config.ts'

export interface AwsAccount {
  /** Twelve digits. */
  readonly id: string
  /** A region such as `eu-central-1`. */
  readonly region: string
}

/** Lists what is wrong with an account and a region; each fault names its own key. */
export function accountFaults(
  { id, region }: AwsAccount,
  keys: { readonly source: string; readonly account: string; readonly region: string },
): ConfigFault[] {
  const { source } = keys
  const account = { source, key: keys.account, expected: 'the twelve digits of an account' }
  const place = { source, key: keys.region, expected: 'a region such as eu-central-1' }
  return [
    ...(/^\d{12}$/.test(id) ? [] : [account]),
    ...(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? [] : [place]),
  ]
}

/** Names the partition of a region by the beginning of its name. */
export function partitionOf(region: string): 'aws' | 'aws-cn' | 'aws-us-gov' {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
