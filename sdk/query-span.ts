/** The client span of a statement (OpenTelemetry database conventions, stable); its text is scrubbed once per text. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { TelemetryFence } from './fence.ts'
import { writeDescription, writeFenced } from './otlp/encode-span.ts'
import { ProtoWriter } from './otlp/writer.ts'
import { toDatabaseError } from './pg-error.ts'
import type { SdkSpan } from './trace/span.ts'
import { activeContext } from './trace/context.ts'
import type { SdkTracer } from './trace/tracer.ts'

/** Most statements whose encoded attributes are kept; a program has few texts unless it builds them. */
const maxStatements = 2_048

/** What runs a statement: a pool or a connection of pg, by its callback, which saves pg's own promises. */
export interface StatementTarget {
  readonly query: (
    // pg reads them and keeps nothing; its types ask for a mutable list.
    statement: { readonly text: string; readonly values: unknown[]; readonly name?: string },
    done: (error: unknown, result: { readonly rows: unknown[] }) => void,
  ) => void
}

export class QueryTracer {
  readonly #tracer: SdkTracer
  readonly #fence: TelemetryFence
  readonly #prepared = new Map<string, Uint8Array>()

  constructor(tracer: SdkTracer, fence: TelemetryFence) {
    this.#tracer = tracer
    this.#fence = fence
  }

  /**
   * Runs a statement inside its span and gives its rows. One promise and no async function: each costs every
   * query of the house about a microsecond.
   *
   * @param name under which the connection keeps the statement prepared
   * @throws DatabaseError for whatever the driver threw
   */
  run<R>(target: StatementTarget, sql: string, params: readonly unknown[], name?: string): Promise<R[]> {
    const span = this.#tracer.begin('query', SpanKind.CLIENT, activeContext())
    span.prepared = this.#prepare(sql)
    return new Promise((resolve) => {
      const values = params as unknown[]
      target.query(
        name === undefined ? { text: sql, values } : { text: sql, values, name },
        (cause, result) => {
          if (cause === null || cause === undefined) {
            span.end()
            // Which columns a statement gives is the caller's knowledge.
            resolve(result.rows as R[])
          } else resolve(fail(span, cause))
        },
      )
    })
  }

  #prepare(sql: string): Uint8Array {
    let prepared = this.#prepared.get(sql)
    if (prepared === undefined) {
      prepared = this.#encode(sql)
      if (this.#prepared.size < maxStatements) this.#prepared.set(sql, prepared)
    }
    return prepared
  }

  #encode(sql: string): Uint8Array {
    const writer = new ProtoWriter(1_024)
    const operation = /^\s*(?:--[^\n]*\n\s*)*([a-z]+)/i.exec(sql)?.[1]?.toUpperCase()
    const summary = operation === undefined ? undefined : summarise(sql, operation)
    writeDescription(writer, summary ?? 'postgresql', SpanKind.CLIENT, this.#fence)
    const attributes = {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.query.summary': summary,
      'db.query.text': sql,
    }
    for (const [key, value] of Object.entries(attributes)) writeFenced(writer, 9, key, value, this.#fence)
    return writer.take()
  }
}

async function fail(span: SdkSpan, cause: unknown): Promise<never> {
  // Two turns from now the caller waits for this promise: only then does the error's stack lead to it.
  await Promise.resolve()
  await Promise.resolve()
  const error = toDatabaseError(cause)
  span.setAttribute('error.type', error.sqlState).setAttribute('db.response.status_code', error.sqlState)
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
  throw error
}

/** Names the operation and its first target: `SELECT academics.course`. */
function summarise(sql: string, operation: string): string {
  const target = /\b(?:from|into|update|join|call)\s+([a-z_][\w.]*)/i.exec(sql)?.[1]
  return target === undefined ? operation : `${operation} ${target}`
}
