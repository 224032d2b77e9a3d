/** What came back of a statement, and whether it was all: its LIMIT is one above what is told, so that a cut shows. */

export interface Rows<Row> {
  readonly rows: readonly Row[]
  /** Why there may be more than these; absent when these are all. */
  readonly cut?: string
}

/** Takes away the row that only shows that there are more. */
export function rowsOf<Row>(rows: readonly Row[], statement: string): Rows<Row> {
  const limit = Number(/\bLIMIT (\d+)\s*$/.exec(statement)?.[1] ?? Number.POSITIVE_INFINITY)
  if (rows.length < limit) return { rows }
  return { rows: rows.slice(0, limit - 1), cut: `there are more than ${limit - 1} rows` }
}
