/** The baseline server: protobufjs both ways, counts by service, name, kind and status, appends to a file. */
import { appendFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import protobuf from 'protobufjs'

const source = `
syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; }
message Status { string message = 2; int32 code = 3; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6; fixed64 start = 7; fixed64 end = 8; repeated KeyValue attributes = 9; Status status = 15; fixed32 flags = 16; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message Request { repeated ResourceSpans resource_spans = 1; }
`
interface Shape {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { name: string; kind: number; status?: { code: number } }[]
    }[]
  }[]
}

const type = protobuf.parse(source).root.lookupType('Request')
const file = process.env['CAMPANILE_BENCH_FILE'] ?? '/dev/null'
const calls = new Map<string, number>()

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.once('end', () => {
    const message = type.decode(Buffer.concat(chunks))
    // The type above describes what protobufjs builds from the definition.
    for (const { scopeSpans } of (message as unknown as Shape).resourceSpans) {
      for (const { spans } of scopeSpans) {
        for (const { name, kind, status } of spans) {
          const key = `${name}\0${kind}\0${status?.code ?? 0}`
          calls.set(key, (calls.get(key) ?? 0) + 1)
        }
      }
    }
    void appendFile(file, type.encode(message).finish()).then(() => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf' })
      response.end()
    })
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.stdout.write(`{"otlp":${address.port}}\n`)
})
