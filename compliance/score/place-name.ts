/** Names of files that do not follow how their path was spelled. */
import { posix } from 'node:path'
import type { Ground } from '../evidence.ts'

/** Stands for a folder nobody needs to name: deep, so that paths that lead out of it stay apart from those inside. */
const anywhere = '/-'.repeat(64)

/** Names a file from the ground of the scan; a live source keeps its name. */
export function placeName(file: string, { root = anywhere, from }: Ground): string {
  return isLive(file) ? file : posix.relative(root, posix.resolve(root, from, file))
}

/** `postgres:campanile`, `https://…`; a path has no such beginning. */
function isLive(file: string): boolean {
  return /^[a-z][a-z\d+.-]{1,30}:/i.test(file)
}
