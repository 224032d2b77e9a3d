/** Encodes who sends: the OTLP `Resource` message of a process. */
import { writeAttribute } from './value.ts'
import { ProtoWriter } from './writer.ts'

/** @param attributes as the fence let them pass */
export function encodeResource(attributes: Readonly<Record<string, unknown>>): Buffer {
  const writer = new ProtoWriter(512)
  for (const [key, value] of Object.entries(attributes)) writeAttribute(writer, 1, key, value)
  return writer.take()
}
