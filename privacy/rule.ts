/** Why the fence took something away: the closed list of reasons that its counts carry. */

export const rules = [
  // keys
  'key_unlisted',
  'key_personal',
  'key_expired',
  'key_repeated',
  // declared type and bounds
  'value_type',
  'value_bounds',
  'value_unlisted',
  'value_shape',
  'too_long',
  'too_deep',
  'too_many',
  // detectors
  'ssn',
  'email',
  'phone',
  'student_number',
  'card',
  'token',
  'encoded',
  'roster',
  // scrubbers
  'url_path',
  'url_query',
  'url_user',
  'url_fragment',
  'url_malformed',
  'host',
  'sql_literal',
  'sql_comment',
  'sql_malformed',
  'user_agent',
  'stack',
  // free text
  'text_undeclared',
  'span_name',
  'trace_state',
  // join keys
  'join_hashed',
  'join_dropped',
] as const
export type Rule = (typeof rules)[number]

/** Verdicts of the detectors among the rules. */
export type Detection = Extract<
  Rule,
  'ssn' | 'email' | 'phone' | 'student_number' | 'card' | 'token' | 'encoded' | 'roster'
>
