/** Writes the OpenAPI 3.1 document of the ledger's door from its operations; nothing is described twice. */
import { Problem, problemMediaType } from '../../../contracts/problem.ts'
import { allOperations } from './all-operations.ts'
import { pathParameters, type Content, type Operation, type Parameter } from './operation.ts'

const description = [
  'Refusals are RFC 9457 problem documents. A tenant the token is not good for looks like one that does not exist.',
  'Times of entries are milliseconds since the epoch; what a caller says is RFC 3339 in UTC.',
].join(' ')

/** Builds the document. */
export function describeDoor() {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [operationId, operation] of Object.entries(allOperations)) {
    const path = operation.path.replaceAll(/[:*](\w+)/g, '{$1}')
    ;(paths[path] ??= {})[operation.method] = describe(operationId, operation)
  }
  return {
    'x-generated': 'by npm run generate from audit/api/operations; not edited',
    openapi: '3.1.0',
    info: {
      title: 'Campanile ledger',
      version: '1',
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:8005', description: 'the ledger of this machine' }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { Problem },
      responses: {
        Refused: {
          description: 'Refused; `code` says why and never changes meaning.',
          content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        shortLived: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        longLived: { type: 'http', scheme: 'bearer' },
      },
    },
  } as const
}

const refused: [string, object] = ['default', { $ref: '#/components/responses/Refused' }]

function describe(operationId: string, operation: Operation): unknown {
  const { summary, scopes, body, answers } = operation
  const responses = Object.entries(answers).map(([status, { meaning, content }]): [string, object] => [
    status,
    { description: meaning, ...(content === undefined ? {} : { content: contentOf(content) }) },
  ])
  return {
    operationId,
    summary,
    ...(typeof scopes === 'string'
      ? {}
      : { description: `Takes a token with one of these scopes: ${scopes.join(', ')}.` }),
    security: securityOf(scopes),
    parameters: parametersOf(operation),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: contentOf({ [body.mediaType]: body.schema }) } }),
    responses: Object.fromEntries([...responses, refused]),
  }
}

function securityOf(scopes: Operation['scopes']): unknown[] {
  if (scopes === 'anybody') return []
  if (scopes === 'long-lived') return [{ longLived: [] }]
  return [{ shortLived: [...scopes] }, { longLived: [...scopes] }]
}

function contentOf(content: Content): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, schema === undefined ? {} : { schema }]),
  )
}

function parametersOf({ path, query = {}, headers = {} }: Operation): unknown[] {
  const inPath = [...path.matchAll(/[:*](\w+)/g)].map(([, name = '']) => {
    const { schema, meaning } = pathParameters[name] ?? { schema: { type: 'string' }, meaning: name }
    return { name, in: 'path', required: true, description: meaning, schema }
  })
  const rest = (place: string, declared: Readonly<Record<string, Parameter>>) =>
    Object.entries(declared).map(([name, { schema, meaning, required = false }]) => ({
      name,
      in: place,
      required,
      description: meaning,
      schema,
    }))
  return [...inPath, ...rest('query', query), ...rest('header', headers)]
}
