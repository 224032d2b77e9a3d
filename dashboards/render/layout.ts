/** Gives every panel its place, id and reference letters, from its words alone: the same model, the same ids. */
import type { Dashboard, Panel, Query } from '../model.ts'

export interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

export interface PlacedPanel {
  /** Above 0, unique in the dashboard, and kept when other panels come and go: links name it. */
  readonly id: number
  /** Key of the panel in a v2 dashboard. */
  readonly key: string
  readonly panel: Panel
  /** From the top of the dashboard. */
  readonly place: Place
}

export interface PlacedRow {
  readonly id: number
  readonly title: string
  readonly place: Place
  readonly panels: readonly PlacedPanel[]
}

/** Columns of Grafana's grid. */
const columns = 24

/** Places the rows of a dashboard below each other, and their panels from left to right. */
export function placeRows(dashboard: Dashboard): readonly PlacedRow[] {
  const rows: PlacedRow[] = []
  let top = 0
  for (const { title, panels } of dashboard.rows) {
    const placed = placePanels(panels, top + 1)
    rows.push({ id: idOf(`row ${title}`), title, place: { x: 0, y: top, w: columns, h: 1 }, panels: placed })
    top = Math.max(top + 1, ...placed.map(({ place }) => place.y + place.h))
  }
  return rows
}

function placePanels(panels: readonly Panel[], top: number): readonly PlacedPanel[] {
  const placed: PlacedPanel[] = []
  let [x, y, lineHeight] = [0, top, 0]
  for (const panel of panels) {
    if (x + panel.width > columns) {
      ;[x, y, lineHeight] = [0, y + lineHeight, 0]
    }
    const place = { x, y, w: panel.width, h: panel.height }
    placed.push({ id: idOf(panel.title), key: `panel-${slugOf(panel.title)}`, panel, place })
    x += panel.width
    lineHeight = Math.max(lineHeight, panel.height)
  }
  return placed
}

/** Names queries A, B, … as Grafana's editor does. */
export function withRefIds(queries: readonly Query[]): readonly (Query & { readonly refId: string })[] {
  return queries.map((query, at) => ({ ...query, refId: String.fromCharCode('A'.charCodeAt(0) + at) }))
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/** FNV-1a, folded to a number short enough for a link; the lint refuses two panels with one id. */
function idOf(title: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(title)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  }
  return (hash % 999_999) + 1
}
