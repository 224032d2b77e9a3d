/** Resources of a scan by kind and type, found once per scan. */
import type { Evidence, Resource, ResourceKind } from '../../evidence.ts'

/** Evidence never changes, so what was found holds as long as it does. */
const known = new WeakMap<Evidence, ReadonlyMap<string, readonly Resource[]>>()

/** Lists the resources of one kind and type. */
export function ofKind(evidence: Evidence, kind: ResourceKind, type: string): readonly Resource[] {
  let byType = known.get(evidence)
  if (byType === undefined) {
    byType = Map.groupBy(evidence.resources, (each) => `${each.kind} ${each.type}`)
    known.set(evidence, byType)
  }
  return byType.get(`${kind} ${type}`) ?? []
}
