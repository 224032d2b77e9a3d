/** Writes 64 encoded requests of as many spans as asked to standard output, each after its length (4 bytes). */
import { encodeTraces } from '../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../collector/wire/writer.ts'
import { spansOf } from './generate.ts'

for (let seed = 1; seed <= 64; seed++) {
  const bytes = encodeTraces(new ProtobufWriter(), spansOf(Number(process.argv[2]), seed))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  process.stdout.write(Buffer.concat([length, bytes]))
}
