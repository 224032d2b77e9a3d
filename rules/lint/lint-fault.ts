/** What the lint finds, as data. */
export interface LintFault {
  readonly file: string
  /** Name of the alert or of the recorded series. */
  readonly rule: string
  readonly expected: string
}
