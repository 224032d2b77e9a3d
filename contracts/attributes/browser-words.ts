/**
 * What pages may say. Anybody may script a page, so under keys whose values are names only these words pass there, and
 * only these keys. A site adds words by `privacy.words`.
 */
import { browserAttributes } from './browser.ts'
import { httpAttributes } from './http.ts'

/** Keys of resources, spans and errors that the SDKs for browsers write, beside those of browsers and HTTP. */
const others = [
  'service.name',
  'service.version',
  'service.namespace',
  'deployment.environment',
  'deployment.environment.name',
  'telemetry.sdk.language',
  'telemetry.sdk.name',
  'telemetry.sdk.version',
  'telemetry.distro.name',
  'telemetry.distro.version',
  'error.type',
  'exception.type',
  'exception.message',

  'exception.stacktrace',
  'exception.escaped',
  'event.name',
  'code.function.name',
  'code.line.number',
  'code.column.number',
  'trace_id',
  'span_id',
  'otel.scope.name',
  'otel.scope.version',
]
export const browserKeys: ReadonlySet<string> = new Set([
  ...Object.keys(browserAttributes),
  ...Object.keys(httpAttributes),
  ...others,
])

/** Errors of ECMAScript and of the DOM (Web IDL §2.8.1), which a page throws without declaring any. */
const errors = (
  'Error AggregateError EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError ' +
  'UnhandledRejection DOMException AbortError ConstraintError DataCloneError DataError EncodingError ' +
  'HierarchyRequestError InvalidAccessError InvalidCharacterError InvalidModificationError InvalidNodeTypeError ' +
  'InvalidStateError NamespaceError NetworkError NoModificationAllowedError NotAllowedError NotFoundError ' +
  'NotReadableError NotSupportedError OperationError QuotaExceededError ReadOnlyError SecurityError TimeoutError ' +
  'TransactionInactiveError UnknownError VersionError WrongDocumentError ChunkLoadError'
).split(' ')

/** Packages that name a scope or an SDK in a page. */
const packages = [
  '@grafana/faro-core',
  '@grafana/faro-web-sdk',
  '@grafana/faro-web-tracing',
  '@opentelemetry/api',
  '@opentelemetry/instrumentation-fetch',
  '@opentelemetry/instrumentation-xml-http-request',
  '@opentelemetry/instrumentation-document-load',
  '@opentelemetry/instrumentation-user-interaction',
  '@opentelemetry/instrumentation-long-task',
  'opentelemetry',
  'faro-web',
  'faro-web-sdk',
]

export const browserWords: readonly string[] = [
  'campus-portal',
  'portal',
  'campanile',
  'browser',
  'home',
  'who-saw',
  'accounts',
  'book',
  'family',
  'gpa',

  'default',
  'unknown',
  'timeout',
  '_OTHER',
  'Unknown',
  'console',
  'web',
  // Who began a request, by the Resource Timing standard's `initiatorType`.
  'audio',
  'beacon',
  'body',
  'css',
  'early-hints',
  'embed',
  'fetch',
  'frame',
  'iframe',
  'icon',
  'image',
  'img',
  'input',
  'link',
  'navigation',
  'object',
  'ping',
  'script',
  'track',
  'video',
  'xmlhttprequest',
  ...packages,
  ...errors,
]
