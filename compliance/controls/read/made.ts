/** What is certainly made, for items that ask that something is there as soon as something else is. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'

/** Finds the first resource in order of place that is made; undefined where there is none. */
export function firstMade(
  { resources }: Evidence,
  asks: (resource: Resource) => boolean,
): Resource | undefined {
  let first: Resource | undefined
  for (const resource of resources) {
    if (!asks(resource) || !isMade(resource)) continue
    if (first === undefined || isBefore(resource, first)) first = resource
  }
  return first
}

function isMade(resource: Resource): boolean {
  const count = attributeOf(resource, 'count')
  return count?.known !== true || Number(count.value) !== 0
}

function isBefore({ position: left }: Resource, { position: right }: Resource): boolean {
  return left.file === right.file ? left.startLine < right.startLine : left.file < right.file
}
