/** How controls read Dockerfiles. */
import { knownValueOf, type Resource } from '../../evidence.ts'

/** True for a stage of a Dockerfile. */
export function isStage({ kind, type }: Resource): boolean {
  return kind === 'dockerfile' && type === 'stage'
}

/** True for the stage the image is made of. */
export function isFinalStage(resource: Resource): boolean {
  return isStage(resource) && knownValueOf(resource, 'is_final') === true
}
