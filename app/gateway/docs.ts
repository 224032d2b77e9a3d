/** Merges what the services say about themselves with the gateway's own routes. */
import type { Sdk } from '#sdk'
import { mergeOpenApi, openApi, type OpenApi } from '../door/openapi.ts'
import { operations } from './routes/operations.ts'
import type { Target } from './upstream.ts'

/** Asks every service at each reading; one that is away is left out. */
export function mergedDocument(
  sdk: Pick<Sdk, 'fetch'>,
  bases: Readonly<Record<Target, string>>,
): () => Promise<OpenApi> {
  return async () => {
    const targets = Object.entries(bases)
    const parts = await Promise.all(targets.map(([target, base]) => partOf(sdk, target, base)))
    const own = { prefix: '', document: openApi('gateway', operations) }
    return mergeOpenApi('campus', [own, ...parts.flat()])
  }
}

async function partOf(sdk: Pick<Sdk, 'fetch'>, target: string, base: string) {
  try {
    const answer = await sdk.fetch(`${base}/api/docs/openapi.json`, { timeoutMillis: 2_000 })
    // Written by our own service with the same function as ours.
    const document = (await answer.json()) as OpenApi
    const paths = Object.entries(document.paths).filter(([path]) => !path.startsWith('/internal/'))
    return [{ prefix: `/api/${target}`, document: { ...document, paths: Object.fromEntries(paths) } }]
  } catch {
    return [] // The page says what can be said now.
  }
}
