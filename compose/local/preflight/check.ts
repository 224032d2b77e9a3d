/** One thing looked at before the house starts: what was found, and what to do when it is not enough. */

export interface CheckResult {
  readonly name: string
  /** `warn` starts nevertheless; `fail` does not. */
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** What to do; present unless the verdict is ok. */
  readonly fix?: string
}

/** Builds a passing result. */
export function pass(name: string, found: string): CheckResult {
  return { name, verdict: 'ok', found }
}

/** Builds a result that lets the house start. */
export function warn(name: string, found: string, fix: string): CheckResult {
  return { name, verdict: 'warn', found, fix }
}

/** Builds a result that stops the start. */
export function fail(name: string, found: string, fix: string): CheckResult {
  return { name, verdict: 'fail', found, fix }
}

/** Writes a result on one line, or two with its fix. */
export function describeCheck({ name, verdict, found, fix }: CheckResult): string {
  const mark = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' }[verdict]
  const line = `  ${mark}  ${name.padEnd(12)} ${found}`
  return fix === undefined ? line : `${line}\n        ${''.padEnd(12)} fix: ${fix}`
}
