/** How names of OpenTelemetry become names of Prometheus. */
import { oneOf } from '../values.ts'

export const translationStrategy = oneOf(
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
)
