/** Puts the edits that mend a failure beside it. */
import type { Mend, Verdict } from '../control.ts'

/** Adds edits to a verdict that fails; any other is left as it is. */
export function mended(verdict: Verdict, ...mend: readonly Mend[]): Verdict {
  return verdict.status === 'fail' && mend.length > 0 ? { ...verdict, mend } : verdict
}
