/** Signatures by keys that nobody here knows, each as long as one of ML-DSA-44 with its time. */
import { writeSignature } from '../../../audit/log/note.ts'

const cosignatureBytes = 8 + 2_420

/** Writes so many lines of a note. */
export function foreignSignatures(count: number): string {
  const bytes = Buffer.alloc(cosignatureBytes, 7)
  const lines = Array.from({ length: count }, (_, at) =>
    writeSignature({ name: `other-${at}.example/witness`, keyId: '01020304', bytes }),
  )
  return lines.join('')
}
