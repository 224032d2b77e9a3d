/** Reads the statements of the probe, one per file of `store/`. */
import { readFileSync } from 'node:fs'

/** Reads `<name>.sql`. */
export function probeStatement(name: string): string {
  return readFileSync(new URL(`./store/${name}.sql`, import.meta.url), 'utf8')
}
