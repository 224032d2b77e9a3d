/** Whether a legal hold reaches anything about a student: its window and its account narrow it to entries. */
import { reaches, standingStates } from '../record/rules/holds.ts'
import type { RegisterEntry } from '../record/rules/register-entry.ts'
import type { LogKeys } from '../store/log-keys.ts'
import type { RegisterStore } from '../store/record/register-store.ts'
import type { ExpiredReader } from './expired-reader.ts'

export interface HeldParts {
  readonly registers: Pick<RegisterStore, 'find'>
  readonly entries: Pick<ExpiredReader, 'about'>
}

/** Tells whether something about a student must stay. */
export async function isHeld(
  { registers, entries }: HeldParts,
  keys: LogKeys,
  student: string,
): Promise<boolean> {
  const found = await registers.find(keys, 'hold', { states: standingStates })
  const holds = found.map(({ entry }) => entry).filter((hold) => mayReach(hold, student))
  if (holds.length === 0) return false
  if (holds.some(isWhole)) return true
  for await (const { leaf, personal } of entries.about(keys, student)) {
    const { eventTime, time } = leaf
    const parts = { subject: student, actor: personal?.actor, isOpen: personal !== undefined }
    if (holds.some((hold) => reaches(hold, { eventTime, time, ...parts }))) return true
  }
  return false
}

function mayReach({ facts, personal }: RegisterEntry<'hold'>, student: string): boolean {
  return facts.scope !== 'subject' || personal === undefined || personal.student === student
}

/** Whatever it reaches of a student it reaches whole. */
function isWhole({ facts }: RegisterEntry<'hold'>): boolean {
  return facts.scope !== 'actor' && facts.from === undefined && facts.until === undefined
}
