/** Judges the limits of containers, each of which may be spelt in several ways. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { show, type Judge } from '../verdict.ts'
import { textOf } from '../text.ts'

/** Judges a limit: set in one of its spellings, and neither zero nor negative, which both mean none. */
export function judgeLimit(judge: Judge, resource: Resource, paths: readonly string[]): Verdict {
  const found = paths.flatMap((path) => {
    const attribute = attributeOf(resource, path)
    return attribute === undefined ? [] : [{ path, attribute }]
  })
  const [first] = found
  if (first === undefined) return judge.fail(`${paths[0] ?? 'the limit'} is not set`)
  const { path, attribute } = found.find((each) => each.attribute.known) ?? first
  if (!attribute.known) return judge.unknown(`${path} ${attribute.why}`, attribute)
  const said = `${path} is ${show(attribute.value)}`
  const isNone = attribute.value === null || /^-?0*(\.0*)?[a-z]*$|^-/i.test(textOf(attribute.value))
  return isNone ? judge.fail(said, attribute) : judge.pass(said, attribute)
}
