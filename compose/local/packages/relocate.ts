/**
 * Lets a program of an extracted package find its own files. Debian builds Prometheus and Alertmanager to look
 * for pages and templates at one absolute path, with no flag to change it, and that path is root's.
 */
import { readFile, writeFile } from 'node:fs/promises'

const absolute = Buffer.from('/usr/share/prometheus')
/** Same length, so that nothing moves inside the file; relative to the folder the program is started in. */
const relative = Buffer.from('usr/share//prometheus')

/** Makes a copy of `program` in which every absolute path is relative; other programs are left as they are. */
function relocated(program: Uint8Array): Buffer {
  const copy = Buffer.from(program)
  for (let at = copy.indexOf(absolute); at >= 0; at = copy.indexOf(absolute, at)) relative.copy(copy, at)
  return copy
}

/** Rewrites a program file in place, keeping its mode. */
export async function relocate(path: string): Promise<void> {
  await writeFile(path, relocated(await readFile(path)))
}
