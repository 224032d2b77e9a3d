/** What is certainly made, for items that ask that something is there as soon as something else is. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'

/**
 * Finds the first resource in order of place that is made, one that is surely made before one that may be; undefined
 * where there is none.
 */
export function firstMade(
  { resources }: Evidence,
  asks: (resource: Resource) => boolean,
): Resource | undefined {
  let first: Resource | undefined
  for (const resource of resources) {
    if (!asks(resource) || (first !== undefined && !isBefore(resource, first))) continue
    if (isMade(resource)) first = resource
  }
  return first
}

/** Tells whether one resource is there whenever another one is: what nobody knows to be made must hang on the same. */
export function isMadeWith({ madeIf = [] }: Resource, other: Resource): boolean {
  return madeIf.every((each) => other.madeIf?.includes(each) === true)
}

function isMade(resource: Resource): boolean {
  const count = attributeOf(resource, 'count')
  return count?.known !== true || Number(count.value) !== 0
}

function isBefore(one: Resource, other: Resource): boolean {
  const [isUnsure, isOtherUnsure] = [one.madeIf !== undefined, other.madeIf !== undefined]
  if (isUnsure !== isOtherUnsure) return isOtherUnsure
  const [left, right] = [one.position, other.position]
  return left.file === right.file ? left.startLine < right.startLine : left.file < right.file
}
