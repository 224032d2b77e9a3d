/** Whether a subject's data may be destroyed: pure, every ground that speaks against it at once. */
import type { ErasureBody, ErasureGround } from '../../contracts/erasure.ts'

export interface ErasureInputs {
  readonly request: Pick<ErasureBody, 'recordState' | 'isExempt'>
  /** Registers that forbid destruction: a legal hold, an open inspection (34 CFR 99.10(e)). */
  readonly blocks: readonly ('hold' | 'inspection')[]
  /** What the register of student records says; absent where the student system never told. */
  readonly registered?: 'kept' | 'destroyed'
}

/** Lists what forbids an erasure; empty when it is allowed. */
export function groundsAgainst({ request, blocks, registered }: ErasureInputs): ErasureGround[] {
  const grounds: [ErasureGround, boolean][] = [
    // Whoever asks may say that it is kept, and not that it is gone where the register says otherwise.
    ['record_kept', request.recordState === 'kept' || registered === 'kept'],
    ['inspection_open', blocks.includes('inspection')],
    ['legal_hold', blocks.includes('hold')],
    ['statutory_exemption', request.isExempt === true],
  ]
  return grounds.flatMap(([ground, isGiven]) => (isGiven ? [ground] : []))
}
