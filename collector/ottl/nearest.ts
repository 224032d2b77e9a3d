/** Finds what somebody may have meant. */

/** Finds the known word with the fewest changes from the one found; absent where none is near. */
export function nearest(found: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(found.length / 2)) + 1
  for (const word of known) {
    const changes = distance(found.toLowerCase(), word.toLowerCase())
    if (changes < least) {
      least = changes
      best = word
    }
  }
  return best
}

/** Levenshtein's distance, of words a person typed: 60 characters are looked at. */
function distance(left: string, right: string): number {
  const [from, to] = [left.slice(0, 60), right.slice(0, 60)]
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let line = 1; line <= from.length; line++) {
    const next = [line]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
