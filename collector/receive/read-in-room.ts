/** Bodies that are read once there is room for them, which they keep while they are worked on. */
import type { IncomingMessage } from 'node:http'
import { Room, roomFor, type Admission } from './admission.ts'
import { readBody } from './body.ts'

export interface BodyBounds {
  readonly admission: Admission
  /** Most bytes on the wire and, separately, after inflation. */
  readonly maxBodyBytes: number
}

/**
 * Reads a body and hands it on.
 *
 * @throws Refusal overloaded, body_too_large, encoding_unsupported, body_malformed, and whatever `work` throws
 */
export async function readInRoom<T>(
  request: IncomingMessage,
  { admission, maxBodyBytes: limit }: BodyBounds,
  work: (bytes: Buffer) => Promise<T>,
): Promise<T> {
  const { 'content-length': length, 'content-encoding': encoding } = request.headers
  const room = new Room(admission, request)
  try {
    await room.take(roomFor(length, encoding, limit))
    const grow = room.grower(limit, encoding)
    // What says how long it is has its room already.
    const bytes = await readBody(request, limit, length === undefined ? (size) => grow(size) : undefined)
    room.isRead()
    return await work(bytes)
  } finally {
    room.end()
  }
}
