/** The errors of the collector: what cannot be decoded, and what the store cannot do. */
import { CodedError } from '../lib/errors.ts'

export type CollectorCode =
  /** A request's bytes are not the message they claim to be. */
  | 'OTLP_MALFORMED'
  /** Values nest deeper than anything a program sends. */
  | 'OTLP_TOO_DEEP'
  /** A request holds more parts than anything a program sends. */
  | 'OTLP_TOO_MANY'
  /** A browser payload has another shape than the Faro SDK gives it. */
  | 'FARO_MALFORMED'
  /** A page that was scraped is not the exposition format it claims to be. */
  | 'SCRAPE_MALFORMED'
  /** A page that was scraped is longer or holds more samples than it may. */
  | 'SCRAPE_TOO_MANY'
  /** A block of the local store does not match its checksum. */
  | 'STORE_BLOCK_CORRUPT'
  /** The local store has more waiting than it may hold. */
  | 'STORE_FULL'
  /** The disk did not take what the local store wrote. */
  | 'STORE_FAILED'
  /** The local store has been closed. */
  | 'STORE_CLOSED'
  /** The other side of an exporter will not take a request. */
  | 'EXPORT_REFUSED'
  /** The other side of an exporter could not be reached for as long as was tried; it may take the request later. */
  | 'EXPORT_GIVEN_UP'
  /** The file that an exporter writes cannot be opened. */
  | 'EXPORT_FILE_UNUSABLE'
  /** A certificate, a key or an authority of the configuration cannot be used. */
  | 'TLS_UNUSABLE'
  /** The file with the names of the campus cannot be read, or was built under another key. */
  | 'ROSTER_UNREADABLE'
  /** Another process has the folder of a store or a queue open. */
  | 'FOLDER_IN_USE'
  /** The folder that queues are to be kept in is not there. */
  | 'QUEUE_FOLDER_MISSING'
  /** A TraceQL query asks for what cannot be answered here. */
  | 'TRACEQL_UNSUPPORTED'
  /** A regular expression of the configuration cannot be read, or not in linear time. */
  | 'PATTERN_UNSUPPORTED'
  /** A statement or condition of the configuration cannot be read or means nothing here. */
  | 'OTTL_INVALID'
  /** A statement could not be carried out on one item. */
  | 'OTTL_FAILED'

export class CollectorError extends CodedError<CollectorCode> {}
