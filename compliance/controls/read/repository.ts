/** How controls read facts about a repository: its files, the secrets in them, and the whole of it. */
import type { Resource } from '../../evidence.ts'

/** Makes a question: is this a fact of the type about a repository? */
export function isRepository(type: 'file' | 'secret' | 'tree'): (resource: Resource) => boolean {
  return (resource) => resource.kind === 'repository' && resource.type === type
}
