/** What a dashboard asks and what it is answered: Prometheus' own shapes, exemplars and log lines. */

export type Labels = Readonly<Record<string, string>>

/** Seconds since 1970 and a figure as Prometheus writes it: `NaN` and `+Inf` among them. */
export type Point = readonly [number, string]

export interface MatrixSeries {
  readonly metric: Labels
  readonly values: readonly Point[]
}

export interface VectorSample {
  readonly metric: Labels
  readonly value: Point
}

/** The `data` of an answer of Prometheus. */
export type PromResult =
  | { readonly resultType: 'matrix'; readonly result: readonly MatrixSeries[] }
  | { readonly resultType: 'vector'; readonly result: readonly VectorSample[] }
  | { readonly resultType: 'scalar' | 'string'; readonly result: Point }

export interface ExemplarSeries {
  readonly seriesLabels: Labels
  readonly exemplars: readonly {
    readonly labels: Labels
    readonly value: string
    /** Seconds since 1970. */
    readonly timestamp: number
  }[]
}

export interface LogLine {
  readonly timeUnixNano: string
  readonly severity: string
  readonly service: string
  readonly body: string
  readonly traceId?: string
}

export interface LogQuery {
  readonly service?: string
  /** Seconds since 1970. */
  readonly start: number
  readonly end: number
  readonly limit: number
}

export interface Asking {
  readonly signal?: AbortSignal
  /** True where the page asks by itself. */
  readonly isRefresh?: boolean
}

/** Seconds since 1970. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** The way to the data; every function rejects with an Error whose message is for people. */
export interface QueryApi {
  readonly instant: (expression: string, time: number, asking?: Asking) => Promise<PromResult>
  readonly range: (
    expression: string,
    range: Range & { readonly step: number },
    asking?: Asking,
  ) => Promise<PromResult>
  /** Values of a label on the series a selector matches; all of them without one. */
  readonly labelValues: (
    label: string,
    match: string | undefined,
    asking?: Asking & Partial<Range>,
  ) => Promise<readonly string[]>
  readonly exemplars: (
    expression: string,
    range: Range,
    asking?: Asking,
  ) => Promise<readonly ExemplarSeries[]>
  readonly logs: (query: LogQuery, asking?: Asking) => Promise<readonly LogLine[]>
}
