/** Reads rows in the shape their statement, which stands in this folder, selects. */
import type { Transaction } from '#sdk'

export async function rows<R>(
  tx: Transaction,
  statement: string,
  values: readonly unknown[] = [],
): Promise<readonly R[]> {
  return (await tx.query(statement, values)) as readonly R[]
}
