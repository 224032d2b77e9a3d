/** Names of tiles and entry bundles (C2SP tlog-tiles): tiles of 256 hashes at every eighth level of the tree. */

/** Hashes of a full tile, entries of a full bundle. */
export const tileWidth = 256
/** Tree levels between two rows of tiles, log2 of the width. */
const tileHeight = 8
/** Beyond it no log can grow: 256^7 is above 2^53. */
const maxTileLevel = 6

/** A tile or a bundle, full or partial. */
export interface TilePlace {
  /** `entries` for a bundle, else the tile's level: 0 holds leaf hashes, 1 the roots of 256 leaves each, … */
  readonly level: number | 'entries'
  /** Position in its row, from the left. */
  readonly index: number
  /** Hashes or entries in it, 1 to 256; below 256 it is partial. */
  readonly width: number
}

/** Writes the path of a tile below the prefix of its log: `tile/0/x001/x234/067.p/5`. */
export function tilePath({ level, index, width }: TilePlace): string {
  return `${tileFolder({ level, index })}${width === tileWidth ? '' : `.p/${width}`}`
}

/** Writes the path that a full tile has, and before which `.p` holds the partial ones. */
export function tileFolder({ level, index }: Omit<TilePlace, 'width'>): string {
  const groups: string[] = []
  let rest = index
  do {
    const group = String(rest % 1_000).padStart(3, '0')
    groups.unshift(groups.length === 0 ? group : `x${group}`)
    rest = Math.floor(rest / 1_000)
  } while (rest > 0)
  return `tile/${level}/${groups.join('/')}`
}

/**
 * Reads a path of a tile; undefined for any other text.
 *
 * @param path attacker-controlled
 */
export function parseTilePath(path: string): TilePlace | undefined {
  const parts =
    /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path)
  if (parts === null) return undefined
  const [, row = '', groups = '', partial] = parts
  const level: TilePlace['level'] = row === 'entries' ? row : Number(row)
  const index = Number(groups.replaceAll(/[x/]/g, ''))
  const place = { level, index, width: partial === undefined ? tileWidth : Number(partial) }
  const isKnown = level === 'entries' || level <= maxTileLevel
  // Each place has one spelling.
  return isKnown && Number.isSafeInteger(index) && tilePath(place) === path ? place : undefined
}

/** Leaves below one hash of a row. */
export function leavesPerHash(level: TilePlace['level']): number {
  return level === 'entries' ? 1 : 2 ** (tileHeight * level)
}

/** Counts what a tile holds in a log of `size` entries: 0 to 256. */
export function widthAt({ level, index }: Omit<TilePlace, 'width'>, size: number): number {
  const count = Math.floor(size / leavesPerHash(level)) - index * tileWidth
  return Math.max(0, Math.min(tileWidth, count))
}

/** Lists the partial tiles and the partial bundle of a log of `size` entries, lowest first. */
export function partialPlaces(size: number): TilePlace[] {
  const rows: TilePlace['level'][] = ['entries']
  for (let level = 0; leavesPerHash(level) <= size; level++) rows.push(level)
  return rows.flatMap((level) => {
    const count = Math.floor(size / leavesPerHash(level))
    const width = count % tileWidth
    return width === 0 ? [] : [{ level, index: Math.floor(count / tileWidth), width }]
  })
}
