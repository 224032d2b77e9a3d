/** Writes 64 encoded requests of as many spans, or log records, as asked to standard output, each after its length (4 bytes). */
import { encodeLogs } from '../../collector/wire/logs.ts'
import { encodeTraces } from '../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../collector/wire/writer.ts'
import { logsOf, spansOf } from './generate.ts'

const [, , count, signal = 'traces'] = process.argv
for (let seed = 1; seed <= 64; seed++) {
  const writer = new ProtobufWriter()
  const bytes =
    signal === 'logs'
      ? encodeLogs(writer, logsOf(Number(count), seed))
      : encodeTraces(writer, spansOf(Number(count), seed))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  process.stdout.write(Buffer.concat([length, bytes]))
}
