/** Where in the telemetry a string stands: every location of OTLP that can carry one, and Faro's two. */

export const places = [
  'resource.attribute',
  'scope.name',
  'scope.version',
  'scope.attribute',
  'schema.url',
  'span.name',
  'span.attribute',
  'span.status',
  'span.trace_state',
  'event.name',
  'event.attribute',
  'link.attribute',
  'link.trace_state',
  'log.body',
  'log.attribute',
  'log.severity',
  'log.event_name',
  'metric.name',
  'metric.description',
  'metric.unit',
  'metric.attribute',
  'exemplar.attribute',
  'faro.meta',
  'faro.payload',
] as const
export type Place = (typeof places)[number]

/** Places that hold key–value pairs; the others hold one string. */
export type AttributePlace = Extract<Place, `${string}.attribute` | 'faro.meta' | 'faro.payload' | 'log.body'>
export type TextPlace = Exclude<Place, `${string}.attribute`>
