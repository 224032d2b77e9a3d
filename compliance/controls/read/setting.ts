/** Settings that are judged one by one, each with the edit that puts it right. */
import type { Json, Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { mended } from './mend.ts'
import { judgeValue, type Judge, type ValueRule } from '../verdict.ts'

export interface Setting extends ValueRule {
  /** What a machine may write where it is wrong; absent where writing it could destroy what is there. */
  readonly to?: Json
}

/** Judges a setting; a failure carries the edit that mends it. */
export function judgeSettingOf(judge: Judge, resource: Resource, setting: Setting): Verdict {
  const verdict: Verdict = { ...judgeValue(judge, resource, setting), part: setting.path }
  return setting.to === undefined ? verdict : mended(verdict, { set: setting.path, to: setting.to })
}

/** Settings by type of resource. */
export type SettingTable = Readonly<Record<string, readonly Setting[]>>

/** Judges a resource by the row of its type. */
export function judgeByTable(judge: Judge, resource: Resource, table: SettingTable): readonly Verdict[] {
  const settings = Object.hasOwn(table, resource.type) ? (table[resource.type] ?? []) : []
  return settings.length === 0
    ? [judge.unknown('nothing is known of its type')]
    : settings.map((setting) => judgeSettingOf(judge, resource, setting))
}
