/** Writes an OpenAPI 3.1 document from the TypeBox schemas the routes validate with; nothing is described twice. */
import type { TSchema } from 'typebox'
import { Problem, problemMediaType } from '../../contracts/problem.ts'
import type { Role } from '../../contracts/services.ts'

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Path as express writes it: `/students/:id/transcript`. */
  readonly path: string
  readonly summary: string
  /** Who may call it. `public` needs no token, `cookie` the refresh cookie, `service` a service token. Default `bearer`. */
  readonly access?: 'public' | 'bearer' | 'cookie' | 'service'
  /** Roles it answers; absent where every role may ask. */
  readonly roles?: readonly Role[]
  readonly body?: TSchema
  readonly query?: Readonly<Record<string, TSchema>>
  readonly headers?: Readonly<Record<string, TSchema>>
  /** Status and what it means; a schema where the answer is JSON. */
  readonly answer: { readonly status: number; readonly meaning: string; readonly schema?: TSchema }
}

export interface OpenApi {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, unknown>>
}

/** Builds the document of one service. */
export function openApi(title: string, operations: readonly Operation[]): OpenApi {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}')
    ;(paths[path] ??= {})[operation.method] = describe(title, operation)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `Campanile ${title}`,
      version: '1',
      description: 'Refusals are RFC 9457 problem documents.',
    },
    paths,
    components: {
      schemas: { Problem },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'campanile_refresh' },
        service: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

function describe(tag: string, operation: Operation): unknown {
  const { access = 'bearer', answer, body, roles } = operation
  const content = answer.schema && { content: { 'application/json': { schema: answer.schema } } }
  return {
    tags: [tag],
    summary: operation.summary,
    ...(roles === undefined ? {} : { description: `Roles: ${roles.join(', ')}.` }),
    security: access === 'public' ? [] : [{ [access]: [] }],
    parameters: parametersOf(operation),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [answer.status]: { description: answer.meaning, ...content },
      default: {
        description: 'Refused.',
        content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function parametersOf({ path, query = {}, headers = {} }: Operation): unknown[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const rest = (place: string, declared: Readonly<Record<string, TSchema>>) =>
    Object.entries(declared).map(([name, schema]) => ({ name, in: place, required: false, schema }))
  return [...inPath, ...rest('query', query), ...rest('header', headers)]
}

/** Puts the documents of several services into one, each below its prefix. */
export function mergeOpenApi(
  title: string,
  parts: readonly { readonly prefix: string; readonly document: OpenApi }[],
): OpenApi {
  const base = openApi(title, [])
  const paths = parts.flatMap(({ prefix, document }) =>
    Object.entries(document.paths).map(([path, item]) => [prefix + path, item] as const),
  )
  return { ...base, paths: Object.fromEntries(paths) }
}
