/** What a scan asks a Prometheus: data, so that a reader of a report can ask the same. */

export interface Question {
  /** Name of the answer, unique among all questions: `<ID of the item>.<what>`. */
  readonly id: string
  /** PromQL, evaluated at the moment of the scan. */
  readonly query: string
  /** What the numbers say, as one sentence. */
  readonly says: string
}
