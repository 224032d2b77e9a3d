/** Items that ask that something is there: what comes of it where nothing is, or where nobody knows whether it is made. */
import type { Control } from '../controls/control.ts'
import { isMadeWith } from '../controls/read/made.ts'
import type { Evidence, Resource } from '../evidence.ts'
import type { Judgement } from './judged.ts'
import { keyOf } from './placed.ts'

type Missing = ReturnType<NonNullable<Control['missing']>>

/** Resources of which nobody knows whether they are made, by their key. */
export function unsureOf({ resources }: Evidence): ReadonlyMap<string, Resource> {
  const unsure = resources.filter(({ madeIf }) => madeIf !== undefined)
  return new Map(unsure.map((resource) => [keyOf(resource), resource]))
}

/** Tells what is missing; where nobody knows whether what asks for it is made, nobody knows whether it is missing. */
export function missingIn(control: Control, evidence: Evidence): Missing {
  const missing = control.missing?.(evidence)
  if (missing === undefined || missing.resource.madeIf === undefined || missing.verdict.status !== 'fail')
    return missing
  return { ...missing, verdict: doubtful(missing.verdict, missing.resource) }
}

/**
 * Tells what may be missing though something of the kind is right: all of it is made only if something comes out so
 * that nobody knows, and what asks for it does not hang on the same.
 */
export function perhapsMissing(
  control: Control,
  judgements: readonly Judgement[],
  { evidence, unsure }: { readonly evidence: Evidence; readonly unsure: ReadonlyMap<string, Resource> },
): Missing {
  if (unsure.size === 0 || control.missing === undefined) return undefined
  const right = judgements
    .filter(({ state }) => state === 'pass')
    .map(({ resourceKey }) => unsure.get(resourceKey))
  const [first] = right
  if (first === undefined || right.includes(undefined)) return undefined
  const resources = evidence.resources.filter((each) => !right.includes(each))
  const missing = control.missing({ ...evidence, resources })
  if (missing === undefined || right.some((each) => each !== undefined && isMadeWith(each, missing.resource)))
    return undefined
  return { ...missing, verdict: doubtful(missing.verdict, first) }
}

function doubtful({ expected, fix }: NonNullable<Missing>['verdict'], { address }: Resource) {
  const found = `whether ${address} is made is not known`
  return { status: 'unknown' as const, found, expected, ...(fix === undefined ? {} : { fix }) }
}
