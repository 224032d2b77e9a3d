/** Which of many ranges of addresses overlap one of another owner, found in one walk instead of comparing them all. */
import type { Range } from './cidr.ts'

export interface Owned {
  readonly range: Range
  readonly owner: string
}

/** Finds for every range one of another owner that it shares an address with. */
export function overlapsOf<Item extends Owned>(items: readonly Item[]): ReadonlyMap<Item, Item> {
  const found = new Map<Item, Item>()
  for (const family of [4, 6]) {
    const sorted = items
      .filter(({ range }) => range.family === family)
      .toSorted((left, right) => compare(left.range.first, right.range.first))
    walk(
      sorted,
      ({ range }) => range.last,
      ({ range }) => range.first,
      found,
    )
    // And back: of what begins later, the nearest.
    walk(
      sorted.toReversed(),
      ({ range }) => -range.first,
      ({ range }) => -range.last,
      found,
    )
  }
  return found
}

/** Keeps of what was passed what reaches farthest, and what of any other owner does. */
function walk<Item extends Owned>(
  items: readonly Item[],
  end: (item: Item) => bigint,
  begin: (item: Item) => bigint,
  found: Map<Item, Item>,
): void {
  let [first, second]: (Item | undefined)[] = []
  for (const item of items) {
    const other = first?.owner === item.owner ? second : first
    if (other !== undefined && end(other) >= begin(item) && !found.has(item)) found.set(item, other)
    if (first === undefined || end(item) > end(first)) {
      if (first?.owner !== item.owner) second = first
      first = item
    } else if (item.owner !== first.owner && (second === undefined || end(item) > end(second))) second = item
  }
}

function compare(left: bigint, right: bigint): number {
  return Number(left > right) - Number(left < right)
}
