/** Names of files that do not follow how their path was spelled. */
import type { Ground } from '../evidence.ts'

/** Stands for a folder nobody needs to name: deep, so that paths that lead out of it stay apart from those inside. */
const anywhere = '/-'.repeat(64)

/** Names a file from the ground of the scan; a live source keeps its name. */
export function placeName(file: string, { root = anywhere, from }: Ground): string {
  return isLive(file) ? file : relative(walked(root), walked(root, from, file))
}

/** `postgres:campanile`, `https://…`; a path has no such beginning. */
function isLive(file: string): boolean {
  return /^[a-z][a-z\d+.-]{1,30}:/i.test(file)
}

/** Goes along paths one after the other, as a shell does; an absolute one begins anew. */
function walked(...paths: readonly string[]): readonly string[] {
  const at: string[] = []
  for (const path of paths) {
    if (path.startsWith('/')) at.length = 0
    for (const segment of path.split('/')) {
      if (segment === '..') at.pop()
      else if (segment !== '' && segment !== '.') at.push(segment)
    }
  }
  return at
}

function relative(from: readonly string[], to: readonly string[]): string {
  let shared = 0
  while (shared < from.length && from[shared] === to[shared]) shared += 1
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/')
}
