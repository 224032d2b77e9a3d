/** What a kind of panel is given, and what it gives back. */
import type { Asking, QueryApi, Range } from './answers.ts'
import type { Panel } from './dashboard.ts'
import type { Scope } from './interpolate.ts'
import type { Mark } from './marks.ts'
import type { Paint } from './paint.ts'

/** What all panels of a dashboard share. */
export interface Shared {
  readonly api: QueryApi
  readonly paint: Paint
  /** Charts of one name show their crosshairs together. */
  readonly crosshair: string | undefined
  readonly onZoom: (range: Range) => void
}

/** One asking of a panel. */
export interface Asked extends Shared {
  readonly scope: Scope
  readonly range: Range
  readonly asking: Asking
  readonly scrapeSeconds: number
  readonly marks: Promise<readonly Mark[]>
  /** Width of the drawing. */
  readonly pixels: number
}

export interface Drawn {
  readonly destroy: () => void
}

/** Puts the answer into a panel; it may be called again, when light turns to dark. */
export type Draw = (body: HTMLElement) => Drawn | undefined

/** Asks for what a panel shows. */
export type Load = (panel: Panel, asked: Asked) => Promise<Draw>
