/** Reads the statements of `sdk/store/` once, when the module is loaded. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param name file name without `.sql` */
export function statement(name: string): string {
  return readFileSync(join(import.meta.dirname, '../store', `${name}.sql`), 'utf8')
}
