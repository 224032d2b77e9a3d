/** Verdicts of one control: what is expected and how to mend it are said once. */
import { attributeOf, type Json, type Position, type Resource } from '../evidence.ts'
import type { Verdict, VerdictStatus } from './control.ts'

/** Where to look; an attribute also tells how it came to be known. */
type Place = Position & { readonly trace?: readonly string[] }

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

export interface Judge {
  readonly pass: (found?: string, at?: Place) => Verdict
  readonly fail: (found: string, at?: Place) => Verdict
  readonly unknown: (why: string, at?: Place) => Verdict
  readonly notApplicable: (why: string, at?: Place) => Verdict
}

/** Makes the verdicts of a control from what it expects and, where it fails, the repair. */
export function judgeBy(expected: string, fix: string): Judge {
  const verdict = (status: VerdictStatus, found?: string, at?: Place): Verdict => {
    const made: Writable<Verdict> = { status, expected }
    if (found !== undefined) made.found = found
    if (status === 'fail') made.fix = fix
    if (at === undefined) return made
    made.at = placeOf(at)
    if (at.trace !== undefined && at.trace.length > 0) made.trace = at.trace
    return made
  }
  return {
    pass: (found, at) => verdict('pass', found, at),
    fail: (found, at) => verdict('fail', found, at),
    unknown: (why, at) => verdict('unknown', why, at),
    notApplicable: (why, at) => verdict('not-applicable', why, at),
  }
}

/** What absence means: the provider's default, written in its documentation. */
export type Absent = 'pass' | 'fail' | 'not-applicable'

export interface ValueRule {
  /** Path of the attribute. */
  readonly path: string
  readonly accepts: (value: Json) => boolean
  readonly absent: Absent
}

/** Judges one attribute: known and accepted passes, known and not accepted fails, unknown is unknown. */
export function judgeValue(judge: Judge, resource: Resource, rule: ValueRule): Verdict {
  const { path, accepts, absent } = rule
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return judgeAbsence(judge, `${path} is not set`, absent)
  if (!attribute.known) return judge.unknown(`${path} ${attribute.why}`, attribute)
  if (attribute.value === null) return judgeAbsence(judge, `${path} is null`, absent)
  const found = `${path} is ${attribute.isSensitive === true ? 'marked as secret' : show(attribute.value)}`
  return accepts(attribute.value) ? judge.pass(found, attribute) : judge.fail(found, attribute)
}

function judgeAbsence(judge: Judge, found: string, absent: Absent): Verdict {
  if (absent === 'pass') return judge.pass(`${found}; the default is right`)
  return absent === 'fail' ? judge.fail(found) : judge.notApplicable(found)
}

const order: readonly VerdictStatus[] = ['fail', 'unknown', 'pass', 'not-applicable']

/** Answers the worst of several verdicts, the first among equals: a failure before an unknown before a pass. */
export function worstOf(verdicts: readonly Verdict[], otherwise: Verdict): Verdict {
  let worst: Verdict | undefined
  for (const verdict of verdicts) {
    if (worst === undefined || order.indexOf(verdict.status) < order.indexOf(worst.status)) worst = verdict
  }
  return worst ?? otherwise
}

/** True for `true` and for the texts Terraform and Compose turn into it. */
export function isTrue(value: Json): boolean {
  return value === true || value === 'true'
}

/** True for `false` and for its text. */
export function isFalse(value: Json): boolean {
  return value === false || value === 'false'
}

/** Shows a value on one short line. */
export function show(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

function placeOf({ file, startLine, endLine }: Position): Position {
  return { file, startLine, endLine }
}
