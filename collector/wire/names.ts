/** Names of OTLP's enums, by number and back. */

export const spanKinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
export const statusCodes = ['UNSET', 'OK', 'ERROR'] as const
const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const

export const spanKindNumbers = numbersOf('SPAN_KIND_', spanKinds)
export const statusCodeNumbers = numbersOf('STATUS_CODE_', statusCodes)
export const temporalityNumbers = numbersOf('AGGREGATION_TEMPORALITY_', [
  'UNSPECIFIED',
  'DELTA',
  'CUMULATIVE',
])
export const severityNumbers = numbersOf('SEVERITY_NUMBER_', [
  'UNSPECIFIED',
  ...severities.flatMap((name) => [name, `${name}2`, `${name}3`, `${name}4`]),
])

function numbersOf(prefix: string, names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, number) => [prefix + name, number]))
}

/** Names a span kind as the span metrics label does: `SPAN_KIND_SERVER`. */
export function spanKindLabel(kind: number): string {
  return `SPAN_KIND_${spanKinds[kind] ?? 'UNSPECIFIED'}`
}

/** Names a status code as the span metrics label does: `STATUS_CODE_ERROR`. */
export function statusCodeLabel(code: number): string {
  return `STATUS_CODE_${statusCodes[code] ?? 'UNSET'}`
}

/** Names a severity number by its range; 0 has no name. */
export function severityName(number: number): string {
  return number < 1 || number > 24 ? '' : (severities[Math.floor((number - 1) / 4)] ?? '')
}
