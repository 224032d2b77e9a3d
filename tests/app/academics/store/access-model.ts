/**
 * The access decision written a second time, as a table over a student's roster, so that the database's own
 * can be held against it. It shares no code with what it checks.
 */

/** How the caller stands in the roster, whatever their role says. */
export interface Standing {
  readonly isStudent: boolean
  readonly teachesNow: boolean
  readonly taughtOnce: boolean
  readonly advises: boolean
  readonly keepsRecords: boolean
  readonly guardian: 'none' | 'dependency' | 'consent' | 'both' | 'ended'
}

export interface Attempt extends Standing {
  readonly role: string
  readonly reason: string | null
}

/** Tells what the decision must be: `relationship` when read, `denied/reason` when not. */
export function expectedDecision(attempt: Attempt): string {
  const { role, reason } = attempt
  if (!['student', 'parent', 'faculty', 'staff', 'registrar'].includes(role)) return 'denied/role'
  const relation = relationOf(attempt)
  if (relation !== undefined) return relation
  if (role === 'student' || role === 'parent') return 'denied/no_relationship'
  return reason !== null && reason.trim().length >= 20
    ? 'break_glass 99.31(a)(1)(i)(A)'
    : 'denied/reason_missing'
}

function relationOf({ role, guardian, ...standing }: Attempt): string | undefined {
  const official = '99.31(a)(1)(i)(A)'
  const isTeacher = role === 'faculty' || role === 'staff'
  if (role === 'student' && standing.isStudent) return 'self 99.31(a)(12)'
  if (isTeacher && standing.teachesNow) return `instructor ${official}`
  if (isTeacher && standing.advises) return `advisor ${official}`
  if (role === 'registrar' && standing.keepsRecords) return `registrar ${official}`
  if (role !== 'parent') return undefined
  if (guardian === 'dependency' || guardian === 'both') return 'parent 99.31(a)(8)'
  return guardian === 'consent' ? 'parent 99.30' : undefined
}
