/**
 * The watch behind the fence: looks for canaries in what leaves, and takes nothing away. It searches bytes for one
 * marker, so its cost is a pass over memory whatever the bytes mean, and it shares no code with what it watches.
 */
import { canaryMarker } from '../../contracts/canary.ts'

const marker = Buffer.from(canaryMarker)
/** Searched for first: needles of at most 7 bytes are found at memory speed, longer ones take twenty times as long. */
const lead = marker.subarray(0, 7)

/** Counts the canaries in encoded bytes; strings stand in protobuf as they are. */
export function countCanaries({ buffer, byteOffset, byteLength }: Uint8Array): number {
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  let found = 0
  for (let at = bytes.indexOf(lead); at !== -1; at = bytes.indexOf(lead, at + 1)) {
    if (bytes.subarray(at, at + marker.length).equals(marker)) found++
  }
  return found
}

/** Counts the canaries in a text. */
export function countCanariesInText(text: string): number {
  let found = 0
  for (let at = text.indexOf(canaryMarker); at !== -1; at = text.indexOf(canaryMarker, at + 1)) found++
  return found
}
