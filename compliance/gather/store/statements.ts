/** Reads the statements of this folder, one per file. */
import { readFileSync } from 'node:fs'

/** Reads `<name>.sql`. */
export function statement(name: string): string {
  return readFileSync(new URL(`./${name}.sql`, import.meta.url), 'utf8')
}
